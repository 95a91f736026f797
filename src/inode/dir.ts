// Links come and go: what scoutfs_create and scoutfs_unlink of dir.c do to one inode. There are no
// names and no directories: an inode is created with one link, and whoever unlinks it takes it. Its
// orphan item comes with the loss of the last link, under the write lock of its group. Who looks up
// a name waits for the directory until a create there has ended; here, for the new inode.

import type { Errno } from "../core/index.ts";
import { allocate, done, program } from "../core/index.ts";
import type { LockHandle } from "../lock/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { findInode, forgetInode, inodeOf, newInode, stateq } from "./cache.ts";
import { NO_INODE } from "./iget.ts";
import type { InodeHandle, Item, OfIno } from "./types.ts";

interface Locals {
  ino: number;
  inode: InodeHandle;
  lock: LockHandle | undefined;
  orphLock: LockHandle | undefined;
  error: Errno | undefined;
}
const noLocks = { lock: undefined, orphLock: undefined, error: undefined };

export const scoutfsCreate = program<Scoutfs>()({
  name: "scoutfs_create",
  source: "dir.c:scoutfs_create, inode.c:scoutfs_new_inode",
  start: "lock",
  locals: ({ ino }: OfIno): Locals => ({ ino, inode: NO_INODE, ...noLocks }),
  waits: {},
  steps: {
    lock: ({ ino }) => ({
      call: "scoutfs_lock_ino",
      args: { mode: "write", ino },
      then: "locked",
    }),
    locked(l, m, out, { value, error }) {
      if (error !== undefined) return done({ error });
      l.lock = value as LockHandle;
      /** Numbers are handed out once; here a test may hand one out again. */
      l.error = findInode(m, l.ino) === undefined ? out.api.omapSet(m, out, l.ino) : "EEXIST";
      if (l.error !== undefined) return "leave";
      l.inode = allocate(m.inode.cache, newInode(l.ino));
      return { call: "inode_item_create", args: { ino: l.ino }, then: "created" };
    },
    created(l, m, out, { error }) {
      l.error = error;
      if (error !== undefined) {
        out.api.omapClear(m, out, l.ino);
        forgetInode(m, out, l.inode);
        return "leave";
      }
      const lastRefreshed = out.api.lockInoRefreshGen(m, l.ino);
      Object.assign(inodeOf(m, l.inode), { state: "live", nlink: 1, lastRefreshed });
      out.wake(stateq(l.inode));
      return "leave";
    },
    leave(l, m, out) {
      if (l.lock !== undefined) out.api.unlock(m, out, l.lock, "write");
      return done(l.error === undefined ? { value: { ...l.inode } } : { error: l.error });
    },
  },
});

export const scoutfsUnlink = program<Scoutfs>()({
  name: "scoutfs_unlink",
  source: "dir.c:scoutfs_unlink",
  start: "lock",
  locals: ({ inode }: { readonly inode: InodeHandle }): Locals => ({ ino: 0, inode, ...noLocks }),
  waits: {},
  steps: {
    lock(l, m) {
      l.ino = inodeOf(m, l.inode).ino;
      return { call: "scoutfs_lock_ino", args: { mode: "write", ino: l.ino }, then: "refresh" };
    },
    refresh(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      l.lock = value as LockHandle;
      return { call: "inode_item_lookup", args: { ino: l.ino }, then: "refreshed" };
    },
    /** Somebody else may have unlinked it meanwhile. */
    refreshed(l, m, out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      const inode = inodeOf(m, l.inode);
      inode.nlink = (value as Item).nlink;
      inode.lastRefreshed = out.api.lockInoRefreshGen(m, l.ino);
      if (inode.nlink > 0) {
        return { call: "scoutfs_lock_orphan", args: { mode: "write_only" }, then: "lockedOrphan" };
      }
      l.error = "ENOENT";
      return "leave";
    },
    lockedOrphan(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      l.orphLock = value as LockHandle;
      return { call: "inode_item_orphan", args: { ino: l.ino }, then: "unlinked" };
    },
    unlinked(l, m, _out, { error }) {
      l.error = error;
      if (error === undefined) inodeOf(m, l.inode).nlink = 0;
      return "leave";
    },
    leave(l, m, out) {
      if (l.lock !== undefined) out.api.unlock(m, out, l.lock, "write");
      return "unlockOrphan";
    },
    unlockOrphan(l, m, out) {
      if (l.orphLock !== undefined) out.api.unlock(m, out, l.orphLock, "write_only");
      return done({ error: l.error });
    },
  },
});
