// Two mounts write a file, one after the other, and the later one leaves, so that its log tree is
// merged. See src/variants/newer-items-are-merged-past-older.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { newerItemsAreMergedPastOlder } from "../../../src/variants/newer-items-are-merged-past-older.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { read, SECOND, threeMembers, write } from "../trans/world.ts";

const INO = 5 * 1024;

/** What the server's mount reads, long after. */
function race(variants: readonly Variant[]) {
  const { w, leader, others } = threeMembers("merge", { variants }, [dat1]);
  const [stays, leaves] = others;
  write(w, stays, INO, 1);
  write(w, leaves, INO, 2);
  start(w, leaves, "umount");
  w.runFor(40 * SECOND);
  return { value: read(w, leader, INO), broken: w.violations.map(({ promise }) => promise) };
}

test("what is merged is newer than what is not, or all of it is merged", () => {
  expect(race([])).toEqual({ value: 2, broken: [] });
  expect(race(mendedVariants)).toEqual({ value: 2, broken: [] });
});

test("an older version in a tree that is not merged stands above the newer one", () => {
  const bad = { value: 1, broken: ["DAT1"] };
  expect(race([newerItemsAreMergedPastOlder])).toEqual(bad);
  expect(race([...mendedVariants, newerItemsAreMergedPastOlder])).toEqual(bad);
});
