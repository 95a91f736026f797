// A mount gives up write locks while the servers change, and writes back under the new one before
// it is asked for the batch that these locks were in. See src/variants/commit-raises-the-seq.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { MAX_RECOVER_NR } from "../../../src/lock/recover.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { seq1 } from "../../../src/monitors/seq1.ts";
import { commitRaisesTheSeq } from "../../../src/variants/commit-raises-the-seq.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { hold, reaches, read, release, SECOND, threeMembers, write } from "../trans/world.ts";

const MEMBERS = 3;
/** An inode of the lock with that number. */
const inoOf = (lock: number): number => lock * 1024;
const FILES = [5, 4, 3, 2, 1].map((n) => inoOf(MAX_RECOVER_NR + n));
const LATER = 20;

/** One mount writes the files after locks that fill a batch, and another writes them too when the
 *  server goes. What is read of them in the end, and what broke. */
function race(variants: readonly Variant[], batches: 1 | 2) {
  const { w, leader: first, others: two } = threeMembers("seq", { variants }, [dat1, seq1]);
  const [gives, takes] = two;
  const others = batches === 1 ? 1 : MAX_RECOVER_NR;
  for (let lock = 1; lock <= others; lock++) read(w, gives, inoOf(lock));
  [...FILES].reverse().forEach((ino, n) => {
    write(w, gives, ino, n + 1);
  });
  const invalidation = hold(w, "lock_invalidate_worker", "collect", gives);
  FILES.forEach((ino, n) => {
    start(w, takes, "write_file", { ino, value: LATER + n });
  });
  expect(reaches(w, invalidation)).toBe(true);
  const asksNext = hold(w, "scoutfs_lock_server_recover_response", "askNext");
  start(w, first, "stop_server", { cause: "test" });
  w.runUntil(() => asksNext.held.length === MEMBERS, w.now + 10 * SECOND);
  expect(asksNext.held).toHaveLength(MEMBERS);
  release(w, invalidation);
  w.runFor(SECOND);
  release(w, asksNext);
  w.runFor(SECOND);
  const values = FILES.map((ino) => read(w, first, ino));
  return { values, broken: w.violations.map(({ promise }) => promise) };
}

const NEWEST = FILES.map((_, n) => LATER + n);
const GOOD = { values: NEWEST, broken: [] };

test("a later write is not lost to an earlier one whose lock the server was never told", () => {
  const main = race([], 2);
  expect(main.broken).toEqual(["SEQ1", "DAT1"]);
  expect(main.values).toEqual([5, ...NEWEST.slice(1)]);
  expect(race([commitRaisesTheSeq], 2)).toEqual(GOOD);
});

test("where one batch tells them all, main is right as well", () => {
  expect(race([], 1)).toEqual(GOOD);
  expect(race([commitRaisesTheSeq], 1)).toEqual(GOOD);
});

test("it goes with all other repairs, and without it they do not help", () => {
  const without = mendedVariants.filter((v) => v !== commitRaisesTheSeq);
  expect(race(without, 2).broken).toContain("DAT1");
  expect(race(mendedVariants, 2)).toEqual(GOOD);
});
