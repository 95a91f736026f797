// Every order of events around a failover: on three mounts, one of which says farewell while the
// new server still recovers its lock, the search finds the farewell bug, and nothing on `mended`.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../sim/cluster/plan/types.ts";
import {
  type Expedition,
  goAgain,
  resultLines,
  searchIt,
  worldAt,
} from "../../sim/cluster/trial/around.ts";
import { formatArtifact, foundArtifact, readArtifact } from "../../sim/cluster/trial/artifact.ts";
import { tryTrial } from "../../sim/cluster/trial/trial.ts";

const plan = JSON.parse(
  readFileSync(new URL("./farewell-around.json", import.meta.url), "utf8"),
) as Plan;

/** Behind the greeting of the mount that leaves: from the start of the server on, the search takes
 *  ten times as long. */
const around = (...variants: readonly string[]): Expedition => ({
  trial: { plan: { ...plan, variants }, tape: [] },
  moment: { kind: "server_greeting", nth: 4 },
  around: {
    order: { windowUs: 1000, ioUs: 0, planUs: 0, budgets: { preempt: 0 } },
    ...{ forUs: 2_000, thenUs: 1_500_000, states: 20_000, depth: 100, outcomes: 2 },
  },
});

describe("a search around a failover", () => {
  test("finds the farewell that is answered during lock recovery, and keeps the way there", () => {
    const e = around("mended", "farewell-reclaims-during-lock-recovery");
    const at = worldAt(e);
    const { counterexample } = searchIt(at, e);
    expect(counterexample?.text).toContain("which still recovers its locks");
    const path = counterexample?.path ?? [];
    const { trial, outcome, lines } = goAgain(at, e, path);
    expect(lines.at(-1)).toContain("which still recovers its locks");
    expect(lines.length).toBe(path.length + 1);
    const text = formatArtifact(foundArtifact(trial, outcome));
    const artifact = readArtifact(text, "x.json");
    expect(formatArtifact(artifact)).toBe(text);
    expect(artifact.course?.path.length).toBe(path.length);
    expect(tryTrial(artifact)).toEqual(outcome);
    const mended = { ...artifact, plan: { ...artifact.plan, variants: ["mended"] } };
    expect(tryTrial(mended).violation).toBeUndefined();
  });

  test("is complete on mended", () => {
    const e = around("mended");
    const r = searchIt(worldAt(e), e);
    expect(resultLines(r).at(-1)).toBe("complete: no promise is broken within these bounds");
    expect(r.ends).toBeGreaterThan(1);
  });

  test("says which bound cut it", () => {
    const e = around("mended");
    const cut = (bounds: object) => {
      const less = { ...e, around: { ...e.around, ...bounds } };
      return resultLines(searchIt(worldAt(less), less)).at(-1);
    };
    expect(cut({ states: 20 })).toContain("the bound of 20 states");
    expect(cut({ depth: 3 })).toContain("the depth of 3 events");
  });

  test("refuses a moment that the run does not have", () => {
    const e = { ...around("mended"), moment: { kind: "start_recovery", nth: 9 } };
    expect(() => worldAt(e)).toThrow("the run has no start_recovery number 9");
  });
});
