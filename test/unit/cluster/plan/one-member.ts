// A cluster that has one member and some clients, each on a host of its own, in good weather.

import type { Plan } from "../../../../sim/cluster/plan/types.ts";

export const oneMember = (mounts: number): Pick<Plan, "cluster" | "weather"> => ({
  cluster: {
    ...{ mounts, slots: 1, hosts: mounts, heartbeatTimeoutMs: 10_000, rebootUs: 0 },
    ...{ agent: "honest", agentSlowUs: 0, agentDelayUs: 1_000_000, agentExecMaxUs: 5000 },
  },
  weather: {
    ...{ minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 },
    ...{ startMaxUs: 60, preemptWithin: 0, diskMaxUs: 500 },
  },
});
