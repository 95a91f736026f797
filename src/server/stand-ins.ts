// What the server's worker calls in folders that do not have it yet, each saying what it stands
// for.

import { done, fail, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const forestGetMaxSeq = program<Scoutfs>()({
  name: "scoutfs_forest_get_max_seq",
  source: "(stands for forest.c:scoutfs_forest_get_max_seq; items here have no seq of their own)",
  reads: "dirty",
  start: "read",
  locals: () => ({}),
  waits: {},
  steps: {
    read(_l, m) {
      const { btreeError, dirtySuper } = m.server;
      if (btreeError !== undefined) return fail(btreeError);
      const seqs = dirtySuper.logTrees.map(({ commitTransSeq }) => commitTransSeq);
      return done({ value: Math.max(0, ...seqs) });
    },
  },
});

export const lockServerSetup = program<Scoutfs>()({
  name: "scoutfs_lock_server_setup",
  source: "(stands for lock_server.c:scoutfs_lock_server_setup)",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m) {
      m.lockServer.locks = [];
      return done();
    },
  },
});

/** Whatever is still granted: clients report it to the next server. */
export const lockServerDestroy = program<Scoutfs>()({
  name: "scoutfs_lock_server_destroy",
  source: "(stands for lock_server.c:scoutfs_lock_server_destroy)",
  start: "destroy",
  locals: () => ({}),
  waits: {},
  steps: {
    destroy(_l, m) {
      m.lockServer.locks = [];
      return done();
    },
  },
});

export const omapServerShutdown = program<Scoutfs>()({
  name: "scoutfs_omap_server_shutdown",
  source: "(stands for omap.c:scoutfs_omap_server_shutdown)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown(_l, m) {
      m.omap.requests = [];
      m.omap.rids = [];
      return done();
    },
  },
});
