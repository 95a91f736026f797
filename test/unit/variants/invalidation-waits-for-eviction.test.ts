// A lock is to be given back while an inode under it is evicted. See
// src/variants/invalidation-waits-for-eviction.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { invalidationWaitsForEviction } from "../../../src/variants/invalidation-waits-for-eviction.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { does, evictsMeanwhile, files } from "../inode/world.ts";

function race(variants: readonly Variant[]): unknown[] {
  const w = files({ variants });
  does(w, 0, "create");
  does(w, 0, "unlink");
  return evictsMeanwhile(w);
}

test("an inode that is evicted does not keep its lock from being given back", () => {
  const good = ["2 create_inode", "0 close_inode"];
  expect(race([])).toEqual(good);
  expect(race(mendedVariants)).toEqual(good);
});

test("where the lock waits for the eviction, and that for the lock, both do for ever", () => {
  expect(race([invalidationWaitsForEviction])).toEqual([]);
  expect(race([...mendedVariants, invalidationWaitsForEviction])).toEqual([]);
});
