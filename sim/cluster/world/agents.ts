// The life of fence agents: the service of a host is killed and started again, as systemd does with
// one that failed, or goes with its host and comes back with it. What an agent had begun in the
// kernel goes on; whom to fence the next one reads from sysfs.

import { RESTART_SEC } from "../../../src/fenced/api.ts";
import type { AgentOptions } from "../../../src/fenced/types.ts";
import { emptyMount, planAt, start } from "../../engine/build.ts";
import * as hosts from "../../engine/hosts.ts";
import type { Cluster, ClusterMount, ClusterWorld } from "./types.ts";

/** A slot without a device is an agent. */
export const isAgent = (m: ClusterMount): boolean => m.slot.device === "";

/** The agent of the host that lives, or -1. */
export function agentOf(w: ClusterWorld, host: number): number {
  for (let id = w.mountCount - 1; id >= 0; id--) {
    const m = w.peekMount(id);
    if (m.host === host && m.alive && isAgent(m.state)) return id;
  }
  return -1;
}

/** Does nothing on a host that is off or whose agent runs. */
export function startAgent(w: ClusterWorld, host: number, state: ClusterMount): void {
  if (!w.peekHost(host).up || agentOf(w, host) >= 0) return;
  const id = w.addMount(emptyMount<Cluster>(host, `agent${host}.${w.mountCount}`, state, true));
  start(w, id, "scoutfs_fenced");
}

/** A service that is killed takes the command that it runs with it. */
export function killAgent(w: ClusterWorld, host: number): void {
  const id = agentOf(w, host);
  if (id >= 0) hosts.killMount(w, id);
}

/** What the running agent does with requests from now on. */
export function setAgent(w: ClusterWorld, host: number, options: Partial<AgentOptions>): void {
  const id = agentOf(w, host);
  if (id < 0) return;
  const { fenced } = w.mount(id).state;
  fenced.options = { ...fenced.options, ...options };
}

type AgentAction = { readonly host: number };

/** The actions of a world that kill and start agents; `state` makes one that starts then. */
export function agentActions(
  state: (nowUs: number) => ClusterMount,
): [string, (w: ClusterWorld, a: AgentAction) => void][] {
  return [
    ["kill-agent", (w, { host }) => killAgent(w, host)],
    ["start-agent", (w, { host }) => startAgent(w, host, state(w.now))],
  ];
}

/** The service is killed at each of the instants, and systemd starts it again. */
export function planKills(w: ClusterWorld, host: number, o: Partial<AgentOptions>): void {
  for (const at of o.killedAtUs ?? []) {
    planAt(w, at, { do: "kill-agent", host } as never);
    planAt(w, at + RESTART_SEC, { do: "start-agent", host } as never);
  }
}
