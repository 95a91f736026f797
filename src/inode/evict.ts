// An inode leaves the cache with its last reference if it has no links or no lock, and the mount
// that lets go of the last of an unlinked one deletes it. Mirrors scoutfs_drop_inode,
// scoutfs_evict_inode and iput_worker of inode.c, with iput and evict_inodes of the kernel. It
// keeps: the bit is cleared before the deletion looks at bits. A mount whose lock was taken back
// does not know that the inode was unlinked and leaves it to an orphan scan.

import { assert, done, each, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { forgetInode, inodeOf, isCovered } from "./cache.ts";
import { NO_INODE } from "./iget.ts";
import type { InodeHandle } from "./types.ts";

export const iput = program<Scoutfs>()({
  name: "iput",
  source: "inode.c:scoutfs_drop_inode and iput of the kernel",
  start: "put",
  locals: ({ inode }: { readonly inode: InodeHandle }) => ({ inode }),
  waits: {},
  steps: {
    put(l, m, out) {
      const inode = inodeOf(m, l.inode);
      assert(inode.count > 0, `inode ${inode.ino} to have a reference to put`);
      inode.count--;
      if (inode.count > 0) return done();
      const drops = !isCovered(m, out, inode) || inode.nlink === 0;
      if (m.inode.active && !drops) return done();
      inode.state = "freeing";
      return { call: "scoutfs_evict_inode", args: { inode: { ...l.inode } }, then: "leave" };
    },
    leave: (_l) => done(),
  },
});

export const scoutfsEvictInode = program<Scoutfs>()({
  name: "scoutfs_evict_inode",
  source: "inode.c:scoutfs_evict_inode",
  start: "clear",
  locals: ({ inode }: { readonly inode: InodeHandle }) => ({ inode }),
  waits: {},
  steps: {
    clear(l, m, out) {
      const { ino, nlink } = inodeOf(m, l.inode);
      out.emit({ kind: "evict_inode", ino, nlink });
      out.api.omapClear(m, out, ino);
      return "check";
    },
    check(l, m, out) {
      const inode = inodeOf(m, l.inode);
      if (inode.nlink > 0 || !isCovered(m, out, inode)) return "forget";
      return { call: "try_delete_inode_items", args: { ino: inode.ino }, then: "forget" };
    },
    /** Whatever became of the deletion. */
    forget(l, m, out) {
      forgetInode(m, out, l.inode);
      return done();
    },
  },
});

export const iputWorker = program<Scoutfs>()({
  name: "iput_worker",
  source: "inode.c:iput_worker",
  start: "next",
  locals: (_a: { readonly of: number }) => ({ inode: NO_INODE, left: 0 }),
  waits: {},
  steps: {
    next(l, m) {
      const h = m.inode.iputList.shift();
      if (h === undefined) return done();
      const inode = inodeOf(m, h);
      l.inode = { ...h };
      l.left = inode.iputCount;
      inode.iputCount = 0;
      return "put";
    },
    put(l) {
      if (l.left === 0) return "next";
      l.left--;
      return { call: "iput", args: { inode: { ...l.inode } }, then: "put" };
    },
  },
});

/** Part of generic_shutdown_super: nobody is inside any more, so all but what invalidation still
 *  has to put goes. */
export const evictInodes = program<Scoutfs>()({
  name: "evict_inodes",
  source: "evict_inodes of the kernel",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m) {
      m.inode.active = false;
      return "next";
    },
    next(_l, m) {
      for (const [h, inode] of each(m.inode.cache)) {
        if (inode.count > 0 || inode.state !== "live") continue;
        inode.state = "freeing";
        return { call: "scoutfs_evict_inode", args: { inode: h }, then: "next" };
      }
      return done();
    },
  },
});
