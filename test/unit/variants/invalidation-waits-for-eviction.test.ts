// A lock is to be given back while an inode under it is evicted. See
// src/variants/invalidation-waits-for-eviction.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { invalidationWaitsForEviction } from "../../../src/variants/invalidation-waits-for-eviction.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { begin, does, files, holdOn, INO, release, SECOND, seen } from "../inode/world.ts";

function race(variants: readonly Variant[]): unknown[] {
  const w = files({ variants });
  does(w, 0, "create");
  does(w, 0, "unlink");
  const evict = holdOn(w, 0, "try_delete_inode_items", "lock");
  begin(w, 0, "close");
  w.runFor(SECOND / 5);
  expect(evict.held).toHaveLength(1);
  begin(w, 2, "create", INO + 1);
  w.runFor(SECOND);
  release(w, evict);
  w.runFor(60 * SECOND);
  return seen(w, "ino")
    .slice(2)
    .map(({ mount, what }) => `${mount} ${what}`);
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
