// Which promises a plan is judged by. What a plan breaks itself is nobody's failure: an agent that
// is told to say that it failed, or to lie, breaks the agent's contract, and beyond what scoutfs
// survives there are two servers that may write. There it must still fail safe: no assertion, no
// endless growth, no word out of an isolated mount, elections as ever. A server that stops is safe.

import { entryMonitors, stateMonitors } from "../../../src/monitors/all.ts";
import type { Monitor } from "../../engine/trace/monitor.ts";
import type { Cluster } from "../world/types.ts";
import { wak1 } from "./sleepers.ts";
import type { Plan } from "./types.ts";

export const allMonitors: readonly Monitor<Cluster>[] = [...entryMonitors, ...stateMonitors, wak1];

/** What is asked beyond, besides CRASH and BOUND, which need no monitor. */
const FAILS_SAFE = ["FNC1", "ISO1", "QRM1", "QRM2", "SRV3"];
/** The contract of the agent, where the agent is told to break it. */
const AGENTS_OWN = ["FNC4"];

/** Says without having looked that it failed. */
const agentFails = ({ cluster, steps }: Plan): boolean =>
  cluster.agent === "failing" ||
  cluster.agent === "complaining" ||
  steps.some((step) => step.do === "agent-fails");

export function monitorsFor(plan: Plan): readonly Monitor<Cluster>[] {
  if (plan.budget === "beyond") return allMonitors.filter((m) => FAILS_SAFE.includes(m.promise));
  if (agentFails(plan)) return allMonitors.filter((m) => !AGENTS_OWN.includes(m.promise));
  return allMonitors;
}
