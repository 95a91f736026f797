// A file is opened by its number while its mount evicts it, and a third one wants the lock of its
// group. See src/variants/iget-waits-with-the-lock.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { igetWaitsWithTheLock } from "../../../src/variants/iget-waits-with-the-lock.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { begin, does, evictsMeanwhile, files, holdOn, release } from "../inode/world.ts";

/** Mount 0 has the file, and only `read`, for mount 1 looks at it after the unlink. */
function race(variants: readonly Variant[]): unknown[] {
  const w = files({ variants });
  does(w, 0, "create");
  does(w, 1, "open");
  const look = holdOn(w, 0, "open_inode", "lookedUp");
  begin(w, 0, "open");
  does(w, 0, "unlink");
  does(w, 1, "stat");
  return evictsMeanwhile(w, () => release(w, look));
}

test("whoever waits for an inode has no lock", () => {
  const good = ["2 create_inode", "0 close_inode", "0 open_inode"];
  expect(race([])).toEqual(good);
  expect(race(mendedVariants)).toEqual(good);
});

test("whoever waits for it with the lock keeps the eviction from ending, and all others", () => {
  expect(race([igetWaitsWithTheLock])).toEqual([]);
  expect(race([...mendedVariants, igetWaitsWithTheLock])).toEqual([]);
});
