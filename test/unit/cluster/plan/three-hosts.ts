// Three members, each on a host of its own, with an agent that does its work.

import type { Plan } from "../../../../sim/cluster/plan/types.ts";

export const threeHosts: Plan["cluster"] = {
  mounts: 3,
  slots: 3,
  hosts: 3,
  heartbeatTimeoutMs: 2000,
  agent: "honest",
  agentSlowUs: 0,
  agentDelayUs: 1_000_000,
  agentExecMaxUs: 5000,
  rebootUs: 0,
};
