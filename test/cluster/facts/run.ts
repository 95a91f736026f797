// A run of the model that is told as the recordings tell theirs, so that one function counts a fact
// in both: a cluster on one host as scoutfs's own tests have it, what its driver does to it, and
// the entries under their recorded names.

import { expect } from "vitest";
import { type ClusterOptions, clusterWorld, remount } from "../../../sim/cluster/world/cluster.ts";
import type { Cluster, ClusterMount, ClusterWorld } from "../../../sim/cluster/world/types.ts";
import type { Model } from "../../../sim/cluster/world/variants.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { TraceEntry } from "../../../sim/engine/trace/trace.ts";
import { kinds } from "../../../sim/real/kinds.ts";
import { ms, seconds } from "../../../src/core/index.ts";
import { kindOf, wanted } from "../../../src/monitors/entries.ts";
import type { Told } from "../../support/facts.ts";

export const SECOND = 1_000_000;
/** What a driver waits for anything before it gives up. */
const PATIENCE_US = 120 * SECOND;

export interface Run extends Told {
  readonly w: ClusterWorld;
  readonly o: ClusterOptions;
  readonly entries: TraceEntry[];
}

const kept: ReadonlySet<string> = new Set([
  ...kinds.values(),
  ...["incarnation", "mounted", "unmounted", "ignored", "server_up"],
]);

/** Probes on the entry of functions of which the model has no record. */
const probes: ReadonlyMap<string, string> = new Map([
  ["scoutfs_server_stop_wait", "server_stop_wait"],
  ["scoutfs_fence_wait_fenced", "fence_wait"],
  ["fence_timeout", "fence_timeout"],
]);

function probed(p: Model["programs"][number]): Model["programs"][number] {
  const kind = probes.get(p.name);
  const first = p.steps[p.start];
  if (kind === undefined || first === undefined) return p;
  const step: typeof first = (l, m, out, ret) => {
    out.emit({ kind } as never);
    return first(l, m, out, ret);
  };
  return { ...p, steps: { ...p.steps, [p.start]: step } };
}

/** Judges nothing. What it has seen is the test's and no part of the world. */
const witness = (entries: TraceEntry[]): Monitor<Cluster> => ({
  promise: "(test)",
  wants: wanted(...kept),
  start: () => ({}),
  on(entry) {
    const kind = kindOf(entry);
    if (kept.has(kind)) entries.push({ ...entry, kind });
  },
});

/** Fenced by the force-unmount script after a second, with default options, as the recordings. */
export function makeRun(seed: string, shape: Partial<ClusterOptions> = {}): Run {
  const o: ClusterOptions = {
    ...{ seed, mounts: 3, slots: 3, hosts: 1, heartbeatTimeoutMs: 10_000 },
    agent: { run: "force-unmount", delayUs: seconds(1) },
    ...shape,
  };
  const entries: TraceEntry[] = [];
  const remodel = (model: Model): Model => ({ ...model, programs: model.programs.map(probed) });
  const w = clusterWorld({
    ...o,
    remodel,
    blueprint: { ...shape.blueprint, monitors: [witness(entries)] },
  });
  return { w, o, entries, slots: o.slots };
}

/** The latest incarnation of mount `nr`. */
export function latest({ w }: Run, nr: number): number {
  for (let id = w.mountCount - 1; id >= 0; id--) {
    if (w.peekMount(id).state.slot.device === `dev${nr}`) return id;
  }
  throw new Error(`there should be a mount ${nr}`);
}

export const stateOf = (run: Run, nr: number): ClusterMount =>
  run.w.peekMount(latest(run, nr)).state;
export const ridOf = (run: Run, nr: number): number => stateOf(run, nr).slot.rid;
export const all = ({ o }: Run): number[] => Array.from({ length: o.mounts }, (_, nr) => nr);

/** Looks every millisecond. */
export function until({ w, o }: Run, what: string, isSo: () => boolean, limit = PATIENCE_US): void {
  const end = w.now + limit;
  while (!isSo() && w.now < end) w.runFor(ms(1));
  expect(isSo(), `${what} by ${w.now} us, seed ${o.seed}`).toBe(true);
}

const serverIsUp = (run: Run) => (nr: number) => {
  const { slot, server } = stateOf(run, nr);
  return slot.inSysfs && server.status === "UP";
};

/** Whose server is up. */
export function leaderOf(run: Run): number {
  const nr = all(run).find(serverIsUp(run));
  if (nr === undefined) throw new Error(`there should be a leader at ${run.w.now} us`);
  return nr;
}

export const waitLeader = (run: Run): void =>
  until(run, "a leader", () => all(run).some(serverIsUp(run)));

export function beginMount(run: Run, nr: number): void {
  const { w, o } = run;
  if (stateOf(run, nr).slot.mount === "none") {
    start(w, latest(run, nr), "mount");
    w.mount(latest(run, nr)).state.slot.mount = "running";
  } else remount(w, o, nr);
}

export const waitMounted = (run: Run, nrs: readonly number[]): void =>
  until(run, `mounts ${nrs.join(" ")}`, () => nrs.every((nr) => stateOf(run, nr).slot.mounted));

export function mounts(run: Run, nrs: readonly number[]): void {
  for (const nr of nrs) beginMount(run, nr);
  waitMounted(run, nrs);
}

export function beginUmount(run: Run, nr: number, force = false): void {
  start(run.w, latest(run, nr), "umount", { force });
}

export function waitUnmounted(run: Run, nrs: readonly number[]): void {
  const isGone = (nr: number) => stateOf(run, nr).slot.umount === "done";
  until(run, `unmounts ${nrs.join(" ")}`, () => nrs.every(isGone));
}

export function umounts(run: Run, nrs: readonly number[]): void {
  for (const nr of nrs) beginUmount(run, nr);
  waitUnmounted(run, nrs);
}

export function forceUmounts(run: Run, nrs: readonly number[]): void {
  for (const nr of nrs) beginUmount(run, nr, true);
  waitUnmounted(run, nrs);
}

/** A mount that everybody has seen: a run whose clock is at another place of the heartbeats for
 *  each seed. */
export function mountedRun(seed: number, shape: Partial<ClusterOptions> = {}): Run {
  const run = makeRun(`fact ${seed}`, shape);
  mounts(run, all(run));
  run.w.runFor(SECOND + ms((seed * 7) % 100));
  return run;
}

/** Asks a mount for one thing now. */
export const ask = (run: Run, nr: number, program: string, args: object = {}): number =>
  start(run.w, latest(run, nr), program, args);

/** Every so often one of the mounts writes an inode that all of them use, in turn, and asks for
 *  inodes. */
export function traffic(
  run: Run,
  { forUs, everyUs }: { readonly forUs: number; readonly everyUs: number },
): void {
  const end = run.w.now + forUs;
  for (let n = 0; run.w.now < end; n++) {
    const nr = n % run.o.mounts;
    ask(run, nr, "use_inode", { ino: 1 + (n % 4) * 2000, mode: "write", forUs: ms(1) });
    ask(run, nr, "alloc_inodes", { count: 100 });
    run.w.runFor(everyUs);
  }
}
