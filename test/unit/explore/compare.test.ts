// Which failures a change removes and adds, and the verdict on one of them.

import { describe, expect, test } from "vitest";
import {
  type Around,
  aroundOf,
  differenceOf,
  type Pair,
  verdictOf,
} from "../../../sim/explore/compare.ts";
import type { Failure } from "../../../sim/explore/hunt.ts";

const failure = (promise: string, place: string): Failure => ({ promise, place, text: "t" });
const A = failure("LCK2", "rid 7");
const B = failure("CRASH", "x @ y");
const pairs = (...ends: [Failure | undefined, Failure | undefined][]): Pair[] =>
  ends.map(([before, after], n) => ({ n, before, after }));

describe("a difference", () => {
  test("names what is removed, added and kept, whatever the numbers in it", () => {
    const other = failure("LCK2", "rid 8");
    const d = differenceOf(pairs([A, undefined], [undefined, B], [other, undefined]));
    expect(d.removed).toMatchObject([{ promise: "LCK2", before: 2, after: 0, n: 0 }]);
    expect(d.added).toMatchObject([{ promise: "CRASH", before: 0, after: 1, n: 1 }]);
    expect(d.kept).toEqual([]);
    expect(d.failing).toEqual({ before: 2, after: 1 });
    expect(differenceOf(pairs([A, A])).kept).toHaveLength(1);
  });

  test("says when another failure may hide it on the other side", () => {
    const [hidden] = differenceOf(pairs([A, B])).added;
    expect(hidden?.mayBeHidden).toBe(true);
    const [seen] = differenceOf(pairs([A, B], [undefined, B])).added;
    expect(seen?.mayBeHidden).toBe(false);
  });

  test("does not depend on the order in which the runs came", () => {
    const some = pairs([A, undefined], [B, B], [undefined, A]);
    expect(differenceOf(some.toReversed())).toEqual(differenceOf(some));
  });
});

describe("what is around a failing run", () => {
  test("is counted by promise and place, and the run itself is the first", () => {
    const some = pairs([A, undefined], [A, failure("LCK2", "elsewhere")], [B, A]);
    expect(aroundOf(some, "before", A)).toEqual({
      same: { count: 2, of: 3 },
      elsewhere: { count: 0, of: 3 },
      itself: true,
    });
    expect(aroundOf(some, "after", A)).toEqual({
      same: { count: 1, of: 3 },
      elsewhere: { count: 1, of: 3 },
      itself: false,
    });
  });
});

describe("a verdict", () => {
  const around = (count: number, o: { itself?: boolean; elsewhere?: number } = {}): Around => ({
    same: { count, of: 100 },
    elsewhere: { count: o.elsewhere ?? 0, of: 100 },
    itself: o.itself ?? count > 0,
  });

  test("is fixed when it never comes about any more, and did so often enough before", () => {
    expect(verdictOf(around(60), around(0))).toBe("fixed");
    expect(verdictOf(around(2), around(0))).toBe("cannot tell: more runs");
    expect(verdictOf(around(0), around(0))).toBe("cannot tell: more runs");
  });

  test("is moved when only this run passes", () => {
    expect(verdictOf(around(60), around(55, { itself: false }))).toBe("moved");
  });

  test("is moved when it is rarer, or breaks the promise elsewhere", () => {
    expect(verdictOf(around(60), around(20))).toBe("moved");
    expect(verdictOf(around(60), around(0, { elsewhere: 50 }))).toBe("moved");
  });

  test("is no difference when the run fails as ever", () => {
    expect(verdictOf(around(60), around(58))).toBe("no difference");
  });
});
