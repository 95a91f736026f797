// A mount's server from setup to destroy, and stopping it with a wait. Mirrors
// scoutfs_server_setup, scoutfs_server_destroy and scoutfs_server_stop_wait of server.c;
// scoutfs_server_start is `serverStart` in api.ts. A stop waits as long as what the start is in the
// middle of: up to 15 s for the fencing of earlier leaders.

import { done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import type { StopCause } from "./types.ts";

/** Of an unbound work queue that is asked for with 0. */
const WQ_DFL_ACTIVE = 256;

export const serverStopWait = program<Scoutfs>()({
  name: "scoutfs_server_stop_wait",
  source: "server.c:scoutfs_server_stop_wait",
  start: "stop",
  locals: ({ cause }: { readonly cause: StopCause }) => ({ cause }),
  waits: {},
  steps: {
    stop: ({ cause }) => ({ call: "stop_server", args: { cause }, then: "flush" }),
    flush: (_l) => ({ flush: "scoutfs_server_worker", then: "leave" }),
    leave: (_l) => done(),
  },
});

export const serverSetup = program<Scoutfs>()({
  name: "scoutfs_server_setup",
  source: "server.c:scoutfs_server_setup",
  start: "allocate",
  locals: () => ({}),
  waits: {},
  steps: {
    allocate(_l, m, out) {
      m.server.setUp = true;
      m.server.status = "DOWN";
      out.createQueue("server.wq", WQ_DFL_ACTIVE);
      return done();
    },
  },
});

/** The quorum worker has stopped the server before, unless it left with an error. */
export const serverDestroy = program<Scoutfs>()({
  name: "scoutfs_server_destroy",
  source: "server.c:scoutfs_server_destroy",
  start: "stop",
  locals: () => ({}),
  waits: {},
  steps: {
    stop(_l, m) {
      if (!m.server.setUp) return done();
      return { call: "stop_server", args: { cause: "unmount: destroy" }, then: "cancelWorker" };
    },
    /** Waits for a run to end; one that is only queued never starts. */
    cancelWorker: (_l) => ({ cancel: "scoutfs_server_worker", then: "cancelFarewell" }),
    cancelFarewell: (_l) => ({ cancel: "farewell_worker", then: "cancelCommit" }),
    cancelCommit: (_l) => ({ cancel: "scoutfs_server_commit_func", then: "freeFarewells" }),
    /** Those who asked will ask the next server. */
    freeFarewells(_l, m) {
      m.server.farewellRequests = [];
      return { drain: "server.wq", then: "free" };
    },
    free(_l, m, out) {
      out.destroyQueue("server.wq");
      m.server.setUp = false;
      return done();
    },
  },
});
