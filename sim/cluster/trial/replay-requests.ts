// RPL1: a handler that is interrupted between its commit and its response, and run again by the
// next server, ends in the same device state, except that inode and sequence numbers may skip.
//
// A short plan asks a cluster for everything that commits, one thing after another, while nothing
// else happens. It is run once undisturbed, which gives the points: the labels that come right
// after a commit on the server's mount. Then, for each point in turn, a clone of the world just
// before the request loses the server's host when a task has come to that label. The others elect,
// fence and reclaim, the client asks again, and when all is at rest the super block is compared
// with the one of the undisturbed run at the same request's end. What belongs to the lost mount is
// left out.
//
// Members of the quorum ask for nothing, and there are three of them: two are left for the next
// server, and nobody's farewell has to wait for theirs. Each mount has a host of its own.

import type { SuperBlock } from "../../../src/server/super.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { start } from "../../engine/build.ts";
import { peekBlock } from "../../engine/device.ts";
import * as hosts from "../../engine/hosts.ts";
import type { Hold } from "../../engine/kernel/holds.ts";
import { MemorySink } from "../../engine/trace/trace.ts";
import { clusterWorld } from "../world/cluster.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";

const SECOND = 1_000_000;
const MOUNTS = 5;
const SLOTS = 3;
/** Asks for things, comes and leaves. */
const CLIENT = 3;
/** Is there from the start, and dies. */
const OTHER = 4;
/** Until all are mounted, and between a request's end and the next. */
const SETTLE_US = 5 * SECOND;
/** A failover with the fencing of the lost server, or 20 s of reconnect and a fence before it. */
const REST_US = 90 * SECOND;
const LOOK_US = SECOND;
const ZONE_BLOCKS = 2 ** 21;
const META_BLOCKS = 2 ** 19;
const DATA_BLOCKS = 2 ** 28;
const INODES = 1000;

/** One thing that is asked for. `isDone` says that whoever asked has been answered. */
interface Request {
  readonly name: string;
  ask(w: ClusterWorld): void;
  isDone(w: ClusterWorld): boolean;
}

/** One end of a handler's commit: the first time that a task comes there. */
export interface Point {
  readonly request: string;
  readonly program: string;
  readonly label: string;
}
export interface Replayed extends Point {
  /** What differs from the undisturbed run; nothing when all is the same. */
  readonly differs: readonly string[];
}

const slotOf = (w: ClusterWorld, n: number) => w.peekMount(n).state.slot;

type Call = "alloc_inodes" | "set_volopt" | "clear_volopt" | "resize_devices";

/** Answered when no task of the mount has the call's program any more. */
const asking = (name: string, call: Call, args: Cluster["Calls"][Call]): Request => ({
  name,
  ask: (w) => {
    start(w, CLIENT, call, args);
  },
  isDone: (w) =>
    w.peekMount(CLIENT).tasks.every((t) => t === undefined || t.frames[0]?.program !== call),
});

const requests: readonly Request[] = [
  {
    name: "mount",
    ask: (w) => {
      start(w, CLIENT, "mount");
    },
    isDone: (w) => slotOf(w, CLIENT).mounted,
  },
  asking("alloc-inodes", "alloc_inodes", { count: INODES }),
  asking("set-volopt", "set_volopt", { blocks: ZONE_BLOCKS }),
  asking("clear-volopt", "clear_volopt", {}),
  asking("resize-devices", "resize_devices", { metaBlocks: META_BLOCKS, dataBlocks: DATA_BLOCKS }),
  {
    name: "umount",
    ask: (w) => {
      start(w, CLIENT, "umount", { force: false });
    },
    isDone: (w) => slotOf(w, CLIENT).umount === "done",
  },
  {
    name: "fence",
    ask: (w) => {
      hosts.powerOff(w, w.peekMount(OTHER).host);
      hosts.settleWrites(w, w.peekMount(OTHER).host);
    },
    isDone: (w) => !superOf(w).mountedClients.some(({ rid }) => rid === slotOf(w, OTHER).rid),
  },
];

function superOf(w: ClusterWorld): SuperBlock {
  const block = peekBlock(w.device(), "server.super") as { super: SuperBlock } | undefined;
  if (block === undefined) throw new Error("no server has written a super block yet");
  return block.super;
}

/** The member whose server is up, -1 while there is none or it still recovers. */
function serverOf(w: ClusterWorld): number {
  for (let n = 0; n < SLOTS; n++) {
    const { alive, state } = w.peekMount(n);
    const { server, recov, fence } = state;
    if (!alive || server.status !== "UP") continue;
    return recov.pending.length === 0 && fence.list.length === 0 ? n : -1;
  }
  return -1;
}

/** Runs until the request is answered and the cluster rests; false when that does not come. */
function rest(
  w: ClusterWorld,
  request: Request,
  isFailover: (w: ClusterWorld) => boolean,
): boolean {
  const end = w.now + REST_US;
  while (w.now < end) {
    w.runFor(LOOK_US);
    if (!request.isDone(w) || serverOf(w) < 0 || !isFailover(w)) continue;
    w.runFor(SETTLE_US);
    return true;
  }
  return false;
}

function quietCluster(seed: string, variants: readonly Variant[]): ClusterWorld {
  const w = clusterWorld({
    ...{ seed, mounts: MOUNTS, slots: SLOTS, hosts: MOUNTS, heartbeatTimeoutMs: 2000, variants },
    agent: { run: "power" },
    blueprint: { scheduling: { start: { min: 5, max: 50 }, preemptWithin: 0 } },
  });
  for (const n of [0, 1, 2, OTHER]) start(w, n, "mount");
  w.runFor(SETTLE_US);
  if (serverOf(w) < 0) throw new Error("no server came up; give another seed");
  return w;
}

interface StepData {
  readonly program: string;
  readonly label: string;
}

/** Where the tasks of a mount go on after `server_apply_commit` has returned without an error: the
 *  call ends in the event in which its caller goes on, since nothing preempts here. */
function pointsOf(sink: MemorySink, request: string, server: number): Point[] {
  const steps = sink.entries().filter((e) => e.kind === "step" && e.mount === server);
  const points: Point[] = [];
  steps.forEach((entry, i) => {
    const { program, label } = entry.data as StepData;
    if (program !== "server_apply_commit" || label !== "applied") return;
    const after = steps[i + 1]?.data as StepData | undefined;
    if (after === undefined) return;
    const { program: caller, label: at } = after;
    if (points.some((p) => p.program === caller && p.label === at)) return;
    points.push({ request, program: caller, label: at });
  });
  return points;
}

const KEEP = 2_000_000;

/** Runs the request undisturbed and gives its points. */
function learn(w: ClusterWorld, request: Request): Point[] {
  const server = serverOf(w);
  const sink = new MemorySink(KEEP);
  w.trace.sink = sink;
  request.ask(w);
  const isDone = rest(w, request, () => true);
  w.trace.sink = undefined;
  if (!isDone) throw new Error(`${request.name} is not answered even when nothing is disturbed`);
  return pointsOf(sink, request.name, server);
}

/** Runs until a task has come to the point, and leaves it there. */
function runTo(w: ClusterWorld, server: number, { program, label }: Point): boolean {
  const until = { is: "released" } as const;
  const hold: Hold = { program, label, until, mount: server, held: [], open: false };
  w.holds.push(hold);
  return w.runUntil(() => hold.held.length > 0, w.now + REST_US);
}

/** What the end state says, but for what may skip forward, what was of the lost mount, and how far
 *  the mounts' own commits and merges have come: of log trees, whose are open; of work that was
 *  handed out, what nobody who is mounted has. */
function comparable(s: SuperBlock, lost: number): Record<string, unknown> {
  const { mountedClients, logTrees, srchBusy, logMerge } = s;
  const { volopt, totalMetaBlocks, totalDataBlocks } = s;
  const kept = <T extends { readonly rid: number }>(items: readonly T[]) =>
    items.filter(({ rid }) => rid !== lost);
  const isNobodys = ({ rid }: { readonly rid: number }) =>
    mountedClients.every((c) => c.rid !== rid);
  const handedOut = [...srchBusy.map((rid) => ({ rid })), ...(logMerge?.requests ?? [])];
  return {
    ...{ volopt, totalMetaBlocks, totalDataBlocks },
    mountedClients: kept(mountedClients),
    openLogTrees: kept(logTrees.filter(({ finalized }) => !finalized)).map(({ rid }) => rid),
    handedOutToNobody: kept(handedOut.filter(isNobodys)).map(({ rid }) => rid),
  };
}

/** What may skip forward must not go back, from what was durable when the server was lost. */
function compare(is: SuperBlock, { was, then, lost }: Compared): string[] {
  const own = comparable(is, lost);
  const other = comparable(was, lost);
  const texts = Object.keys(other).flatMap((name) => {
    const [a, b] = [JSON.stringify(own[name]), JSON.stringify(other[name])];
    return a === b ? [] : [`${name} is ${a}, undisturbed ${b}`];
  });
  const back = (["nextIno", "seq"] as const).filter((name) => is[name] < then[name]);
  return [...texts, ...back.map((name) => `${name} has gone back to ${is[name]}`)];
}

interface Compared {
  readonly was: SuperBlock;
  /** As it was when the server was lost. */
  readonly then: SuperBlock;
  readonly lost: number;
}

function replay(
  before: ClusterWorld,
  request: Request,
  { point, was }: { readonly point: Point; readonly was: SuperBlock },
): Replayed {
  const w = before.clone() as ClusterWorld;
  const server = serverOf(w);
  const lost = slotOf(w, server).rid;
  request.ask(w);
  if (!runTo(w, server, point)) return { ...point, differs: ["the run does not come there"] };
  hosts.powerOff(w, w.peekMount(server).host);
  hosts.settleWrites(w, w.peekMount(server).host);
  const then = superOf(w);
  const isReclaimed = (x: ClusterWorld) => superOf(x).mountedClients.every((c) => c.rid !== lost);
  if (!rest(w, request, isReclaimed)) return { ...point, differs: ["it is never answered"] };
  return { ...point, differs: compare(superOf(w), { was, then, lost }) };
}

/** Every point of the plan, in order, and what its interruption changes. */
export function replayRequests(seed: string, variants: readonly Variant[]): Replayed[] {
  const w = quietCluster(seed, variants);
  return requests.flatMap((request) => {
    const before = w.clone() as ClusterWorld;
    const points = learn(w, request);
    const was = superOf(w);
    return points.map((point) => replay(before, request, { point, was }));
  });
}
