// Locks by what they protect. Mirrors scoutfs_lock_ino, _inodes, _rename, _inode_index, _orphan,
// _xattr_totl, _xattr_indx and _quota of lock.c: each names a range of keys and takes its lock;
// several inodes are locked in the order of their numbers, so that no two tasks wait crosswise.

import type { Errno } from "../core/index.ts";
import { assert, done, fail, program } from "../core/index.ts";
import { indexRange, inoRange, wholeRanges } from "./keys.ts";
import type {
  LockCalls,
  LockHandle,
  LockIno,
  LockProtocol,
  LockWhole,
  WholeLockName,
} from "./types.ts";

export const lockIno = program<LockProtocol>()({
  name: "scoutfs_lock_ino",
  source: "lock.c:scoutfs_lock_ino",
  start: "lock",
  locals: (a: LockIno) => a,
  waits: {},
  steps: {
    lock: ({ ino, ...how }) => ({
      call: "lock_key_range",
      args: { ...how, ...inoRange(ino) },
      then: "leave",
    }),
    leave: (_l, _m, _out, ret) => done(ret),
  },
});

/** Has no flags: it waits, and is not to be interrupted. */
export const lockInodeIndex = program<LockProtocol>()({
  name: "scoutfs_lock_inode_index",
  source: "lock.c:scoutfs_lock_inode_index",
  start: "lock",
  locals: (a: LockCalls["scoutfs_lock_inode_index"]) => a,
  waits: {},
  steps: {
    lock: ({ mode, type, major }) => ({
      call: "lock_key_range",
      args: { mode, ...indexRange(type, major) },
      then: "leave",
    }),
    leave: (_l, _m, _out, ret) => done(ret),
  },
});

const wholeLock = (name: WholeLockName) =>
  program<LockProtocol>()({
    name,
    source: `lock.c:${name}`,
    start: "lock",
    locals: (a: LockWhole) => a,
    waits: {},
    steps: {
      lock: (how) => ({
        call: "lock_key_range",
        args: { ...how, ...wholeRanges[name] },
        then: "leave",
      }),
      leave: (_l, _m, _out, ret) => done(ret),
    },
  });

export const lockRename = wholeLock("scoutfs_lock_rename");
export const lockOrphan = wholeLock("scoutfs_lock_orphan");
export const lockXattrTotl = wholeLock("scoutfs_lock_xattr_totl");
export const lockXattrIndx = wholeLock("scoutfs_lock_xattr_indx");
export const lockQuota = wholeLock("scoutfs_lock_quota");

type LockInodes = LockCalls["scoutfs_lock_inodes"];

/** The places in `inos` by inode number, those without an inode left out. */
function byNumber(inos: LockInodes["inos"]): number[] {
  const places = inos.flatMap((ino, place) => (ino === undefined ? [] : [{ ino, place }]));
  return places.sort((a, b) => a.ino - b.ino || a.place - b.place).map(({ place }) => place);
}

export const lockInodes = program<LockProtocol>()({
  name: "scoutfs_lock_inodes",
  source: "lock.c:scoutfs_lock_inodes",
  start: "next",
  locals: (a: LockInodes) => ({
    ...a,
    order: byNumber(a.inos),
    locks: a.inos.map((): LockHandle | undefined => undefined),
    at: 0,
    error: undefined as Errno | undefined,
  }),
  waits: {},
  steps: {
    next({ order, inos, at, mode, nonblock, interruptible }) {
      const ino = inos[order[at] ?? -1];
      if (ino === undefined) return "leave";
      const flags = { ...(nonblock && { nonblock }), ...(interruptible && { interruptible }) };
      return { call: "scoutfs_lock_ino", args: { mode, ino, ...flags }, then: "locked" };
    },
    locked(l, _m, _out, { value, error }) {
      const place = l.order[l.at];
      assert(place !== undefined, "an inode that was to be locked");
      if (error !== undefined) {
        l.error = error;
        return "undo";
      }
      l.locks[place] = value as LockHandle;
      l.at++;
      return "next";
    },
    /** The last one first. */
    undo(l, m, out) {
      const place = l.order[l.at - 1];
      if (place === undefined) return "leave";
      const lock = l.locks[place];
      assert(lock !== undefined, "a lock to give back");
      out.api.unlock(m, out, lock, l.mode);
      l.locks[place] = undefined;
      l.at--;
      return "undo";
    },
    leave: ({ error, locks }) => (error === undefined ? done({ value: locks }) : fail(error)),
  },
});
