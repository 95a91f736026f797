// A lock that its mount gives up by itself is invalidated and granted when the locks of that mount
// are shut down, as the server after the one that was asked does.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { inoKey } from "../../../src/lock/api.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { mounted, notes, state, sync, write } from "../trans/world.ts";

/** How many grants found a cache that does not fit. */
function misfits(variants: readonly Variant[], shutdown: boolean): number {
  const w = mounted({ variants });
  write(w, 1, 1025, 7);
  sync(w, 1);
  const m = state(w, 1);
  const key = inoKey(1024);
  for (const slot of m.lock.locks.slots) {
    const lock = slot.value;
    if (lock?.start === key) Object.assign(lock, { requestPending: true, mode: "null" });
  }
  Object.assign(m.lock, { shutdown });
  const data = { key, oldMode: "null", newMode: "null", writeSeq: 0 };
  start(w, 1, "client_lock_response", { data } as never);
  w.runFor(1000);
  return notes(w, "expected the item cache to fit");
}

test("the client lives on, where main stops with a BUG", () => {
  const mended = [variantOf("grant-after-shutdown-fits")];
  expect(misfits([], true)).toBeGreaterThan(0);
  expect(misfits(mended, true)).toBe(0);
  expect(misfits(mended, false)).toBeGreaterThan(0);
});
