// The life of a mount's inodes as a whole. Mirrors scoutfs_inode_setup, _start, _orphan_stop,
// _flush_iput and _destroy of inode.c. Scans stop before the cache is torn down, and start when the
// mount is there; nothing else is in time with them.

import { done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const inodeSetup = program<Scoutfs>()({
  name: "scoutfs_inode_setup",
  source: "inode.c:scoutfs_inode_setup",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m, out) {
      out.createQueue("inode.iput_workq", 256);
      /** The kernel's own there. */
      out.createQueue("system_wq", 256);
      m.inode.setUp = true;
      return done();
    },
  },
});

export const inodeStart = program<Scoutfs>()({
  name: "scoutfs_inode_start",
  source: "inode.c:scoutfs_inode_start",
  start: "start",
  locals: () => ({}),
  waits: {},
  steps: {
    start: (_l) => ({ call: "scoutfs_inode_schedule_orphan_dwork", args: {}, then: "leave" }),
    leave: (_l) => done(),
  },
});

export const inodeOrphanStop = program<Scoutfs>()({
  name: "scoutfs_inode_orphan_stop",
  source: "inode.c:scoutfs_inode_orphan_stop",
  start: "stop",
  locals: () => ({}),
  waits: {},
  steps: {
    stop(_l, m) {
      if (!m.inode.setUp) return done();
      m.inode.stopped = true;
      return { cancel: ["inode_orphan_scan_worker", 0], then: "leave" };
    },
    leave: (_l) => done(),
  },
});

export const inodeFlushIput = program<Scoutfs>()({
  name: "scoutfs_inode_flush_iput",
  source: "inode.c:scoutfs_inode_flush_iput",
  start: "flush",
  locals: () => ({}),
  waits: {},
  steps: {
    flush: (_l, m) => (m.inode.setUp ? { flush: ["iput_worker", 0], then: "leave" } : done()),
    leave: (_l) => done(),
  },
});

export const inodeDestroy = program<Scoutfs>()({
  name: "scoutfs_inode_destroy",
  source: "inode.c:scoutfs_inode_destroy",
  start: "drain",
  locals: () => ({}),
  waits: {},
  steps: {
    drain: (_l, m) => (m.inode.setUp ? { drain: "inode.iput_workq", then: "drained" } : done()),
    drained: (_l) => ({ drain: "system_wq", then: "destroy" }),
    destroy(_l, m, out) {
      out.destroyQueue("inode.iput_workq");
      out.destroyQueue("system_wq");
      m.inode.setUp = false;
      return done();
    },
  },
});
