// The second phase of a run: whatever is wrong is put right, and a random core of the mounts, with
// a majority of the quorum slots, is mounted. From then on nothing disturbs the cluster, so it must
// come to rest in bounded time: LIVE and QRM4 judge that from the `calm` entry on. A cluster that
// is shut down has nobody mounted again: whoever is leaving has to get away without them.

import { each, us } from "../../../src/core/index.ts";
import type { InodeBlock } from "../../../src/inode/types.ts";
import { votesNeeded } from "../../../src/quorum/api.ts";
import { planAt } from "../../engine/build.ts";
import { type Chooser, seeded } from "../../engine/chooser.ts";
import * as hosts from "../../engine/hosts.ts";
import { healAll } from "../../engine/network/links.ts";
import { setAgent } from "../world/agents.ts";
import type { ClusterMount, ClusterWorld } from "../world/types.ts";
import type { Plan } from "./types.ts";
import { endListening } from "./upon.ts";

const HEALTHY = 1000;
/** Hosts boot and agents start before anybody mounts. */
const BOOT_US = 5_000_000;
const MOUNT_GAP_US = 70_000;
const AGENT_AT_EASE = { habit: "honest", slowUs: us(0), execMaxUs: us(5_000) } as const;

/** How an agent is that starts at that time: with the calm they are at ease. */
export const agentAt =
  ({ calmAtUs = Number.MAX_SAFE_INTEGER }: Plan) =>
  (nowUs: number) =>
    nowUs < calmAtUs + BOOT_US ? {} : AGENT_AT_EASE;

/** Takes `count` of the list, which it changes. */
function draw(chooser: Chooser, list: number[], count: number): number[] {
  return Array.from({ length: count }, () => {
    const at = chooser.pick(0, "core", list.length);
    return list.splice(at, 1)[0] as number;
  });
}

/** Which mounts are mounted then: a majority of the members at least, and any of the others; nobody
 *  of a cluster that is shut down. */
export function coreOf({ seed, shutDown, cluster: { mounts, slots } }: Plan): readonly number[] {
  if (shutDown === true) return [];
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

/** When people look after the cluster: who was fenced for what was before comes back. Not sooner: a
 *  host that boots is fenced once more for a mount that it had, up to a reconnect timeout later. */
const TEND_US = [30_000_000, 60_000_000];

function tend(w: ClusterWorld, plan: Plan): void {
  for (let host = 0; host < w.hostCount; host++) {
    if (!w.peekHost(host).up) planAt(w, 0, { do: "power-on", host } as never);
  }
  for (const n of coreOf(plan)) planAt(w, 0, { do: "mount", n } as never);
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
        endListening(w);
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
        for (const us of TEND_US) planAt(w, us, { do: "tend" });
      },
    ],
    [
      "tend",
      (w) => {
        healAgents(w);
        tend(w, plan);
      },
    ],
  ];
}

/** Faults and people must have ended by then. */
export function planCalm(w: ClusterWorld, atUs: number): void {
  planAt(w, atUs, { do: "heal" });
}

/** A device error ends the worker for good, and the mount goes on without. */
export const hasQuorumWorker = (w: ClusterWorld, id: number): boolean =>
  w.peekMount(id).tasks.some((task) => task?.frames[0]?.program === "scoutfs_quorum_worker");

/** Calls of people that have not ended. An open file is none. After a forced unmount nothing is
 *  owed: it may have been refused because somebody is inside. */
export function callsIn({ slot, inode, super: sb }: ClusterMount): number {
  if (!slot.mounted || sb.forcingUnmount) return 0;
  const opens = [...each(inode.cache)].reduce((sum, [, { opens }]) => sum + opens, 0);
  return slot.users - opens;
}

/** Inodes that were unlinked, that nobody has open, and that are still there. */
function hasOrphans(w: ClusterWorld): boolean {
  const { blocks } = w.peekDevice();
  const orphans = [...blocks].flatMap(([name, { content }]) =>
    name.startsWith("inode.group.") ? (content as InodeBlock).items.filter((i) => i.orphan) : [],
  );
  const isOpen = (ino: number): boolean =>
    Array.from({ length: w.mountCount }, (_, id) => w.peekMount(id)).some(
      ({ alive, state }) =>
        alive && [...each(state.inode.cache)].some(([, i]) => i.ino === ino && i.opens > 0),
    );
  return orphans.some(({ ino }) => !isOpen(ino));
}

/** Somebody has a connection to a host that has died since, and has not found out: once it does, it
 *  lets go of whatever goes with the connection. */
function isSilent(w: ClusterWorld): boolean {
  return w
    .peekNet()
    .streams.some(
      ({ live, ends }) =>
        live &&
        ends.some(({ life }) => life === "open") &&
        ends.some(({ life }) => life === "dead"),
    );
}

/** Whether the cluster has come to rest: a majority is mounted and has one server, nobody comes or
 *  goes, nothing is being recovered, fenced or waited for, and no connection leads to nobody. Of
 *  the core some may have been fenced. Where mounts scan for orphans, none is left. */
export function isAtRest(w: ClusterWorld, plan: Plan): boolean {
  if (w.now <= (plan.calmAtUs ?? 0) + BOOT_US + plan.cluster.mounts * MOUNT_GAP_US) return false;
  let servers = 0;
  let members = 0;
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, state } = w.peekMount(id);
    if (!alive || state.slot.rid === 0 || !state.slot.inSysfs) continue;
    const { slot, server, recov, fence, net } = state;
    if (!slot.mounted || recov.pending.length > 0 || fence.list.length > 0) return false;
    if (callsIn(state) > 0) return false;
    if ([...each(net.conns)].some(([, { flags }]) => flags.reconnWait)) return false;
    if (server.status === "UP") servers++;
    else if (server.status !== "DOWN") return false;
    if (hasQuorumWorker(w, id)) members++;
  }
  if (isSilent(w)) return false;
  if (plan.cluster.orphanScanDelayMs !== undefined && hasOrphans(w)) return false;
  return servers === 1 && members >= votesNeeded(plan.cluster.slots);
}
