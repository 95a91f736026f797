// Since when the environment lets the cluster do what it owes. Faults enclose themselves in
// `unfair` and `fair`; what people and dying hosts do in between begins a new wait, since a cluster
// that loses a member may have to elect, fence and recover again. So does one whose agent, busy
// with others, answers a request later than its timer (fence.c:FENCE_TIMEOUT_MS), or later than a
// server that starts waits for it (quorum.c:SCOUTFS_QUORUM_FENCE_TO_MS): the server stops for it.
// That begins a new wait only if some request was fenced since it last did, so that an agent that
// gets nowhere is no excuse. One that has fenced somebody for a server which has given up by then
// got somewhere: it is slower than that server waits, and may stay out of step with the next one.
//
// Those who all leave are let go together if they are a majority. A server that counts them cannot
// know of a host that has just died: it bears the silence of its connections for the keepalive
// timeout. Who leaves sooner may be left behind by others that were let go meanwhile. So may who
// leaves while the end of a connection is under way; that may wait for the retransmission of what
// was sent in a fault before, which comes within the keepalive timeout. Nor does the server know
// that a member has no quorum worker any more: where others were let go because that one stays,
// those who are left may have too few votes. A mount that failed has gone too; where no server has
// let it go, it is lost in silence, since its server waits for it to come back.

import { votesNeeded } from "../quorum/api.ts";
import { fieldsOf, kindOf, leavesForItsServer, succeeded } from "./entries.ts";
import { finUs, keepaliveUs } from "./obligations/bounds.ts";
import type { Seen } from "./types.ts";

export interface Fairness {
  slots: number;
  /** The longest that any mount has or had, and the shortest. */
  heartbeatTimeoutMs: number;
  shortestTimeoutMs: number;
  /** Faults that last now. */
  unfair: number;
  /** Mounts that have not gone, and those of them that are leaving cleanly. */
  mounts: number[];
  leaving: number[];
  /** Those of the leaving who began before all could know of the last loss. */
  hasty: number[];
  /** Until when servers may not know of the last loss. */
  unknownUntil: number;
  /** The mount of a rid that has not been let go. */
  rids: [rid: number, mount: number][];
  /** Mounts with a quorum worker. One that ended with an error is none: the C says of it that its
   *  mount should be remounted. One that ended because its server did still is. Recordings do not
   *  show that end. One whose farewell a server grants is none either: it goes by itself. */
  members: number[];
  /** Mounts whose quorum worker ended with an error: servers go on counting them as members. */
  voteless: number[];
  /** A member was let go while one of those stayed. */
  outvoted: boolean;
  /** Everybody leaves, and they began it as a majority: they are let go together. */
  lastLeave: boolean;
  /** Some fence request was answered since the last one that timed out. */
  fenced: boolean;
  /** Since when no fault lasts; -1: one does. */
  fairAt: number;
  /** Since when, besides, enough members run and nobody has gone; -1: not now. */
  steadyAt: number;
}

export const fairness = (): Fairness => ({
  ...{
    slots: 0,
    heartbeatTimeoutMs: 0,
    shortestTimeoutMs: 0,
    unfair: 0,
    mounts: [],
    leaving: [],
    hasty: [],
    rids: [],
    members: [],
    voteless: [],
  },
  ...{ lastLeave: false, outvoted: false, unknownUntil: -1, fenced: true, fairAt: 0, steadyAt: -1 },
});

/** Give these to `wanted`. */
export const fairnessKinds: readonly string[] = [
  ...[
    "cluster",
    "heartbeat_timeout",
    "unfair",
    "fair",
    "calm",
    "dead",
    "incarnation",
    "unmounting",
    "unmounted",
  ],
  ...["umount_begin_forced", "reclaim_rid", "quorum_block_event", "quorum_block_event_ret"],
  ...[
    "quorum_worker_exit",
    "fenced_store",
    "agent.answer",
    "fence.error",
    "fence_timeout",
    "fence_leaders_ret",
    "fill_super_ret",
  ],
];

/** ETIMEDOUT, as the model and as a recording has it. */
const TIMED_OUT: readonly unknown[] = ["ETIMEDOUT", -110];

const matters: ReadonlySet<string> = new Set(fairnessKinds);

const isMajority = ({ slots }: Fairness, members: readonly number[]): boolean =>
  slots > 0 && members.length >= votesNeeded(slots);
const without = (list: readonly number[], one: number): number[] => list.filter((m) => m !== one);
const withOne = (list: readonly number[], one: number): number[] => [...without(list, one), one];

/** Whether those who stay are enough for a server. */
export const hasQuorum = (f: Fairness): boolean =>
  isMajority(
    f,
    f.members.filter((m) => !f.leaving.includes(m)),
  );

function goes(f: Fairness, mount: number): void {
  f.mounts = without(f.mounts, mount);
  f.leaving = without(f.leaving, mount);
  f.hasty = without(f.hasty, mount);
  f.members = without(f.members, mount);
  f.voteless = without(f.voteless, mount);
  if (f.voteless.length === 0) f.outvoted = false;
}

/** A server has granted its farewell, or nobody counts on it any more. */
function letGo(f: Fairness, rid: number): void {
  const gone = f.rids.filter(([of]) => of === rid).map(([, mount]) => mount);
  f.rids = f.rids.filter(([of]) => of !== rid);
  f.voteless = f.voteless.filter((m) => !gone.includes(m));
  if (f.voteless.length > 0 && f.members.some((m) => gone.includes(m))) f.outvoted = true;
  f.members = f.members.filter((m) => !gone.includes(m));
  if (f.outvoted) f.lastLeave = false;
}

/** It has not gone, or no server has let it go: somebody may count on it. */
const isCounted = ({ mounts, rids }: Fairness, mount: number): boolean =>
  mounts.includes(mount) || rids.some(([, of]) => of === mount);

/** Its connections stay silent: a dead host ends none, nor does a fault let one end. */
function loseInSilence(f: Fairness, since: number): void {
  f.unknownUntil = Math.max(f.unknownUntil, since + keepaliveUs);
  f.hasty = [...f.leaving];
}

/** A FIN waits behind what was sent in a fault, and TCP sends that again later each time. */
function loseByForce(f: Fairness, at: number): void {
  if (f.unfair > 0) loseInSilence(f, at);
  else if (f.fairAt > 0 && at < f.fairAt + keepaliveUs) loseInSilence(f, f.fairAt);
  else f.unknownUntil = Math.max(f.unknownUntil, at + finUs);
}

/** They may all go together, if nobody counts or has counted on one who is lost or has no vote. */
function leaves(f: Fairness, mount: number, at: number): void {
  f.leaving = withOne(f.leaving, mount);
  if (at < f.unknownUntil) f.hasty = withOne(f.hasty, mount);
  const allLeave = f.mounts.every((m) => f.leaving.includes(m));
  const isForAll = f.hasty.length === 0 && !f.outvoted;
  f.lastLeave = allLeave && isMajority(f, f.members) && isForAll;
}

/** The agent answers too late for somebody: an excuse if it got on since it last was. */
function isLate(f: Fairness): boolean {
  const isProgress = f.fenced;
  f.fenced = false;
  return isProgress;
}

/** True when it changes whom the cluster can count on. */
function changes(f: Fairness, entry: Seen, kind: string): boolean {
  const { mount } = entry;
  const { event, rid = 0 } = fieldsOf(entry);
  switch (kind) {
    case "incarnation":
      f.mounts = withOne(f.mounts, mount);
      f.rids.push([rid, mount]);
      f.lastLeave = false;
      return false;
    case "unmounting":
      leaves(f, mount, entry.at);
      return true;
    case "unmounted":
      goes(f, mount);
      return false;
    case "dead":
    case "umount_begin_forced":
      if (kind === "dead" && !isCounted(f, mount)) return false; // an agent that was killed
      goes(f, mount);
      if (kind === "dead") loseInSilence(f, entry.at);
      else loseByForce(f, entry.at);
      f.lastLeave = false;
      return true;
    case "fill_super_ret":
      if (fieldsOf(entry).error === undefined) return false;
      goes(f, mount);
      if (f.rids.some(([, of]) => of === mount)) loseInSilence(f, entry.at);
      return true;
    case "reclaim_rid":
      letGo(f, rid);
      return false;
    case "quorum_block_event":
      if (event === "END") f.members = without(f.members, mount);
      return false;
    case "quorum_worker_exit": {
      if (leavesForItsServer(fieldsOf(entry))) return false;
      const breaksOff = f.members.includes(mount);
      f.members = without(f.members, mount);
      if (!succeeded(fieldsOf(entry))) {
        f.voteless = withOne(f.voteless, mount);
        f.lastLeave = false;
      }
      return breaksOff;
    }
    case "fenced_store":
      f.fenced = true;
      return false;
    case "agent.answer":
      if (fieldsOf(entry).file === "fenced") f.fenced = true;
      return false;
    case "fence_leaders_ret":
      return TIMED_OUT.includes(fieldsOf(entry).ret) && isLate(f);
    case "fence.error":
    case "fence_timeout":
      return isLate(f);
    case "quorum_block_event_ret":
      if (event === "BEGIN" && succeeded(fieldsOf(entry))) f.members = withOne(f.members, mount);
      return false;
  }
  return false;
}

/** Keeps up with an entry. */
export function follow(f: Fairness, entry: Seen): void {
  const { at } = entry;
  const kind = kindOf(entry);
  if (!matters.has(kind)) return;
  let restarts = false;
  if (kind === "cluster") {
    f.slots = fieldsOf(entry).slots ?? 0;
    f.heartbeatTimeoutMs = fieldsOf(entry).heartbeatTimeoutMs ?? 0;
    f.shortestTimeoutMs = f.heartbeatTimeoutMs;
  } else if (kind === "heartbeat_timeout") {
    const { heartbeatTimeoutMs = 0 } = fieldsOf(entry);
    f.heartbeatTimeoutMs = Math.max(f.heartbeatTimeoutMs, heartbeatTimeoutMs);
    f.shortestTimeoutMs = Math.min(f.shortestTimeoutMs, heartbeatTimeoutMs);
  } else if (kind === "unfair") {
    f.unfair++;
    f.fairAt = -1;
    if (at < f.unknownUntil) loseInSilence(f, at); // what is under way is held up
  } else if (kind === "fair") {
    f.unfair = Math.max(0, f.unfair - 1);
    if (f.unfair === 0) f.fairAt = at;
  } else if (kind === "calm") {
    f.unfair = 0;
    f.fairAt = at;
  } else restarts = changes(f, entry, kind);
  if (f.unfair > 0 || !(hasQuorum(f) || f.lastLeave)) f.steadyAt = -1;
  else if (restarts || f.steadyAt < 0) f.steadyAt = at;
}

/** How much of the time since `sinceAt` counts: none while a fault lasts, and what came before the
 *  end of the last one does not. */
export const owedUs = ({ fairAt }: Fairness, sinceAt: number, now: number): number =>
  fairAt < 0 ? 0 : now - Math.max(sinceAt, fairAt);
