// A step that waits for a milestone acts when it comes, on whom that is about, and not once the
// calm has begun.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { misfitOf, planSchema } from "../../../../sim/cluster/plan/file.ts";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import {
  LEADER,
  MILESTONES,
  NAMED,
  type Plan,
  type PlanStep,
  THERE,
} from "../../../../sim/cluster/plan/types.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { MemorySink } from "../../../../sim/engine/trace/trace.ts";
import { oneMember } from "./one-member.ts";

const SECOND = 1_000_000;
const base = generatePlan("upon");
const plan = (steps: readonly PlanStep[], calmAtUs?: number): Plan => ({
  ...base,
  ...oneMember(3),
  steps: [0, 1, 2].map((n): PlanStep => ({ atUs: n * 1000, do: "mount", n })).concat(steps),
  calmAtUs,
});
const upon = (what: (typeof MILESTONES)[number], afterUs = 0) => ({ what, skip: 0, afterUs });
const leaves = { atUs: 3 * SECOND, do: "umount", n: 2 } as const;

/** Which hosts were off after so long. */
function offAfter(p: Plan, us: number): number[] {
  const w: ClusterWorld = planWorld(p, []);
  w.runFor(us);
  return [0, 1, 2].filter((host) => !w.peekHost(host).up);
}
const off = { atUs: 2 * SECOND, do: "power-off", forUs: 0 } as const;

describe("a step upon a milestone", () => {
  test("comes with it, and so long after it", () => {
    const step: PlanStep = { ...off, host: 1, upon: upon("client_destroy", SECOND) };
    const p = plan([leaves, step]);
    const w = planWorld(p, []);
    const sink = new MemorySink(100_000);
    w.trace.sink = sink;
    w.runFor(6 * SECOND);
    const at = (kind: string, mount: number) =>
      sink.entries().find((e) => e.kind === kind && e.mount === mount)?.at ?? -1;
    expect(at("client_destroy", 2)).toBeGreaterThan(3 * SECOND);
    const dead = sink.entries().find((e) => e.kind === "dead")?.at;
    expect(dead).toBe(at("client_destroy", 2) + SECOND);
  });

  test("may be where that happened, or about whom it was", () => {
    const there: PlanStep = { ...off, host: THERE, upon: upon("server_farewell") };
    const named: PlanStep = { ...off, host: NAMED, upon: upon("server_farewell") };
    expect(offAfter(plan([leaves, there]), 6 * SECOND)).toEqual([0]);
    expect(offAfter(plan([leaves, named]), 6 * SECOND)).toEqual([2]);
  });

  test("never comes when that does not happen, nor in the calm", () => {
    const step: PlanStep = { ...off, host: 1, upon: upon("server_farewell") };
    expect(offAfter(plan([step]), 20 * SECOND)).toEqual([]);
    expect(
      offAfter(plan([{ ...leaves, atUs: 9 * SECOND }, step], 8 * SECOND), 12 * SECOND),
    ).toEqual([]);
  });

  test("does not come in the calm either when its milestone was before it", () => {
    const step: PlanStep = { ...off, host: 1, upon: upon("client_destroy", 2 * SECOND) };
    expect(offAfter(plan([leaves, step], 20 * SECOND), 12 * SECOND)).toEqual([1]);
    expect(offAfter(plan([leaves, step], 4 * SECOND), 12 * SECOND)).toEqual([]);
  });

  test("is read from a file, where only such a step may name whom it is told of", () => {
    const step: PlanStep = { ...off, host: NAMED, upon: upon("server_farewell") };
    const read = v.parse(planSchema, plan([step]));
    expect(misfitOf(read)).toBeUndefined();
    const { upon: _, ...lost } = step;
    expect(misfitOf(plan([lost]))?.path).toBe("steps.3.host");
    expect(misfitOf(plan([{ ...lost, host: LEADER }]))).toBeUndefined();
  });

  test("is drawn for every milestone, in some plans and not in all", () => {
    const plans = Array.from({ length: 1000 }, (_, n) => generatePlan(`upon:${n}`));
    const kinds = plans.map((p) =>
      p.steps.flatMap((s) => (s.upon === undefined ? [] : [s.upon.what])),
    );
    expect(new Set(kinds.flat())).toEqual(new Set(MILESTONES));
    const having = kinds.filter((of) => of.length > 0).length;
    expect(having).toBeGreaterThan(400);
    expect(having).toBeLessThan(980);
  });
});
