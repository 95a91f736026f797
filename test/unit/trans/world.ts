// Clusters whose mounts write, read and sync files: each mount on a host of its own, the first one
// the server, no fence agent unless a test brings one.

import { type ClusterOptions, clusterWorld } from "../../../sim/cluster/world/cluster.ts";
import type { ClusterMount, ClusterWorld, Op } from "../../../sim/cluster/world/types.ts";
import { start } from "../../../sim/engine/build.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Sink, TraceEntry } from "../../../sim/engine/trace/trace.ts";
import type { LogTrees } from "../../../src/server/super.ts";

export type Cluster = ClusterWorld;
export const SECOND = 1_000_000;
export const FIRST_RID = 101;

/** Keeps entries by their kind: tests ask at every event. */
class Witness implements Sink {
  readonly byKind = new Map<string, TraceEntry[]>();
  add(entry: TraceEntry): void {
    const known = this.byKind.get(entry.kind);
    if (known === undefined) this.byKind.set(entry.kind, [entry]);
    else known.push(entry);
  }
}
const witnessOf = (w: ClusterWorld): Witness => w.trace.sink as Witness;

export const count = (w: ClusterWorld, kind: string): number =>
  witnessOf(w).byKind.get(kind)?.length ?? 0;
export const fields = (w: ClusterWorld, kind: string): Record<string, unknown>[] =>
  (witnessOf(w).byKind.get(kind) ?? []).map(({ data }) => data as Record<string, unknown>);
/** The mounts that have unmounted, in that order, of those that were mounted first. */
export const gone = (w: ClusterWorld): number[] =>
  fields(w, "unmounted").map(({ rid }) => Number(rid) - FIRST_RID);
export const notes = (w: ClusterWorld, part: string): number =>
  [...witnessOf(w).byKind.values()].flat().filter((e) => JSON.stringify(e).includes(part)).length;

export function mounted(o: Partial<ClusterOptions> = {}): ClusterWorld {
  const mounts = o.mounts ?? 2;
  const w = clusterWorld({
    ...{ seed: "trans", slots: 1, hosts: mounts, heartbeatTimeoutMs: 10_000 },
    agent: { habit: "absent" },
    ...o,
    mounts,
  });
  w.trace.sink = new Witness();
  for (let n = 0; n < mounts; n++) start(w, n, "mount");
  w.runUntil(() => count(w, "mounted") === mounts, 20 * SECOND);
  const errors = fields(w, "mounted").map(({ error }) => error);
  if (errors.length < mounts || errors.some((error) => error !== undefined)) {
    throw new Error(`expected all to be mounted, got ${JSON.stringify(errors)}`);
  }
  return w;
}

interface Led {
  readonly w: ClusterWorld;
  readonly leader: number;
  /** The two that carry no server. */
  readonly others: readonly [number, number];
}
/** Three members, which these judge. */
export function threeMembers(seed: string, o: Partial<ClusterOptions>, monitors: object[]): Led {
  const members = { mounts: 3, slots: 3, heartbeatTimeoutMs: 2000, agent: {} };
  const w = mounted({ seed, ...members, ...o, blueprint: { monitors: monitors as never } });
  const all = [0, 1, 2];
  const leader = all.find((n) => peek(w, n).server.status === "UP") ?? -1;
  const [a = -1, b = -1] = all.filter((n) => n !== leader);
  return { w, leader, others: [a, b] };
}

export const state = (w: ClusterWorld, n: number): ClusterMount => w.mount(n).state;
export const peek = (w: ClusterWorld, n: number): ClusterMount => w.peekMount(n).state;
export const ops = (w: ClusterWorld): Op[] => fields(w, "op") as unknown as Op[];

/** Waits for it, at most `withinUs`; the operation, or nothing when it has not returned. */
function op(w: ClusterWorld, n: number, name: string, args: object, withinUs = 5 * SECOND) {
  const before = count(w, "op");
  start(w, n, name, args);
  w.runUntil(() => count(w, "op") > before, w.now + withinUs);
  return ops(w)[before];
}
export const write = (w: ClusterWorld, n: number, ino: number, value: number) =>
  op(w, n, "write_file", { ino, value });
export const read = (w: ClusterWorld, n: number, ino: number): number | undefined =>
  op(w, n, "read_file", { ino })?.value;
export const sync = (w: ClusterWorld, n: number) => op(w, n, "sync", {}, 20 * SECOND);

export function hold(w: ClusterWorld, program: string, label: string, mount = -1): Hold {
  const until = { is: "released" } as const;
  const it: Hold = { program, label, until, mount, held: [], open: false };
  w.holds.push(it);
  return it;
}
export const release = (w: ClusterWorld, it: Hold): void => open(w, it);
export const reaches = (w: ClusterWorld, it: Hold, withinUs = 5 * SECOND): boolean =>
  w.runUntil(() => it.held.length > 0, w.now + withinUs);

/** What the server that runs there has committed. */
export const stableTrees = (w: ClusterWorld, n = 0): LogTrees[] =>
  peek(w, n).server.stableSuper.logTrees;
