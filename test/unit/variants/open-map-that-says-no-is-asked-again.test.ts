// A mount unlinks what another has open, and is left alone by it. See
// src/variants/open-map-that-says-no-is-asked-again.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { does, files, itemOf, SECOND, seen } from "../inode/world.ts";

type How = "power" | "close and unmount";

/** Mount 0 is the server, and scans every second from then on. */
function isLeft(how: How, variants: readonly Variant[]) {
  const w = files({ mounts: 2, slots: 1, variants, agent: { run: "power" } });
  does(w, 0, "create");
  does(w, 0, "close");
  expect(does(w, 1, "open")).toBe("ok");
  expect(does(w, 0, "unlink")).toBe("ok");
  expect(itemOf(w)).toMatchObject({ nlink: 0, orphan: true });
  if (how === "power") powerOff(w, 1);
  else {
    expect(does(w, 1, "close")).toBe("ok");
    start(w, 1, "umount", { force: false });
  }
  w.runFor(60 * SECOND);
  expect(w.mount(0).state.server.stableSuper.mountedClients).toHaveLength(1);
  const before = seen(w, "try_delete_cached").length;
  for (let scan = 0; scan < 60; scan++) {
    start(w, 0, "inode_orphan_scan_worker", { of: 0 });
    w.runFor(SECOND);
  }
  return {
    isThere: itemOf(w) !== undefined,
    refused: seen(w, "try_delete_cached").length - before,
    broken: w.violations,
  };
}

test.each(["power", "close and unmount"] as const)(
  "it deletes the file by its next scan, where main refuses each time: %s",
  (how) => {
    expect(isLeft(how, [])).toEqual({ isThere: true, refused: 60, broken: [] });
    const mended = [variantOf("open-map-that-says-no-is-asked-again")];
    expect(isLeft(how, mended)).toEqual({ isThere: false, refused: 0, broken: [] });
  },
);

test("a file that is open elsewhere stays, however often it is tried", () => {
  const variants = [variantOf("open-map-that-says-no-is-asked-again")];
  const w = files({ orphanScanDelayMs: 1000, variants });
  does(w, 1, "create");
  does(w, 1, "close");
  does(w, 2, "open");
  does(w, 1, "unlink");
  w.runFor(20 * SECOND);
  expect(does(w, 2, "stat")).toBe("ok");
  expect(itemOf(w)).toMatchObject({ nlink: 0, orphan: true });
  does(w, 2, "close");
  w.runFor(5 * SECOND);
  expect(itemOf(w)).toBeUndefined();
  expect(w.violations).toEqual([]);
});
