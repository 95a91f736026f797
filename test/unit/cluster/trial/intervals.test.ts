// Each step and delay of a failing run has a span in which it fails, and outside of it it does not.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import { findIntervals, type Intervals } from "../../../../sim/cluster/trial/intervals.ts";
import { runToEnd, worldOf } from "../../../../sim/cluster/trial/trial.ts";
import { watchTrial } from "../../../../sim/cluster/trial/watched.ts";
import { setDelay } from "../../../../sim/explain/delays.ts";

const file = "scenarios/quorum-udp-not-isolated-by-forced-unmount.json";
const artifact = readArtifact(readFileSync(file, "utf8"), file);
const x = watchTrial(artifact);

function found(budget: number): Intervals {
  const intervals: Intervals = { steps: [], delays: [], free: 0, left: 0, runs: 0 };
  if (x === undefined) throw new Error("expected a failure");
  for (const _ of findIntervals(artifact, x, intervals, budget));
  return intervals;
}
const fails = (delay: Parameters<typeof setDelay>[1], us: number): boolean => {
  const w = worldOf(artifact);
  setDelay(w, delay, us);
  return runToEnd(w, artifact.plan).violation?.promise === "ISO1";
};

describe("the span of a delay", () => {
  const intervals = found(400);
  const [first] = intervals.delays;

  test("is where the run fails, and not beyond", () => {
    if (first === undefined) throw new Error("expected a delay that matters");
    const { delay, span } = first;
    expect(fails(delay, span.high)).toBe(true);
    expect(fails(delay, span.high + Math.ceil(span.high / 25))).toBe(false);
    expect(delay.says).toMatch(/ on m0$| from m0 to m0$/);
  });

  test("is told of steps too", () => {
    expect(intervals.steps.map(({ step }) => step.do)).toEqual(["mount", "force-umount"]);
  });

  test("is looked for in so many runs, and what is left is counted", () => {
    const few = found(30);
    expect(few.runs).toBe(30);
    expect(few.left).toBeGreaterThan(0);
    expect(found(30)).toEqual(few);
  });

  test("is looked for of what the failure depends on only", () => {
    const { delays = [], slice = new Set() } = x ?? {};
    expect(delays.length).toBeGreaterThan(0);
    expect(delays.length).toBeLessThanOrEqual(slice.size);
  });
});
