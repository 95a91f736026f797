// Somebody waits for a lock when the mount is unmounted by force: in main until the unmount shuts
// the locks down, which it need not come to.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { type Cluster, fields, hold, mounted, peek, reaches, SECOND } from "../trans/world.ts";

/** Mount 1 asks for a lock that is not granted, and is told to unmount by force. */
function isolatedWaiter(variants: readonly Variant[]): Cluster {
  const w = mounted({ variants });
  const unanswered = hold(w, "server_lock", "ask", 0);
  start(w, 1, "create_inode", { ino: 7000 });
  expect(reaches(w, unanswered)).toBe(true);
  start(w, 1, "scoutfs_umount_begin");
  w.runFor(5 * SECOND);
  return w;
}

test("fails with ENOLINK, where main has it wait on", () => {
  const errorOf = (variants: readonly Variant[]) =>
    fields(isolatedWaiter(variants), "ino").map(({ what, error }) => [what, error]);
  expect(errorOf([])).toEqual([]);
  expect(errorOf([variantOf("forced-unmount-ends-lock-waits")])).toEqual([
    ["create_inode", "ENOLINK"],
  ]);
});

test("leaves a request pending that ends with the locks", () => {
  const w = isolatedWaiter([variantOf("forced-unmount-ends-lock-waits")]);
  start(w, 1, "umount", { force: true });
  w.runFor(10 * SECOND);
  expect([peek(w, 1).lock.tree, peek(w, 1).parts]).toEqual([[], []]);
  expect(w.violations).toEqual([]);
});
