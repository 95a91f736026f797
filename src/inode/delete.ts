// Deletes an inode that nobody uses. Mirrors get_current_lock_data, try_delete_inode_items and
// delete_inode_items of inode.c. It keeps: who deletes holds the write lock of the group, has read
// that the inode has no links, and has asked all other mounts since it got that lock.
//
// The map is asked for once in a hold of the lock. Bits in it that others clear later stay set, and
// as long as nobody wants the lock this mount deletes none of those inodes, however often it tries.

import type { Errno } from "../core/index.ts";
import { assert, done, get, numberOf, program } from "../core/index.ts";
import type { Lock, LockHandle } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import { calcGroupNrs } from "../omap/api.ts";
import type { OmapMap } from "../omap/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import type { DeletionData, Item, OfIno } from "./types.ts";

/** U64_MAX there: somebody asks the server. */
const ASKING = -1;

const lockOf = (m: Mount, h: LockHandle): Lock => get(m.lock.locks, h);

/** Made at its first use, of no hold of the lock yet. */
function dataOf(lock: Lock): DeletionData {
  lock.inodeDeletionData ??= { seq: lock.writeSeq - 1, bits: [], trying: [] };
  return lock.inodeDeletionData;
}

export const getCurrentLockData = program<Scoutfs>()({
  name: "get_current_lock_data",
  source: "inode.c:get_current_lock_data",
  start: "check",
  locals: ({ lock, groupNr }: Calls["get_current_lock_data"]) => ({ lock, groupNr }),
  waits: {
    asked: {
      on: (l) => ["inode.deletion", numberOf(l.lock)],
      until: (l, m) => dataOf(lockOf(m, l.lock)).seq !== ASKING,
      blames: (l) => ({
        who: "the server",
        because: `it was asked for the open map of group ${l.groupNr} and has not answered`,
      }),
    },
  },
  steps: {
    check(l, m) {
      const lock = lockOf(m, l.lock);
      const data = dataOf(lock);
      if (data.seq === lock.writeSeq) return done();
      if (data.seq === ASKING) return { wait: "asked", then: "check" };
      data.seq = ASKING;
      const { groupNr } = l;
      return { call: "scoutfs_client_open_ino_map", args: { groupNr }, then: "answered" };
    },
    /** Each who asks gets the error of its own question; those who waited ask again. */
    answered(l, m, out, { value, error }) {
      const lock = lockOf(m, l.lock);
      const data = dataOf(lock);
      if (error === undefined) data.bits = [...(value as OmapMap).bits];
      data.seq = error === undefined ? lock.writeSeq : lock.writeSeq - 1;
      out.wake(["inode.deletion", numberOf(l.lock)]);
      return error === undefined ? "check" : done({ error });
    },
  },
});

interface Locals extends OfIno {
  lock: LockHandle | undefined;
  orphLock: LockHandle | undefined;
  trying: boolean;
  error: Errno | undefined;
}

const heldLock = (l: Locals): LockHandle => {
  assert(l.lock !== undefined, "the lock of the inode that is to be deleted");
  return l.lock;
};
function failed(l: Locals, error: Errno | undefined): boolean {
  l.error = error;
  return error !== undefined;
}

export const tryDeleteInodeItems = program<Scoutfs>()({
  name: "try_delete_inode_items",
  source: "inode.c:try_delete_inode_items",
  start: "lock",
  locals: ({ ino }: OfIno): Locals => ({
    ...{ ino, lock: undefined, orphLock: undefined, trying: false, error: undefined },
  }),
  waits: {},
  steps: {
    lock({ ino }, _m, out) {
      out.emit({ kind: "try_delete", ino });
      return { call: "scoutfs_lock_ino", args: { mode: "write", ino }, then: "locked" };
    },
    locked(l, _m, _out, { value, error }) {
      if (failed(l, error)) return "leave";
      l.lock = value as LockHandle;
      const args = { lock: { ...l.lock }, groupNr: calcGroupNrs(l.ino).groupNr };
      return { call: "get_current_lock_data", args, then: "current" };
    },
    current(l, m, out, { error }) {
      if (failed(l, error)) return "leave";
      const { trying } = dataOf(lockOf(m, heldLock(l)));
      const { bitNr } = calcGroupNrs(l.ino);
      if (trying.includes(bitNr)) {
        out.emit({ kind: "try_delete_local_busy", ino: l.ino });
        l.error = "EAGAIN";
        return "leave";
      }
      trying.push(bitNr);
      l.trying = true;
      return "testMaps";
    },
    testMaps(l, m, out) {
      const { bits } = dataOf(lockOf(m, heldLock(l)));
      if (!out.api.omapTest(m, l.ino) && !bits.includes(calcGroupNrs(l.ino).bitNr)) {
        return { call: "inode_item_lookup", args: { ino: l.ino }, then: "checkLinks" };
      }
      out.emit({ kind: "try_delete_cached", ino: l.ino });
      l.error = "EAGAIN";
      return "leave";
    },
    checkLinks(l, _m, out, { value, error }) {
      if (failed(l, error === "ENOENT" ? undefined : error)) return "leave";
      const nlink = (value as Item | undefined)?.nlink;
      if (nlink === undefined) {
        out.emit({ kind: "try_delete_no_item", ino: l.ino });
        return "leave";
      }
      if (nlink === 0) {
        return { call: "scoutfs_lock_orphan", args: { mode: "write_only" }, then: "lockedOrphan" };
      }
      out.emit({ kind: "try_delete_has_links", ino: l.ino, nlink });
      l.error = "EAGAIN";
      return "leave";
    },
    lockedOrphan(l, _m, _out, { value, error }) {
      if (failed(l, error)) return "leave";
      l.orphLock = value as LockHandle;
      return { call: "delete_inode_items", args: { ino: l.ino }, then: "deleted" };
    },
    /** EAGAIN also for what went well: there was something to do. */
    deleted(l, _m, _out, { error }) {
      l.error = error ?? "EAGAIN";
      return "leave";
    },
    leave(l, m, out) {
      if (l.trying) {
        const data = dataOf(lockOf(m, heldLock(l)));
        data.trying = data.trying.filter((bit) => bit !== calcGroupNrs(l.ino).bitNr);
      }
      if (l.lock !== undefined) out.api.unlock(m, out, l.lock, "write");
      return "unlockOrphan";
    },
    unlockOrphan(l, m, out) {
      if (l.orphLock !== undefined) out.api.unlock(m, out, l.orphLock, "write_only");
      return done({ error: l.error });
    },
  },
});

/** Data, extended attributes and indices are left out: the inode item goes with its orphan item. */
export const deleteInodeItems = program<Scoutfs>()({
  name: "delete_inode_items",
  source: "inode.c:delete_inode_items",
  start: "enter",
  locals: ({ ino }: OfIno) => ({ ino }),
  waits: {},
  steps: {
    enter({ ino }, _m, out) {
      out.emit({ kind: "delete_inode", ino });
      return { call: "inode_item_delete", args: { ino }, then: "leave" };
    },
    leave({ ino }, _m, out, { error }) {
      const ret = error ?? 0;
      out.emit({ kind: "inode_orphan_delete", ino, ret });
      out.emit({ kind: "delete_inode_end", ino, ret });
      return done({ error });
    },
  },
});
