// Builds a cluster: hosts that carry mounts and a fence agent, the shared device with the quorum
// configuration, everything bound to the plain model or to variants of it. Nothing is mounted yet;
// the agents run.

import { mainApi } from "../../../src/api.ts";
import {
  type AnyProgram,
  address,
  type HostId,
  type Protocol,
  type Rid,
} from "../../../src/core/index.ts";
import { fencedState } from "../../../src/fenced/api.ts";
import { fencedPrograms } from "../../../src/fenced/index.ts";
import type { AgentOptions } from "../../../src/fenced/types.ts";
import { mountState } from "../../../src/mount/state.ts";
import { CONFIG_BLOCK } from "../../../src/quorum/config.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { type Blueprint, build, emptyMount, start } from "../../engine/build.ts";
import { seeded } from "../../engine/chooser.ts";
import { putBlock } from "../../engine/device.ts";
import * as hosts from "../../engine/hosts.ts";
import { worldOf } from "../../engine/kernel/verbs.ts";
import { WHEEL_TURN_US } from "../../engine/kernel/wheel.ts";
import { fileCommands } from "../people/inodes.ts";
import { lockUseCommands } from "../people/lock-use.ts";
import { registerCommands } from "../people/registers.ts";
import { renameCommands } from "../people/rename.ts";
import { requestCommands } from "../people/requests.ts";
import { agentActions, planKills } from "./agents.ts";
import { leaveCommand, mountCommand, umountCommand } from "./commands.ts";
import { hostApi, sysfs, tellAgent } from "./host-view.ts";
import type { Cluster, ClusterMount, ClusterWorld, Slot } from "./types.ts";
import { type Model, plainModel, withVariants } from "./variants.ts";

export interface ClusterOptions {
  readonly seed: string;
  readonly mounts: number;
  /** The first of the mounts are quorum members. */
  readonly slots: number;
  /** Mounts go round the hosts; 1 is one host for all, as scoutfs's own tests have it. */
  readonly hosts: number;
  readonly heartbeatTimeoutMs: number;
  /** How many idle locks a mount keeps; without it the mount option's default. */
  readonly lockIdleCount?: number | undefined;
  /** Without it no mount scans for orphans. */
  readonly orphanScanDelayMs?: number | undefined;
  /** Without it the mount option's default. */
  readonly tcpTimeoutMs?: number | undefined;
  readonly agent: Partial<AgentOptions>;
  /** What is otherwise of an agent that starts at that time. */
  readonly agentAt?: ((nowUs: number) => Partial<AgentOptions>) | undefined;
  readonly variants?: readonly Variant[];
  /** Changes the model that the world is bound to, after the variants; with the agent in it. */
  readonly remodel?: (model: Model) => Model;
  readonly blueprint?: Partial<Blueprint<Cluster>>;
}

const FIRST_RID = 101;
const FIRST_PORT = 6000;

const api: Cluster["Api"] = {
  ...mainApi,
  sysfsStored: (out, writer) => tellAgent(worldOf(out as never), writer),
  sysfs,
  host: hostApi,
} as Cluster["Api"];

const emptySlot = (rid: number, device: string): Slot => ({
  rid: rid as Rid,
  device,
  mounted: false,
  users: 0,
  inSysfs: false,
  mount: "none",
  umount: "none",
  leaving: false,
  left: 0,
});

/** Rids count up over the life of a world, so that a remount has another. */
/** What the n-th mount is called, in all of its incarnations. */
export const deviceOf = (n: number): string => `dev${n}`;

function slotOf(o: ClusterOptions, n: number, rid: number): ClusterMount {
  return {
    ...mountState({
      rid: rid as Rid,
      quorumSlotNr: n < o.slots ? n : -1,
      quorumHeartbeatTimeoutMs: o.heartbeatTimeoutMs,
      ...(o.lockIdleCount === undefined ? {} : { lockIdleCount: o.lockIdleCount }),
      ...(o.orphanScanDelayMs === undefined ? {} : { orphanScanDelayMs: o.orphanScanDelayMs }),
      ...(o.tcpTimeoutMs === undefined ? {} : { tcpKeepaliveTimeoutMs: o.tcpTimeoutMs }),
    }),
    fenced: fencedState(o.agent),
    slot: emptySlot(rid, deviceOf(n)),
  };
}

/** An agent has neither rid nor device. */
function agentOf(o: ClusterOptions, nowUs: number): ClusterMount {
  const agent = { ...o.agent, ...o.agentAt?.(nowUs) };
  return { ...slotOf({ ...o, agent }, o.slots, 0), slot: emptySlot(0, "") };
}

/** What a cluster's world is bound to. */
export function modelOf({
  variants = [],
  remodel,
}: Pick<ClusterOptions, "variants" | "remodel">): Model {
  const { programs, rules } = withVariants(plainModel, variants);
  const model = { programs: [...programs, ...fencedPrograms] as Model["programs"], rules };
  return remodel === undefined ? model : remodel(model);
}

export function clusterWorld(o: ClusterOptions): ClusterWorld {
  const model = modelOf(o);
  const mounts = Array.from({ length: o.mounts }, (_, n) => ({
    host: n % o.hosts,
    name: `m${n}`,
    state: slotOf(o, n, FIRST_RID + n),
  }));
  const agents = Array.from({ length: o.hosts }, (_, host) => ({
    host,
    name: o.hosts === 1 ? "agent" : `agent${host}`,
    state: agentOf(o, 0),
    userspace: true,
  }));
  const { plan = new Map(), chooser = seeded(o.seed), ...blueprint } = o.blueprint ?? {};
  const w = build<Cluster>({
    programs: [
      ...model.programs,
      mountCommand,
      umountCommand,
      leaveCommand,
      ...requestCommands,
      ...lockUseCommands,
      ...fileCommands,
      ...registerCommands,
      ...renameCommands,
    ] as unknown as AnyProgram<Cluster>[],
    rules: model.rules,
    api,
    chooser,
    hosts: o.hosts,
    jiffiesSince: Array.from({ length: o.hosts }, (_, host) =>
      chooser.pick(host, "jiffies since", WHEEL_TURN_US),
    ),
    mounts: [...mounts, ...agents],
    ...blueprint,
    plan: new Map([
      ["power-off", powerOff as never],
      ...(agentActions((now) => agentOf(o, now)) as [string, never][]),
      ...plan,
    ]),
  });
  const ports = Array.from({ length: o.slots }, (_, n) =>
    address((n % o.hosts) as HostId, FIRST_PORT + n),
  );
  putBlock<Protocol["Block"]>(w.device(), CONFIG_BLOCK, { kind: "quorum_config", slots: ports });
  const { slots, heartbeatTimeoutMs, orphanScanDelayMs } = o;
  const scans = orphanScanDelayMs === undefined ? {} : { orphanScanDelayMs };
  w.record(-1, "cluster", { slots, heartbeatTimeoutMs, ...scans });
  for (let host = 0; host < o.hosts; host++) {
    start(w, o.mounts + host, "scoutfs_fenced");
    planKills(w, host, o.agent);
  }
  return w;
}

function powerOff(w: ClusterWorld, action: { readonly host: number }): void {
  hosts.powerOff(w, action.host);
  hosts.settleWrites(w, action.host);
}

/** The same device and slot again, as a new mount with a new rid. */
export function remount(w: ClusterWorld, o: ClusterOptions, n: number): number {
  const again = w.mountCount;
  const name = `m${n}.${again}`;
  const state = slotOf(o, n, FIRST_RID + again);
  const id = w.addMount(emptyMount<Cluster>(n % o.hosts, name, state));
  start(w, id, "mount");
  return id;
}
