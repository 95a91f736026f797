// A cluster of three mounts in calm weather to which a plan does something, and what it says of it.

import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../../sim/cluster/plan/types.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { MemorySink, type TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { threeHosts } from "./three-hosts.ts";

export const SECOND = 1_000_000;
export const MOUNTS = threeHosts.mounts;

export const cluster: Plan["cluster"] = { ...threeHosts, heartbeatTimeoutMs: 10_000 };

export const plan = (steps: readonly PlanStep[], change: Partial<Plan> = {}): Plan => ({
  format: 1,
  seed: "actions",
  cluster,
  variants: [],
  budget: "survivable",
  weather: {
    ...{ minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 },
    ...{ startMaxUs: 60, preemptWithin: 0, diskMaxUs: 500 },
  },
  steps: [0, 1, 2].map((n) => ({ atUs: n * 1000, do: "mount", n }) as PlanStep).concat(steps),
  endUs: 60 * SECOND,
  ...change,
});

export const worldOf = (...steps: readonly PlanStep[]): ClusterWorld => planWorld(plan(steps), []);

export function entries(w: ClusterWorld, untilUs: number): readonly TraceEntry[] {
  const sink = new MemorySink(1_000_000);
  w.trace.sink = sink;
  w.runFor(untilUs - w.now);
  return sink.entries();
}

/** So slow that a task start or an I/O takes a second. */
export const STILL = 20_000_000;
