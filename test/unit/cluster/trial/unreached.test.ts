// The reasons why nothing comes to some labels and notes: each is of something that there is, none
// is of something that runs come to, and what they say of plans is so.

import { beforeAll, describe, expect, test } from "vitest";
import { knownMarks } from "../../../../sim/cli/coverage.ts";
import { countRun, knownPairs } from "../../../../sim/cluster/trial/count-runs.ts";
import { planOf } from "../../../../sim/cluster/trial/trial.ts";
import { unreached } from "../../../../sim/cluster/trial/unreached.ts";
import { countsOf, coverageLines, newCoverage } from "../../../../sim/explore/coverage.ts";
import { EXTENTS_PER_COMMIT } from "../../../../src/server/log-trees.ts";

const RUNS = 6;

describe("a reason why nothing comes there", () => {
  const coverage = newCoverage();
  beforeAll(() => {
    for (let n = 0; n < RUNS; n++) countRun(coverage, planOf(`unreached:${n}`, []));
  });

  test("is of a label, a note or a pair that there is", () => {
    const known = new Set([...coverage.labels.keys(), ...knownMarks(), ...knownPairs]);
    const unknown = (whats: readonly string[]) => whats.filter((what) => !known.has(what));
    expect(unknown(Object.keys(unreached))).toEqual([]);
    expect(unknown(["mount @ begin", "mount @ nowhere", "nobody says this"])).toHaveLength(2);
  });

  test("is none of what a few runs come to, and one that is wrong is told", () => {
    const told = (reasons: Readonly<Record<string, string>>): string[] => {
      const known = { marks: [], pairs: [], reasons };
      const lines = coverageLines(countsOf(coverage, known), known);
      return lines.filter((line) => line.includes("though it has a reason"));
    };
    expect(told(unreached)).toEqual([]);
    expect(told({ ...unreached, "mount @ begin": "generator: nobody mounts" })).toHaveLength(1);
  });

  test("is listed in the order of names", () => {
    const names = Object.keys(unreached);
    expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
  });
});

/** The inodes that somebody writes to: whatever a mount's transaction has, it has no more items. */
function written(steps: readonly object[]): number {
  const inos = new Set<number>();
  for (const step of steps as readonly Partial<Written>[]) {
    const { ino = 0, apart = 0, among = Number.MAX_SAFE_INTEGER, times = 0, other } = step;
    if (step.do !== "write-file" && step.do !== "rename-files") continue;
    for (let i = 0; i < times; i++) inos.add(ino + (i % among) * apart);
    if (other !== undefined) inos.add(other);
  }
  return inos.size;
}
interface Written {
  readonly do: string;
  readonly ino: number;
  readonly apart: number;
  readonly among: number;
  readonly times: number;
  readonly other: number;
}

describe("what a plan writes", () => {
  test("fits into one commit, so that nothing is left to be drained", () => {
    const plans = Array.from({ length: 600 }, (_, n) => planOf(`written:${n}`, []));
    const most = Math.max(...plans.map(({ steps }) => written(steps)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(EXTENTS_PER_COMMIT);
  });

  test("is counted by inode", () => {
    const burst = { do: "write-file", ino: 2, apart: 3, times: 300 };
    expect(written([burst])).toBeGreaterThan(EXTENTS_PER_COMMIT);
    expect(written([burst, burst, { ...burst, do: "read-file", ino: 1 }])).toBe(300);
    expect(
      written([
        { ...burst, among: 4 },
        { do: "rename-files", times: 1, other: 9 },
      ]),
    ).toBe(6);
  });
});
