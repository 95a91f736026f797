// A run of the model with something broken on purpose: a step or a rule is replaced, or the world
// is made worse than scoutfs promises to survive. It gives what a monitor finds in such a run, and
// in the same run with nothing broken.

import { type ClusterOptions, clusterWorld } from "../../../sim/cluster/world/cluster.ts";
import type { Cluster, ClusterWorld } from "../../../sim/cluster/world/types.ts";
import { start } from "../../../sim/engine/build.ts";
import { putBlock } from "../../../sim/engine/device.ts";
import { healAll, isolateHost } from "../../../sim/engine/network/links.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import type { AnyEntryMonitor, AnyStateMonitor } from "../../../src/monitors/types.ts";
import { emptySuper } from "../../../src/server/super.ts";
import type { AnyStep, Variant } from "../../../src/variants/types.ts";

export const SECOND = 1_000_000;

/** What is broken: steps by program and label, or rules. */
export type Mutant = Pick<Variant, "steps" | "rules">;
export type Act = (w: ClusterWorld) => void;

export interface Run {
  readonly shape?: Partial<ClusterOptions>;
  /** What happens, and after how many seconds; all mounts are mounted at the start. */
  readonly script?: readonly (readonly [at: number, act: Act])[];
  readonly seconds?: number;
  /** The cluster is at rest at the end: monitors may look at it. */
  readonly quiet?: boolean;
}

const variantOf = (mutant: Mutant): Variant => ({
  id: "mutant",
  kind: "regression",
  commit: undefined,
  area: "test",
  promises: [],
  says: "broken on purpose",
  ...mutant,
});

export function modelWorld(
  run: Run,
  mutant: Mutant,
  monitor: AnyEntryMonitor | AnyStateMonitor,
): ClusterWorld {
  return clusterWorld({
    ...{ seed: "model", mounts: 3, slots: 3, hosts: 1, heartbeatTimeoutMs: 2000, agent: {} },
    ...run.shape,
    variants: [variantOf(mutant)],
    blueprint: { monitors: [monitor as Monitor<Cluster>] },
  });
}

/** What the monitor says first; undefined when it is content. */
export function finds(
  run: Run,
  mutant: Mutant,
  monitor: AnyEntryMonitor | AnyStateMonitor,
): string | undefined {
  const w = modelWorld(run, mutant, monitor);
  const mounts = run.shape?.mounts ?? 3;
  for (let n = 0; n < mounts; n++) start(w, n, "mount");
  const until = (at: number) => w.runUntil((x) => x.violations.length > 0, at * SECOND);
  for (const [at, act] of run.script ?? []) {
    until(at);
    w.runFor(Math.max(0, at * SECOND - w.now));
    if (w.violations.length === 0) act(w);
  }
  until(run.seconds ?? 20);
  if (run.quiet === true && w.violations.length === 0) w.trace.quiet();
  const [first] = w.violations;
  return first && `${first.place}: ${first.text}`;
}

/** The mount whose server is up. */
export function leaderOf(w: ClusterWorld): number {
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, state } = w.peekMount(id);
    if (alive && state.slot.mounted && state.server.status === "UP") return id;
  }
  throw new Error("the run has no leader at that moment: change its script or its seed");
}

export const leaves =
  (force: boolean): Act =>
  (w) =>
    start(w, leaderOf(w), "umount", { force });

/** The leader's host sends and gets no datagrams. */
export const deafLeader: Act = (w) =>
  isolateHost(w, w.peekMount(leaderOf(w)).host, { hosts: w.hostCount, what: { streams: false } });
export const heal: Act = (w) => healAll(w, w.hostCount);

/** A mount that was there before: it has its item, and never comes back. */
export const oldClient: Act = (w) => {
  const item = { rid: 7 as Rid, address: 1 as Address, quorum: false };
  const content = { kind: "super", super: { ...emptySuper(), mountedClients: [item] } } as const;
  putBlock(w.device(), "server.super", content as never);
};

/** The step that never goes on. */
export const asleep =
  (then: string): AnyStep =>
  (_l) => ({ sleep: (1000 * SECOND) as never, then });

const file =
  (n: number, what: "create_inode" | "open_inode" | "close_inode" | "unlink_inode"): Act =>
  (w) =>
    start(w, n, what, { ino: 1030 });
/** One mount has it open, another unlinks it. */
export const unlinksOpen: Run = {
  script: [
    [5, file(1, "create_inode")],
    [6, file(1, "close_inode")],
    [7, file(2, "open_inode")],
    [8, file(1, "unlink_inode")],
  ],
  seconds: 10,
};
/** And closes it, without knowing of the unlink: that leaves it to a scan. */
export const orphaned: Run = {
  shape: { orphanScanDelayMs: 2000 },
  script: [...(unlinksOpen.script ?? []), [9, file(2, "close_inode")]],
  seconds: 40,
};
