// A sync is about to send its request when the mount is unmounted by force. See
// src/variants/late-message-sees-the-forced-unmount.ts.

import { expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { lateMessageSeesTheForcedUnmount } from "../../../src/variants/late-message-sees-the-forced-unmount.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { fields, hold, mounted, reaches, release, SECOND, write } from "../trans/world.ts";

function isolated(variants: readonly Variant[]) {
  const w = mounted({ variants });
  write(w, 1, 5, 1);
  const queues = hold(w, "submit_send", "queue", 1);
  start(w, 1, "sync");
  expect(reaches(w, queues, 20 * SECOND)).toBe(true);
  start(w, 1, "umount", { force: true });
  w.runFor(10 * SECOND);
  release(w, queues);
  w.runFor(60 * SECOND);
  const sync = () => fields(w, "op").find(({ what }) => what === "sync")?.error;
  const first = sync();
  start(w, 1, "umount", { force: true });
  w.runFor(10 * SECOND);
  return { first, second: sync(), unmounted: fields(w, "unmounted").length };
}

test("fails with ENOLINK, where main keeps the mount busy until it is forced once more", () => {
  const main = { first: undefined, second: "ENOLINK", unmounted: 0 };
  expect(isolated([])).toEqual(main);
  const mended = { first: "ENOLINK", second: "ENOLINK", unmounted: 1 };
  expect(isolated([lateMessageSeesTheForcedUnmount])).toEqual(mended);
});
