// Takes a mount down in the order of scoutfs_kill_sb and scoutfs_put_super of super.c. The client
// says farewell while the mount's own quorum worker and server still run, since that server may be
// the one to answer; then quorum goes, which stops the server; then what the server rests on. Each
// part bears never to have been set up. Before all that the generic code syncs, and whether that
// succeeds is nobody's concern. Local parts, see mount.ts, have no steps here either.

import { done, program } from "../core/index.ts";
import { itemState } from "../item/api.ts";
import type { Scoutfs } from "../protocol.ts";

export const killSb = program<Scoutfs>()({
  name: "scoutfs_kill_sb",
  source: "super.c:scoutfs_kill_sb",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m) {
      m.super.unmounting = true;
      return { call: "scoutfs_inode_orphan_stop", args: {}, then: "beginLocks" };
    },
    beginLocks: (_l) => ({ call: "scoutfs_lock_unmount_begin", args: {}, then: "killSuper" }),
    /** The generic code calls put_super only for a mount that has a root. */
    killSuper: (_l, m) =>
      m.parts.includes("root") ? { call: "sync_filesystem", args: {}, then: "evict" } : done(),
    evict: (_l) => ({ call: "evict_inodes", args: {}, then: "putSuper" }),
    putSuper: (_l) => ({ call: "scoutfs_put_super", args: {}, then: "leave" }),
    leave: (_l) => done(),
  },
});

export const putSuper = program<Scoutfs>()({
  name: "scoutfs_put_super",
  source: "super.c:scoutfs_put_super",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter(_l, m, out) {
      out.emit({ kind: "put_super", rid: m.super.rid });
      return "flushInvalidate";
    },
    flushInvalidate: (_l) => ({
      call: "scoutfs_lock_flush_invalidate",
      args: {},
      then: "flushIput",
    }),
    flushIput: (_l) => ({ call: "scoutfs_inode_flush_iput", args: {}, then: "stopSrch" }),
    stopSrch: (_l) => ({ call: "scoutfs_srch_destroy", args: {}, then: "shutLock" }),
    shutLock: (_l) => ({ call: "scoutfs_lock_shutdown", args: {}, then: "shutTrans" }),
    shutTrans: (_l) => ({ call: "scoutfs_shutdown_trans", args: {}, then: "destroyVolopt" }),
    destroyVolopt: (_l) => ({ call: "scoutfs_volopt_destroy", args: {}, then: "destroyClient" }),
    destroyClient: (_l) => ({ call: "scoutfs_client_destroy", args: {}, then: "destroyInode" }),
    destroyInode: (_l) => ({ call: "scoutfs_inode_destroy", args: {}, then: "destroyItem" }),
    destroyItem(_l, m) {
      Object.assign(m.item, itemState());
      return "destroyQuorum";
    },
    destroyQuorum: (_l) => ({ call: "scoutfs_quorum_destroy", args: {}, then: "destroyServer" }),
    destroyServer: (_l) => ({ call: "scoutfs_server_destroy", args: {}, then: "destroyRecov" }),
    destroyRecov: (_l) => ({ call: "scoutfs_recov_destroy", args: {}, then: "destroyNet" }),
    destroyNet: (_l) => ({ call: "scoutfs_net_destroy", args: {}, then: "destroyLock" }),
    destroyLock: (_l) => ({ call: "scoutfs_lock_destroy", args: {}, then: "destroyOmap" }),
    destroyOmap: (_l) => ({ call: "scoutfs_omap_destroy", args: {}, then: "destroyFence" }),
    destroyFence: (_l) => ({ call: "scoutfs_fence_destroy", args: {}, then: "free" }),
    free(_l, m, out) {
      m.parts = [];
      out.emit({ kind: "put_super_ret", rid: m.super.rid });
      return done();
    },
  },
});
