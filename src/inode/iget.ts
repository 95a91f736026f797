// An inode comes into the cache. Mirrors scoutfs_iget with scoutfs_inode_refresh of inode.c. Its
// bit in the open map is set under the lock that lets read, so that whoever holds the write lock
// knows that no other mount sets one. Within the mount that holds it nothing keeps a reader out:
// one that does not ask for links can cache an inode which an orphan scan is about to delete.

import type { Errno } from "../core/index.ts";
import { allocate, assert, done, lookup, program } from "../core/index.ts";
import type { LockHandle } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { findInode, forgetInode, inodeOf, newInode, stateq } from "./cache.ts";
import type { Iget, InodeHandle, Item } from "./types.ts";

interface Locals extends Iget {
  inode: InodeHandle;
  lock: LockHandle | undefined;
  error: Errno | undefined;
}

export const NO_INODE: InodeHandle = { id: 0, generation: 0 };

const isSettled = (l: Locals, m: Mount): boolean => {
  const inode = lookup(m.inode.cache, l.inode);
  return inode === undefined || inode.state === "live";
};

export const scoutfsIget = program<Scoutfs>()({
  name: "scoutfs_iget",
  source: "inode.c:scoutfs_iget",
  start: "find",
  locals: ({ ino, linked }: Iget): Locals => ({
    ...{ ino, linked, inode: NO_INODE, lock: undefined, error: undefined },
  }),
  waits: {
    settled: {
      on: (l) => stateq(l.inode),
      until: (l, m) => isSettled(l, m),
      blames: (l) => ({
        who: `whoever reads or evicts inode ${l.ino}`,
        because: "it has not come to an end with it",
      }),
    },
  },
  steps: {
    /** Before the cluster lock: one that is evicted may want it. */
    find(l, m) {
      const found = findInode(m, l.ino);
      if (found === undefined) {
        l.inode = allocate(m.inode.cache, newInode(l.ino));
        return "lock";
      }
      l.inode = { ...found };
      const inode = inodeOf(m, found);
      if (inode.state !== "live") return { wait: "settled", then: "find" };
      inode.count++;
      return "lock";
    },
    lock: ({ ino }) => ({ call: "scoutfs_lock_ino", args: { mode: "read", ino }, then: "locked" }),
    locked(l, m, out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      l.lock = value as LockHandle;
      const { lastRefreshed } = inodeOf(m, l.inode);
      const gen = out.api.lockInoRefreshGen(m, l.ino);
      assert(lastRefreshed <= gen, "an inode not to be newer than its lock");
      if (lastRefreshed === gen) return "settle";
      return { call: "inode_item_lookup", args: { ino: l.ino }, then: "loaded" };
    },
    loaded(l, m, out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      const inode = inodeOf(m, l.inode);
      inode.nlink = (value as Item).nlink;
      inode.lastRefreshed = out.api.lockInoRefreshGen(m, l.ino);
      return "settle";
    },
    settle(l, m, out) {
      const inode = inodeOf(m, l.inode);
      if (l.linked && inode.nlink === 0) l.error = "ENOENT";
      else if (inode.state === "new") l.error = out.api.omapSet(m, out, l.ino);
      if (l.error === undefined && inode.state === "new") {
        inode.state = "live";
        out.wake(stateq(l.inode));
      }
      return "leave";
    },
    leave(l, m, out) {
      if (l.lock !== undefined) out.api.unlock(m, out, l.lock, "read");
      if (l.error === undefined) return done({ value: { ...l.inode } });
      if (inodeOf(m, l.inode).state === "live") {
        return { call: "iput", args: { inode: { ...l.inode } }, then: "failed" };
      }
      forgetInode(m, out, l.inode);
      return "failed";
    },
    failed: (l) => done({ error: l.error }),
  },
});
