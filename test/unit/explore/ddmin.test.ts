// Whatever the failure looks like, the result fails; and where items do not hide it, it is found in
// few runs.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../sim/engine/chooser.ts";
import { ddmin } from "../../../sim/explore/ddmin.ts";

type Fails = (subset: readonly number[]) => boolean;

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const containsAll =
  (needed: readonly number[]): Fails =>
  (subset) => {
    let met = 0;
    for (const item of subset) if (item === needed[met]) met++;
    return met === needed.length;
  };

/** The full list fails; of any other subset a hash decides: as wild as it gets. */
const wild =
  (seed: string, length: number, percent: number): Fails =>
  (subset) =>
    subset.length === length || seeded(`${seed} ${subset.join()}`).pick(0, "fails", 100) < percent;

/** Some items are needed; some hide the failure unless another is there too. */
const wildOrHidden = fc
  .record({
    length: fc.integer({ min: 0, max: 24 }),
    seed: fc.string(),
    percent: fc.integer({ min: 0, max: 100 }),
    needed: fc.array(fc.nat({ max: 23 }), { maxLength: 5 }),
    hiders: fc.array(fc.tuple(fc.nat({ max: 23 }), fc.nat({ max: 23 })), { maxLength: 8 }),
    isWild: fc.boolean(),
  })
  .map(({ length, seed, percent, needed, hiders, isWild }) => {
    const items = upTo(length);
    const hidden: Fails = (subset) =>
      needed.every((item) => item >= length || subset.includes(item)) &&
      hiders.every(([hider, other]) => !subset.includes(hider) || subset.includes(other % length));
    return { items, fails: isWild ? wild(seed, length, percent) : hidden };
  })
  .filter(({ items, fails }) => fails(items));

const isSubsequence = (part: readonly number[], whole: readonly number[]) =>
  containsAll(part)(whole);

describe("ddmin", () => {
  test("gives a failing subsequence within the budget, whatever the failure looks like", () => {
    fc.assert(
      fc.property(wildOrHidden, fc.integer({ min: 1, max: 60 }), ({ items, fails }, budget) => {
        let calls = 0;
        const counting: Fails = (subset) => {
          calls++;
          return fails(subset);
        };
        const result = ddmin(items, counting, { budget });
        expect(fails(result.items)).toBe(true);
        expect(isSubsequence(result.items, items)).toBe(true);
        expect(result.runs).toBe(calls);
        expect(calls).toBeLessThanOrEqual(budget);
      }),
    );
  });

  test("is one-minimal when it says that it is complete, and it is when the budget allows", () => {
    fc.assert(
      fc.property(wildOrHidden, fc.integer({ min: 1, max: 80 }), ({ items, fails }, budget) => {
        for (const allowed of [budget, 10_000]) {
          const result = ddmin(items, fails, { budget: allowed });
          if (allowed === 10_000) expect(result.complete).toBe(true);
          if (!result.complete) continue;
          for (const dropped of result.items.keys()) {
            expect(fails(result.items.filter((_, i) => i !== dropped))).toBe(false);
          }
        }
      }),
    );
  });

  test("never runs a subset twice", () => {
    fc.assert(
      fc.property(wildOrHidden, ({ items, fails }) => {
        const seen = new Set<string>();
        ddmin(
          items,
          (subset) => {
            expect(seen.has(subset.join())).toBe(false);
            seen.add(subset.join());
            return fails(subset);
          },
          { budget: 10_000 },
        );
      }),
    );
  });

  test("minimises 300 faults to the 5 needed in at most 100 runs, wherever they stand", () => {
    const items = upTo(300);
    const runs: number[] = [];
    for (let placement = 0; placement < 200; placement++) {
      const chooser = seeded(`placement ${placement}`);
      const places = new Set<number>();
      while (places.size < 5) places.add(chooser.pick(0, "place", 300));
      const needed = [...places].sort((a, b) => a - b);
      const result = ddmin(items, containsAll(needed), { budget: 100 });
      expect(result).toMatchObject({ items: needed, complete: true });
      runs.push(result.runs);
    }
    runs.sort((a, b) => a - b);
    expect(runs[100]).toBeLessThanOrEqual(52);
    expect(runs[199]).toBeLessThanOrEqual(60);
  });

  test("needs about two runs an item when nothing can be left out", () => {
    const result = ddmin(upTo(300), containsAll(upTo(300)), { budget: 700 });
    expect(result).toMatchObject({ items: upTo(300), complete: true });
  });

  test("finds that nothing is needed in two runs", () => {
    const result = ddmin(upTo(300), () => true, { budget: 100 });
    expect(result).toEqual({ items: [], runs: 2, complete: true });
  });

  test("keeps equal items apart", () => {
    const twoOfThem: Fails = (subset) => subset.filter((item) => item === 7).length >= 2;
    expect(ddmin([7, 1, 7, 7, 2], twoOfThem, { budget: 100 }).items).toEqual([7, 7]);
  });

  test("says so when the budget ends before the proof", () => {
    const fails = containsAll([3, 250]);
    const { runs } = ddmin(upTo(300), fails, { budget: 100 });
    expect(ddmin(upTo(300), fails, { budget: runs }).complete).toBe(true);
    const cut = ddmin(upTo(300), fails, { budget: runs - 1 });
    expect(cut).toEqual({ items: [3, 250], runs: runs - 1, complete: false });
    expect(ddmin(upTo(300), fails, { budget: 1 }).items).toEqual(upTo(300));
  });

  test("refuses a list that does not fail, and a budget that is not a count", () => {
    expect(() => ddmin([1, 2], () => false, { budget: 9 })).toThrow(
      /full list of 2 items does not fail.* check that the replay gets the same seed/,
    );
    expect(() => ddmin([1], () => true, { budget: 0 })).toThrow(/whole number of runs, at least 1/);
  });
});
