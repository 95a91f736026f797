// Who is started sooner: by delays that are all alike, or by drawn priorities (PCT).

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { misfitOf, planSchema } from "../../../../sim/cluster/plan/file.ts";
import { type Plan, planWorld } from "../../../../sim/cluster/plan/plan.ts";
import { latestStartUs, priorityDelay } from "../../../../sim/engine/kernel/priorities.ts";

const plan: Plan = {
  format: 1,
  seed: "schedule",
  cluster: {
    ...{ mounts: 3, slots: 3, hosts: 3, heartbeatTimeoutMs: 2000, rebootUs: 0 },
    ...{ agent: "honest", agentSlowUs: 0, agentDelayUs: 1_000_000, agentExecMaxUs: 5000 },
  },
  variants: [],
  budget: "survivable",
  weather: {
    ...{ minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 },
    ...{ startMaxUs: 60, preemptWithin: 0, diskMaxUs: 500 },
  },
  steps: [0, 1, 2].map((n) => ({ atUs: n * 1000, do: "mount", n })),
  endUs: 3_000_000,
};
const byPriority = (depth: number): Plan => ({
  ...plan,
  weather: { ...plan.weather, schedule: { by: "pct", depth } },
});

function run(p: Plan, cloneAt = Number.POSITIVE_INFINITY) {
  let w = planWorld(p, []);
  w.runUntil((x) => x.seq >= cloneAt, p.endUs);
  if (cloneAt < Number.POSITIVE_INFINITY) w = w.clone();
  w.runUntil(() => false, p.endUs);
  return w;
}

describe("a plan that starts tasks by priority", () => {
  test("runs the same every time, and in a clone", () => {
    const w = run(byPriority(3));
    expect(run(byPriority(3)).hash).toBe(w.hash);
    expect(run(byPriority(3), 300).hash).toBe(w.hash);
    expect(run(byPriority(0)).hash).not.toBe(w.hash);
  });

  test("keeps some programs waiting that others do not wait for", () => {
    const early = { ...byPriority(3), endUs: 1_900_000 };
    const levels = [...(run(early).peekMount(0).priorities?.levels.values() ?? [])];
    expect(new Set(levels).size).toBeGreaterThan(3);
  });

  test("drops what is started at a drawn start to the lowest", () => {
    const isLowest = (level: number) => level === 6;
    const lowest = (depth: number) =>
      [0, 1, 2].flatMap((id) => [
        ...(run(byPriority(depth)).peekMount(id).priorities?.levels.values() ?? []),
      ]);
    expect(lowest(0).some(isLowest)).toBe(false);
    expect(lowest(100).some(isLowest)).toBe(true);
  });

  test("draws them anew after a while, so that nobody is late for ever", () => {
    const w = planWorld(byPriority(0), []);
    const seen = new Set<number>();
    for (let i = 0; i < 30; i++) {
      w.runFor(1_000_000);
      const level = w.peekMount(0).priorities?.levels.get("scoutfs_quorum_worker");
      if (level !== undefined) seen.add(level);
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  test("starts everybody within the longest wait, and the lowest not much sooner", () => {
    const w = planWorld(byPriority(100), []);
    const waits = Array.from({ length: 2000 }, (_, n) => priorityDelay(w, 0, `p${n}`, 100).max);
    const latest = latestStartUs(w);
    expect(Math.max(...waits)).toBeLessThanOrEqual(latest);
    expect(Math.max(...waits)).toBeGreaterThan(latest / 4);
  });

  test("is a plan of a file", () => {
    expect(v.parse(planSchema, byPriority(3))).toEqual(byPriority(3));
    expect(misfitOf(byPriority(3))).toBeUndefined();
  });
});

describe("a plan without priorities", () => {
  test("has none, and draws nothing for them", () => {
    const w = run(plan);
    expect(w.peekMount(0).priorities).toBeUndefined();
    expect(JSON.stringify(w.chooser.snapshot())).not.toContain("priority");
    expect(latestStartUs(w)).toBe(plan.weather.startMaxUs);
  });

  test("is what most seeds are, and some have them", () => {
    const plans = Array.from({ length: 100 }, (_, n) => generatePlan(`schedule:${n}`));
    const share = plans.filter(({ weather }) => weather.schedule !== undefined).length;
    expect(share).toBeGreaterThan(3);
    expect(share).toBeLessThan(35);
  });
});
