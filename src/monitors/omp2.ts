// OMP2: an unlinked inode that nobody has open is deleted in the end.
//
// Whoever lets go of the last reference deletes it if its mount knows that it was unlinked
// (inode.c:scoutfs_evict_inode). All others are left to the scans of all mounts, which come every
// 80 to 120 % of a mount's delay (inode.c:inode_orphan_scan_worker). Nothing is owed where mounts
// do not scan. A mount that asked for the open map while somebody had the inode open believes that
// map for as long as it keeps the lock (inode.c:get_current_lock_data), so it takes another mount
// whose scan wants the lock: where only one is left main breaks this promise.
//
// Bound: two scans, and slack for their locks. The clock begins anew with each thing that may stop
// a scan or leave a bit in the map: a mount comes or goes, a connection breaks, a server starts,
// recovers or reclaims. It stands still while the server waits for a client, for that one may have
// a lock that a scan needs, or a bit in the map, as long as it may come back
// (net.c:CLIENT_RECONNECT_TIMEOUT_MS), recover or be fenced. LIVE bounds those waits. They begin
// when the server knows: of a client that died it hears only by its silence, which it bears for
// as long as the keepalive timeout (net.c:sock_opts_and_names). So the clock stands still for that
// too. Nothing says either how long a system call may use a lock: while somebody has used that of
// the inode's group for longer than the slack of one hand-over, scans wait for him
// (lock.c:lock_invalidate_worker), and the clock stands still.
//
// A mount has one scan, and that waits wherever it is: for the lock of another group as well
// (inode.c:inode_orphan_scan_worker). So the clock also stands still while the scans of all mounts
// are at inodes, of whatever group, whose lock somebody has used that long. One scan that is free
// to go on owes it.
//
// A scan takes one orphan after another, in the order of their numbers, each under the lock of its
// group, which goes from mount to mount meanwhile. Nothing says how long that takes, and whoever is
// last waits for all before it; so the clock also begins anew whenever one is deleted.
//
// Mounts go through the same numbers at the same time, and know the number before they have the
// lock (inode.c:inode_orphan_scan_worker). So whoever is overtaken takes a turn of that lock only
// to find its inode gone (inode.c:try_delete_inode_items). It costs what any turn does: to give the
// lock away a mount ends its transaction even if nothing is dirty (lock.c:lock_invalidate), and
// opens the next, which may wait for the log trees of all others
// (server.c:finalize_and_start_log_merge). Those who were further ahead come after all these. So
// such a turn also begins the clock anew, for each mount once for each inode: to come upon the same
// one again and again is no excuse.

import { INODE_GROUP, inoKey } from "../lock/api.ts";
import { fieldsOf, kindOf, wanted } from "./entries.ts";
import { type Fairness, fairness, fairnessKinds, follow } from "./fairness.ts";
import { keepaliveUs, slackUs } from "./obligations/bounds.ts";
import { fenceRequest } from "./obligations/fence-request.ts";
import { lostClient } from "./obligations/lost-client.ts";
import { recovery } from "./obligations/recovery.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

interface State {
  readonly fair: Fairness;
  scanMs: number;
  mounted: number[];
  /** By mount: the numbers of its open files, as often as each is open. */
  open: Record<number, number[]>;
  /** By number: since when it is unlinked and nobody has it open. */
  unlinked: Record<number, number>;
  /** By number: the mounts that have come for it since. It is not judged again: the record of an
   *  unlink may come later than the deletion. */
  deleted: Record<number, number[]>;
  quietAt: number;
  /** What servers wait for: its kind, the mount of the server, the client. */
  awaited: Awaited[];
  /** By mount, lock and task: since when it uses the lock. */
  usedAt: Record<string, number>;
  /** By mount: the number that its scan tries to delete. */
  tried: Record<number, number>;
}
type Awaited = readonly [name: string, mount: number, of: number];

/** Changes of who scans, and of whose files are open. */
const GONE = ["unmounting", "umount_begin_forced", "dead"];
const disturbs = [
  ...["mounted", "unmounted", "server_start", "net_listen", "finished_recovery", "fence_start"],
  ...["fence_free", "reclaim_rid_ret", "conn_shutdown_complete", "conn_reconn_migrate"],
  ...GONE,
];
const waits = [lostClient, fenceRequest, recovery].map(({ name, on, wants }) => ({
  ...{ name, on },
  kinds: new Set(wanted(...wants)),
}));
const SCANS = 2;
const US = 1000;
/** In the words of inode.c, ORPHAN_SCAN_HIGH_PERCENT. */
const LATEST = 1.2;
/** From when on a use of a lock is a long one. */
const longUs = 1_000_000;

const boundUs = ({ scanMs }: State): number => SCANS * LATEST * scanMs * US + slackUs;

function isOpen(s: State, ino: number): boolean {
  return Object.values(s.open).some((inos) => inos.includes(ino));
}

function beginAnew(s: State, at: number): void {
  s.quietAt = Math.max(s.quietAt, at);
}

function followWaits(s: State, entry: Seen): void {
  for (const { name, kinds, on } of waits) {
    const made = kinds.has(entry.kind) ? on(entry, s.fair, () => false) : undefined;
    if (made === undefined) continue;
    const mount = "opens" in made ? made.opens : made.closes;
    const isIt = ([n, m, of]: Awaited) =>
      n === name && m === mount && (made.of === undefined || of === made.of);
    const before = s.awaited.length;
    s.awaited = s.awaited.filter((one) => !isIt(one));
    if ("opens" in made) s.awaited.push([name, mount, made.of]);
    else if (s.awaited.length < before) beginAnew(s, entry.at);
  }
  if (entry.kind === "dead") s.awaited = s.awaited.filter(([, mount]) => mount !== entry.mount);
}

const useOf = ({ mount, data }: Seen): string => {
  const { key, task } = data as { readonly key: number; readonly task: number };
  return `${mount} ${key} ${task}`;
};
const isLong = (now: number, usedAt: number | undefined): boolean =>
  usedAt !== undefined && now - usedAt > longUs;

const covers = (use: string, ino: number): boolean =>
  use.split(" ")[1] === `${inoKey(ino - (ino % INODE_GROUP))}`;

/** The C also says 0, when it finds no more. */
function startTry(s: State, mount: number, ino: number): void {
  if (ino > 0) s.tried[mount] = ino;
}

/** Whether somebody uses the lock of the inode's group, and has for long. */
function isHeldLong(s: State, ino: number, now: number): boolean {
  return Object.entries(s.usedAt).some(([use, usedAt]) => isLong(now, usedAt) && covers(use, ino));
}

/** Whether no scan comes to any other inode, for each is at one whose lock is held long. */
function scansAllWait(s: State, now: number): boolean {
  return s.mounted.every((mount) => {
    const ino = s.tried[mount];
    return ino !== undefined && isHeldLong(s, ino, now);
  });
}

/** Scans waited for a use that was long. */
function endUse(s: State, use: string, at: number): void {
  const wasLong = isLong(at, s.usedAt[use]);
  const allWaited = wasLong && scansAllWait(s, at);
  delete s.usedAt[use];
  if (!wasLong) return;
  const itsOwn = Object.keys(s.unlinked).some((ino) => covers(use, Number(ino)));
  if (allWaited || itsOwn) beginAnew(s, at);
}

function overdue(s: State, now: number, judge: Judge): void {
  if (s.awaited.length > 0) return;
  if (s.scanMs === 0 || s.mounted.length < 1 || s.fair.steadyAt < 0) return;
  const since = Math.max(s.quietAt, s.fair.steadyAt);
  for (const [ino, at] of Object.entries(s.unlinked)) {
    const owed = now - Math.max(since, at);
    if (owed <= boundUs(s) || isOpen(s, Number(ino))) continue;
    if (isHeldLong(s, Number(ino), now) || scansAllWait(s, now)) continue;
    const text = `it is unlinked, nobody has it open, and ${Math.round(owed / 1e6)} s did not do`;
    judge.violate(`inode ${ino}`, text);
    delete s.unlinked[Number(ino)];
  }
}

function onCall(s: State, { mount, at, data }: Seen): void {
  const { what, ino = 0, error } = data as { what?: string; ino?: number; error?: unknown };
  if (error !== undefined) return;
  const open = s.open[mount] ?? [];
  switch (what) {
    case "create_inode":
    case "open_inode":
      s.open[mount] = [...open, ino];
      break;
    case "close_inode":
      s.open[mount] = open.toSpliced(open.indexOf(ino), 1);
      break;
    case "unlink_inode":
      if (s.deleted[ino] === undefined) s.unlinked[ino] = at;
      break;
  }
  if (s.unlinked[ino] !== undefined) s.unlinked[ino] = at;
}

/** Somebody had a turn of the lock for what others had deleted. */
function comesTooLate(s: State, mount: number, ino: number, at: number): void {
  const late = s.deleted[ino];
  if (late === undefined || late.includes(mount)) return;
  late.push(mount);
  beginAnew(s, at);
}

export const omp2: EntryMonitor<State> = {
  promise: "OMP2",
  wants: [
    ...wanted(
      "ino",
      "lock_locked",
      "lock_unlock",
      "delete_inode_end",
      "try_delete_no_item",
      "orphan_scan_work",
      "orphan_scan_end",
      "quorum_loop",
      ...disturbs,
      ...fairnessKinds,
    ),
    ...waits.flatMap(({ kinds }) => [...kinds]),
  ],
  start: () => ({
    fair: fairness(),
    ...{ scanMs: 0, mounted: [], open: {}, unlinked: {}, deleted: {}, quietAt: 0, awaited: [] },
    ...{ usedAt: {}, tried: {} },
  }),
  on(entry, s, judge) {
    const { mount, at } = entry;
    const f = fieldsOf(entry);
    const kind = kindOf(entry);
    overdue(s, at, judge);
    follow(s.fair, entry);
    followWaits(s, entry);
    if (disturbs.includes(kind)) beginAnew(s, kind === "dead" ? at + keepaliveUs : at);
    if (GONE.includes(kind)) {
      s.mounted = s.mounted.filter((id) => id !== mount);
      delete s.open[mount];
      delete s.tried[mount];
      for (const use of Object.keys(s.usedAt)) {
        if (use.startsWith(`${mount} `)) delete s.usedAt[use];
      }
    } else if (kind === "mounted" && f.error === undefined) s.mounted.push(mount);
    else if (kind === "cluster") s.scanMs = f.orphanScanDelayMs ?? 0;
    else if (kind === "ino") onCall(s, entry);
    else if (kind === "lock_locked") s.usedAt[useOf(entry)] ??= at;
    else if (kind === "lock_unlock") endUse(s, useOf(entry), at);
    else if (kind === "orphan_scan_work") startTry(s, mount, f.ino ?? 0);
    else if (kind === "orphan_scan_end") delete s.tried[mount];
    else if (kind === "try_delete_no_item") comesTooLate(s, mount, f.ino ?? 0, at);
    else if (kind === "delete_inode_end" && f.ret === 0) {
      beginAnew(s, at);
      s.deleted[f.ino ?? 0] ??= [];
      delete s.unlinked[f.ino ?? 0];
    }
  },
  quiet(s, judge) {
    overdue(s, judge.now, judge);
  },
};
