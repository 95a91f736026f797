// A plan that takes little time and comes to the places that these tests look at, and what was
// learned from a few of it.

import { generatePlan } from "../../../../sim/cluster/generate.ts";
import {
  type Candidate,
  type LooksAt,
  learn,
  type Sites,
} from "../../../../sim/cluster/mutants/sites.ts";
import {
  LEADER,
  PLAN_FORMAT,
  type Plan,
  type PlanStep,
} from "../../../../sim/cluster/plan/types.ts";

const SECOND = 1_000_000;
const { weather } = generatePlan("mutants");
/** One mount leaves by force and one cleanly, on one host, and then they come back. */
export const smallPlan = (seed: string): Plan => ({
  ...{ format: PLAN_FORMAT, seed, variants: [], budget: "survivable" },
  weather: { ...weather, minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 },
  cluster: {
    ...{ mounts: 4, slots: 3, hosts: 1, heartbeatTimeoutMs: 4000, rebootUs: 0 },
    ...{ agent: "honest", agentSlowUs: 0, agentDelayUs: SECOND, agentExecMaxUs: 5000 },
  },
  steps: [
    ...[0, 1, 2, 3].map((n): PlanStep => ({ atUs: n * 1000, do: "mount", n })),
    { atUs: 8 * SECOND, do: "force-umount", n: LEADER },
    { atUs: 25 * SECOND, do: "umount", n: 3 },
  ],
  ...{ calmAtUs: 60 * SECOND, endUs: 190 * SECOND },
});

export const learnSmall = (sites: Sites, seed: string, looksAt?: LooksAt): void =>
  learn(sites, { plan: smallPlan(seed), tape: [] }, looksAt);

export function candidateIn(sites: Sites, key: string): Candidate {
  const known = sites.candidates.get(key);
  if (known === undefined) throw new Error(`no run comes to ${key}`);
  return known;
}
