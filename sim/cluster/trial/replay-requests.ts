// RPL1: a handler that is interrupted between its commit and its response, and run again by the
// next server, ends in the same device state, except that inode and sequence numbers may skip.
//
// A short plan (replayed.ts) asks a cluster for everything that commits, one thing after another,
// while nothing else happens. It is run once undisturbed, which gives the points: the labels that
// come right after a commit on the server's mount, and all labels of what answers without one.
// Then, for each point in turn, a clone of the world just before the request loses the server's
// host when a task has come to that label. The others elect, fence and reclaim, the client asks
// again, and when all is at rest the super block, and what a mount reads of the files, are
// compared with those of the undisturbed run at the same request's end. What belongs to the lost
// mount is left out.
//
// Members of the quorum ask for nothing, and there are three of them: two are left for the next
// server, and nobody's farewell has to wait for theirs. Each mount has a host of its own.

import { emptySuper, type SuperBlock } from "../../../src/server/super.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { start } from "../../engine/build.ts";
import { putBlock } from "../../engine/device.ts";
import * as hosts from "../../engine/hosts.ts";
import type { Hold } from "../../engine/kernel/holds.ts";
import { MemorySink } from "../../engine/trace/trace.ts";
import { clusterWorld } from "../world/cluster.ts";
import type { ClusterWorld } from "../world/types.ts";
import { inodesOf, OTHER, type Request, readAll, requests, slotOf, superOf } from "./replayed.ts";

const SECOND = 1_000_000;
const MOUNTS = 5;
const SLOTS = 3;
/** Until all are mounted, and between a request's end and the next. */
const SETTLE_US = 5 * SECOND;
/** A failover with the fencing of the lost server, or 20 s of reconnect and a fence before it. */
const REST_US = 90 * SECOND;
const LOOK_US = SECOND;
/** The first time that a task comes there. */
export interface Point {
  readonly request: string;
  readonly program: string;
  readonly label: string;
}
export interface Replayed extends Point {
  /** What differs from the undisturbed run; nothing when all is the same. */
  readonly differs: readonly string[];
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

/** The default. A client that sends to a dead server just before it would have probed it notices
 *  the death up to 45 s later (net.c:sock_opts_and_names). With short heartbeat timeouts the next
 *  server is up so soon that its recovery is over by then: it has the client fenced, and what the
 *  interrupted handler did is not what differs. */
const HEARTBEAT_TIMEOUT_MS = 10_000;

function quietCluster(seed: string, variants: readonly Variant[]): ClusterWorld {
  const w = clusterWorld({
    ...{
      seed,
      mounts: MOUNTS,
      slots: SLOTS,
      hosts: MOUNTS,
      heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
      variants,
    },
    agent: { run: "power" },
    blueprint: { scheduling: { start: { min: 5, max: 50 }, preemptWithin: 0 } },
  });
  const content = { kind: "super", super: { ...emptySuper(), srchPending: 1 } } as const;
  putBlock(w.device(), "server.super", content as never);
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
function pointsOf(
  sink: MemorySink,
  { name: request, also = [] }: Request,
  server: number,
): Point[] {
  const steps = sink.entries().filter((e) => e.kind === "step" && e.mount === server);
  const points: Point[] = [];
  const add = ({ program, label }: StepData) => {
    if (points.some((p) => p.program === program && p.label === label)) return;
    points.push({ request, program, label });
  };
  steps.forEach((entry, i) => {
    const { program, label } = entry.data as StepData;
    const after = steps[i + 1]?.data as StepData | undefined;
    if (also.includes(program)) add({ program, label });
    if (program === "server_apply_commit" && label === "applied" && after) add(after);
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
  return pointsOf(sink, request, server);
}

/** Runs until a task has come to the point, and leaves it there. */
function runTo(w: ClusterWorld, server: number, { program, label }: Point): boolean {
  const until = { is: "released" } as const;
  const hold: Hold = { program, label, until, mount: server, held: [], open: false };
  w.holds.push(hold);
  return w.runUntil(() => hold.held.length > 0, w.now + REST_US);
}

/** What there is when all is at rest. */
interface End {
  readonly super: SuperBlock;
  readonly inodes: unknown;
  readonly files: unknown;
}
const endOf = (w: ClusterWorld): End => ({
  super: superOf(w),
  inodes: inodesOf(w),
  files: readAll(w, REST_US),
});

/** What the end state says, but for what may skip forward, what was of the lost mount, and how far
 *  the mounts' own commits and merges have come: of log trees, who has any, for a merge may be
 *  under way, and whose are open twice or of nobody who is mounted; so too of work that was handed
 *  out. */
function comparable({ super: s, ...seen }: End, lost: number): Record<string, unknown> {
  const { mountedClients, logTrees, srchBusy, srchPending, logMerge } = s;
  const { volopt, totalMetaBlocks, totalDataBlocks } = s;
  const kept = <T extends { readonly rid: number }>(items: readonly T[]) =>
    items.filter(({ rid }) => rid !== lost);
  const isNobodys = ({ rid }: { readonly rid: number }) =>
    mountedClients.every((c) => c.rid !== rid);
  const handedOut = [...srchBusy.map((rid) => ({ rid })), ...(logMerge?.requests ?? [])];
  const open = logTrees.filter(({ finalized }) => !finalized);
  const isSecond = ({ rid }: { readonly rid: number }, i: number) =>
    open.findIndex((other) => other.rid === rid) < i;
  return {
    ...{ volopt, totalMetaBlocks, totalDataBlocks, srchPending, ...seen },
    srchBusy: srchBusy.filter((rid) => rid !== lost),
    mountedClients: kept(mountedClients),
    withLogTrees: kept(mountedClients.filter((c) => logTrees.some(({ rid }) => rid === c.rid))),
    openTwice: kept(open.filter(isSecond)).map(({ rid }) => rid),
    openLogTreesOfNobody: kept(open.filter(isNobodys)).map(({ rid }) => rid),
    handedOutToNobody: kept(handedOut.filter(isNobodys)).map(({ rid }) => rid),
  };
}

/** What may skip forward must not go back, from what was durable when the server was lost. */
function compare(is: End, { was, then, lost }: Compared): string[] {
  const own = comparable(is, lost);
  const other = comparable(was, lost);
  const texts = Object.keys(other).flatMap((name) => {
    const [a, b] = [JSON.stringify(own[name]), JSON.stringify(other[name])];
    return a === b ? [] : [`${name} is ${a}, undisturbed ${b}`];
  });
  const back = (["nextIno", "seq"] as const).filter((name) => is.super[name] < then[name]);
  return [...texts, ...back.map((name) => `${name} has gone back to ${is.super[name]}`)];
}

interface Compared {
  readonly was: End;
  /** As it was when the server was lost. */
  readonly then: SuperBlock;
  readonly lost: number;
}

function replay(
  before: ClusterWorld,
  request: Request,
  { point, was }: { readonly point: Point; readonly was: End },
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
  return { ...point, differs: compare(endOf(w), { was, then, lost }) };
}

/** Every point of the plan, in order, and what its interruption changes. */
export function replayRequests(seed: string, variants: readonly Variant[]): Replayed[] {
  const w = quietCluster(seed, variants);
  return requests.flatMap((request) => {
    const before = w.clone() as ClusterWorld;
    const points = learn(w, request);
    const was = endOf(w);
    return points.map((point) => replay(before, request, { point, was }));
  });
}
