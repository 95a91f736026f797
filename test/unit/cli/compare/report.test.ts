// What a comparison says, and when it counts as a success.

import { describe, expect, test } from "vitest";
import { linesOf, type Report, succeeds } from "../../../../sim/cli/compare/report.ts";
import { type Difference, differenceOf, type Verdict } from "../../../../sim/explore/compare.ts";

const A = { promise: "LCK2", place: "rid 7", text: "t" };
const B = { promise: "CRASH", place: "x @ y", text: "t" };
const removes = differenceOf([{ n: 4, before: A, after: undefined }]);
const adds = differenceOf([{ n: 2, before: undefined, after: B }]);
const nothing = differenceOf([{ n: 0, before: undefined, after: undefined }]);

const report = (seeds: Difference, verdict?: Verdict, around = nothing): Report => ({
  seed: "s",
  sides: { before: [], after: ["x"] },
  stopped: false,
  seeds,
  near: verdict && {
    failure: A,
    before: { same: { count: 9, of: 10 }, elsewhere: { count: 0, of: 10 }, itself: true },
    after: { same: { count: 0, of: 10 }, elsewhere: { count: 0, of: 10 }, itself: false },
    verdict,
    around,
  },
});

describe("a comparison", () => {
  test("succeeds when it removes something and adds nothing", () => {
    expect(succeeds(report(removes))).toBe(true);
    expect(succeeds(report(nothing))).toBe(false);
    expect(succeeds(report(adds))).toBe(false);
    expect(succeeds(report(differenceOf([{ n: 0, before: A, after: B }])))).toBe(false);
  });

  test("of one failure succeeds when that is fixed, wherever nothing is added", () => {
    expect(succeeds(report(nothing, "fixed"))).toBe(true);
    expect(succeeds(report(removes, "moved"))).toBe(false);
    expect(succeeds(report(removes, "cannot tell: more runs"))).toBe(false);
    expect(succeeds(report(nothing, "fixed", adds))).toBe(false);
  });

  test("says the verdict, the shares and how to see each failure", () => {
    const text = linesOf(report(removes, "fixed")).join("\n");
    expect(text).toContain("before: main\nafter:  x\n");
    expect(text).toContain("LCK2 at rid 7: fixed\n");
    expect(text).toContain("before fails, after does not fail so");
    expect(text).toContain("before: 9 of 10: 90.0 % (59.6 % to 98.2 %)");
    expect(text).toContain("removes LCK2 at rid 7: 1 runs before, 0 after (scoutsim replay s:4)");
    expect(text).toMatch(/\nfixed; removes 1, adds 0 and keeps 0 over the seeds$/);
  });

  test("warns of what may only be hidden", () => {
    const text = linesOf(report(differenceOf([{ n: 0, before: A, after: B }]))).join("\n");
    expect(text).toContain("another failure may hide it before");
    expect(text).toContain("another failure may hide it after");
  });
});
