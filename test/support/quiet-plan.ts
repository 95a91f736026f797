// A cluster of two hosts in good weather, with one quorum slot: what a test sets going is all that
// happens.

import { generatePlan } from "../../sim/cluster/generate.ts";
import type { Plan } from "../../sim/cluster/plan/types.ts";

const SECOND = 1_000_000;

export function quietPlan(seed: string): Omit<Plan, "variants" | "steps"> {
  const { calmAtUs: _, ...drawn } = generatePlan(seed);
  return {
    ...drawn,
    cluster: {
      ...{ mounts: 2, slots: 1, hosts: 2, heartbeatTimeoutMs: 10_000, agent: "honest" },
      ...{ agentDelayUs: SECOND, agentExecMaxUs: 5000, agentSlowUs: 0, rebootUs: 0 },
    },
    weather: {
      ...{ minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0, startMaxUs: 60 },
      ...{ preemptWithin: 0, diskMaxUs: 500 },
    },
  };
}
