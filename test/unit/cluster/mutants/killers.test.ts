// The table of monitors and what they kill: who was first, who only when alone, who never.

import { expect, test } from "vitest";
import type { Verdict } from "../../../../sim/cluster/mutants/hunt.ts";
import { killerLines, neverFirst, silent } from "../../../../sim/cluster/mutants/killers.ts";

const verdict = (key: string, promise: string, runs: number): Verdict => ({
  ...{ key, runs, changed: runs, idle: false, mutant: { kind: "negate", rule: key } },
  killed: { promise, place: "", text: "", seed: "s" },
});
const kills = {
  verdicts: [verdict("slow", "ISO1", 9), verdict("quick", "ISO1", 1)],
  values: [verdict("value", "QRM2", 2)],
  alsoBroken: new Map([["OMP1", "other"]]),
};
const lineOf = (promise: string) => killerLines(kills).find((line) => line.startsWith(promise));

test("counts by family, with the example that takes fewest runs", () => {
  expect(lineOf("ISO1")).toMatch(/^ISO1 +2 +0 {2}quick$/);
  expect(lineOf("QRM2")).toMatch(/^QRM2 +0 +1 {2}value$/);
  expect(lineOf("OMP1")).toMatch(/^OMP1 +0 +0 {2}when alone: other$/);
  expect(lineOf("LCK1")).toMatch(/^LCK1 +0 +0 {2}nothing$/);
});

test("names monitors that kill nothing, and not the errors of the machine", () => {
  expect(neverFirst(kills)).not.toContain("QRM2");
  expect(neverFirst(kills)).toEqual(expect.arrayContaining(["OMP1", "LCK1", "BOUND"]));
  expect(silent(kills)).toContain("LCK1");
  for (const seen of ["ISO1", "QRM2", "OMP1", "BOUND"]) expect(silent(kills)).not.toContain(seen);
});
