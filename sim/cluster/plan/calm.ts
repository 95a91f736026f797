// The second phase of a run: whatever is wrong is put right, and a random core of the mounts, with
// a majority of the quorum slots, is mounted. From then on nothing disturbs the cluster, so it must
// come to rest in bounded time: LIVE and QRM4 judge that from the `calm` entry on.

import { us } from "../../../src/core/index.ts";
import { votesNeeded } from "../../../src/quorum/api.ts";
import { planAt } from "../../engine/build.ts";
import { type Chooser, seeded } from "../../engine/chooser.ts";
import * as hosts from "../../engine/hosts.ts";
import { healAll } from "../../engine/network/links.ts";
import { setAgent } from "../world/agents.ts";
import type { ClusterWorld } from "../world/types.ts";
import type { Plan } from "./types.ts";

const HEALTHY = 1000;
/** Hosts boot and agents start before anybody mounts. */
const BOOT_US = 5_000_000;
const MOUNT_GAP_US = 70_000;
const AGENT_AT_EASE = { habit: "honest", slowUs: us(0), execMaxUs: us(5_000) } as const;

/** Takes `count` of the list, which it changes. */
function draw(chooser: Chooser, list: number[], count: number): number[] {
  return Array.from({ length: count }, () => {
    const at = chooser.pick(0, "core", list.length);
    return list.splice(at, 1)[0] as number;
  });
}

/** Which mounts are mounted then: a majority of the members at least, and any of the others. */
export function coreOf({ seed, cluster: { mounts, slots } }: Plan): readonly number[] {
  const chooser = seeded(`${seed} core`);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const votes = votesNeeded(slots);
  const members = votes + chooser.pick(0, "members", slots - votes + 1);
  const others = chooser.pick(0, "others", mounts - slots + 1);
  return [
    ...draw(chooser, range(0, slots), members),
    ...draw(chooser, range(slots, mounts), others),
  ].sort((a, b) => a - b);
}

function healHost(w: ClusterWorld, host: number): void {
  hosts.powerOn(w, host);
  hosts.resume(w, host);
  hosts.releaseIo(w, host);
  hosts.releaseWrites(w, host);
  hosts.readmit(w, host);
  hosts.slowIo(w, host, HEALTHY);
  hosts.failIo(w, host, 0);
  hosts.setSlow(w, host, HEALTHY);
  hosts.setClock(w, host, HEALTHY);
  planAt(w, 0, { do: "start-agent", host } as never);
}

/** Once all agents run: each does its work, and quickly. */
function healAgents(w: ClusterWorld): void {
  for (let host = 0; host < w.hostCount; host++) setAgent(w, host, AGENT_AT_EASE);
}

/** The actions that `planCalm` puts into the plan; the plan's own `mount` does the rest. */
export function calmActions(plan: Plan): [string, (w: ClusterWorld) => void][] {
  return [
    [
      "heal",
      (w) => {
        healAll(w, w.hostCount);
        for (let host = 0; host < w.hostCount; host++) healHost(w, host);
        coreOf(plan).forEach((n, i) => {
          planAt(w, BOOT_US + i * MOUNT_GAP_US, { do: "mount", n } as never);
        });
        planAt(w, BOOT_US, { do: "calm" });
      },
    ],
    [
      "calm",
      (w) => {
        healAgents(w);
        w.record(-1, "calm", {});
      },
    ],
  ];
}

/** Faults and people must have ended by then. */
export function planCalm(w: ClusterWorld, atUs: number): void {
  planAt(w, atUs, { do: "heal" });
}

/** Whether the cluster has come to rest: the core is mounted and has one server, nobody comes or
 *  goes, and nothing is being recovered or fenced. */
export function isAtRest(w: ClusterWorld, plan: Plan): boolean {
  let servers = 0;
  const mounted = new Set<string>();
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, state } = w.peekMount(id);
    if (!alive || state.slot.rid === 0 || !state.slot.inSysfs) continue;
    const { slot, server, recov, fence } = state;
    if (!slot.mounted || recov.pending.length > 0 || fence.list.length > 0) return false;
    if (server.status === "UP") servers++;
    else if (server.status !== "DOWN") return false;
    mounted.add(slot.device);
  }
  return servers === 1 && coreOf(plan).every((n) => mounted.has(`dev${n}`));
}
