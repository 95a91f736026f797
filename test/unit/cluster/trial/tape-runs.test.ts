// A tape says all that a run drew, in few lines, and what it does not say comes from the seed.

import { describe, expect, test } from "vitest";
import {
  chooserOf,
  overlapIn,
  runsOf,
  type TapeRun,
} from "../../../../sim/cluster/trial/tape-runs.ts";
import { drawsOfTrial, trialOf, tryTrial } from "../../../../sim/cluster/trial/trial.ts";
import { seeded, type TapeEntry } from "../../../../sim/engine/chooser.ts";

const draw = (why: string, who: number, count: number, value: number): TapeEntry => {
  return { why, who, count, n: 10, value };
};
const line = (why: string, who: number, count: number, times: number, value: number): TapeRun => {
  return { why, who, count, times, value };
};

describe("a tape", () => {
  test("has one line for equal draws that follow one another", () => {
    const draws = [
      draw("b", 1, 0, 4),
      draw("a", 2, 1, 0),
      draw("a", 2, 0, 0),
      draw("a", 2, 2, 7),
      draw("a", 1, 0, 0),
      draw("a", 2, 4, 7),
    ];
    expect(runsOf(draws)).toEqual([
      line("a", 1, 0, 1, 0),
      line("a", 2, 0, 2, 0),
      line("a", 2, 2, 1, 7),
      line("a", 2, 4, 1, 7),
      line("b", 1, 0, 1, 4),
    ]);
  });

  test("answers what is on it, and leaves the rest as the seed has it", () => {
    const t = { ...trialOf("tape", []), tape: [line("a", 1, 1, 2, 3)] };
    const [taped, plain] = [chooserOf(t), seeded("tape")];
    const both = Array.from({ length: 5 }, () => [
      taped.pick(1, "a", 100),
      plain.pick(1, "a", 100),
    ]);
    expect(both.map(([x]) => x).slice(1, 3)).toEqual([3, 3]);
    for (const i of [0, 3, 4]) expect(both[i]?.[0]).toBe(both[i]?.[1]);
    expect(taped.pick(2, "a", 100)).toBe(plain.pick(2, "a", 100));
  });

  test("of a whole run gives that run again, whatever the seed", () => {
    const { plan } = trialOf("tape", []);
    const t = { plan: { ...plan, endUs: 8_000_000 }, tape: [] };
    const tape = runsOf(drawsOfTrial(t));
    const other = { ...t.plan, seed: "another" };
    expect(tryTrial({ plan: other, tape: [] }).hash).not.toBe(tryTrial(t).hash);
    expect(tryTrial({ plan: other, tape })).toEqual(tryTrial(t));
  });

  test("may not answer a draw twice", () => {
    expect(overlapIn([line("a", 1, 0, 5, 0), line("a", 1, 5, 1, 0)])).toBeUndefined();
    expect(overlapIn([line("a", 1, 0, 5, 0), line("a", 2, 4, 1, 0)])).toBeUndefined();
    expect(overlapIn([line("a", 1, 0, 5, 0), line("a", 1, 4, 1, 0)])).toBe(1);
  });
});
