// The agent isolates a mount that is just unmounting: it is at the connection when the unmount is
// to free it. See src/variants/target-without-mount-is-isolated.ts; what the repair is for is in
// test/unit/fenced/daemon.test.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { count, hold, mounted, reaches, release, SECOND } from "../trans/world.ts";

test("an unmount frees its connection when the isolation is through with it", () => {
  const w = mounted({ variants: mendedVariants });
  const isolates = hold(w, "scoutfs_net_shutdown", "shut", 1);
  start(w, 1, "scoutfs_umount_begin");
  expect(reaches(w, isolates)).toBe(true);
  isolates.open = true; // the unmount comes there too
  start(w, 1, "umount");
  w.runFor(2 * SECOND);
  expect(count(w, "client_destroy")).toBe(1);
  expect(count(w, "unmounted")).toBe(0);
  release(w, isolates);
  w.runFor(SECOND);
  expect(count(w, "unmounted")).toBe(1);
  expect(w.violations).toEqual([]);
});
