// Every mount looks now and then for inodes that were unlinked and never deleted: their last user
// had no lock, or crashed. Mirrors inode_orphan_scan_worker and scoutfs_inode_schedule_orphan_dwork
// of inode.c. What it asks for without a lock is a hint: the deletion asks again under the lock.
// Mounts draw their delays, so that they do not all come at once.

import { done, type Errno, ms, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { calcGroupNrs } from "../omap/api.ts";
import type { OmapMap } from "../omap/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { ORPHAN_SCAN_HIGH_PERCENT, ORPHAN_SCAN_LOW_PERCENT } from "./timing.ts";

/** SCOUTFS_ROOT_INO. */
const ROOT_INO = 1;
const NO_GROUP = -1;

interface Locals {
  ino: number;
  /** `omap`: of the group that was asked for last. */
  groupNr: number;
  bits: number[];
  workTodo: boolean;
  error: Errno | undefined;
}

/** Has a bit of its own or one in the map, if that is of its group. */
function isUsedHere(l: Locals, m: Mount, test: (m: Mount, ino: number) => boolean): boolean {
  if (!test(m, l.ino)) return false;
  l.workTodo = true;
  l.ino++;
  return true;
}

export const inodeOrphanScanWorker = program<Scoutfs>()({
  name: "inode_orphan_scan_worker",
  source: "inode.c:inode_orphan_scan_worker",
  start: "enter",
  locals: (_a: { readonly of: number }): Locals => ({
    ...{ ino: ROOT_INO + 1, groupNr: NO_GROUP, bits: [], workTodo: false, error: undefined },
  }),
  waits: {},
  steps: {
    enter(_l, _m, out) {
      out.emit({ kind: "orphan_scan_start" });
      return { call: "scoutfs_client_get_roots", args: {}, then: "gotRoots" };
    },
    gotRoots(l, _m, _out, { error }) {
      l.error = error;
      return error === undefined ? "next" : "leave";
    },
    next(l, m) {
      if (m.inode.stopped) return "leave";
      return { call: "orphan_item_next", args: { ino: l.ino }, then: "found" };
    },
    found(l, m, out, { value, error }) {
      l.error = error === "ENOENT" ? undefined : error;
      if (error !== undefined) return "leave";
      l.ino = value as number;
      if (isUsedHere(l, m, out.api.omapTest)) return "next";
      const { groupNr } = calcGroupNrs(l.ino);
      if (l.groupNr === groupNr) return "testMap";
      return { call: "scoutfs_client_open_ino_map", args: { groupNr }, then: "gotMap" };
    },
    gotMap(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      const { groupNr, bits } = value as OmapMap;
      l.groupNr = groupNr;
      l.bits = [...bits];
      return "testMap";
    },
    testMap(l, m, out) {
      const { ino } = l;
      if (isUsedHere(l, m, () => l.bits.includes(calcGroupNrs(ino).bitNr))) return "next";
      out.emit({ kind: "orphan_scan_work", ino });
      return { call: "try_delete_inode_items", args: { ino }, then: "tried" };
    },
    /** Other errors than EAGAIN are nobody's concern. */
    tried(l, _m, out, { error }) {
      if (error === "EAGAIN") l.workTodo = true;
      const ret = error === undefined || error === "EAGAIN" ? 0 : error;
      out.emit({ kind: "orphan_scan_end", ino: l.ino, ret });
      l.ino++;
      return "next";
    },
    leave(l, _m, out) {
      out.emit({ kind: "orphan_scan_stop", work_todo: l.workTodo ? 1 : 0 });
      return { call: "scoutfs_inode_schedule_orphan_dwork", args: {}, then: "scheduled" };
    },
    scheduled: (_l) => done(),
  },
});

export const scheduleOrphanDwork = program<Scoutfs>()({
  name: "scoutfs_inode_schedule_orphan_dwork",
  source: "inode.c:scoutfs_inode_schedule_orphan_dwork",
  start: "look",
  locals: () => ({}),
  waits: {},
  steps: {
    look: (_l, m) =>
      m.inode.stopped || m.inode.orphanScanDelayMs === undefined ? done() : "schedule",
    /** A stop since then cancels it. */
    schedule(_l, m, out) {
      const { orphanScanDelayMs = 0 } = m.inode;
      const lowMs = Math.floor((orphanScanDelayMs * ORPHAN_SCAN_LOW_PERCENT) / 100);
      const highMs = Math.floor((orphanScanDelayMs * ORPHAN_SCAN_HIGH_PERCENT) / 100);
      const delayMs = lowMs + out.pick("orphan scan delay", highMs - lowMs);
      out.modDelayedWork("system_wq", ["inode_orphan_scan_worker", 0], ms(delayMs));
      return done();
    },
  },
});
