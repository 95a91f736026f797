// Reclaims, one after another, the mounts that the fence agent has isolated; a request goes when
// its rid is reclaimed, so a server that dies before that leaves nothing undone that the next one
// would not ask for again. Mirrors reclaim_worker and queue_reclaim_work of server.c. It looks
// every second, and at once after each success. Also RECLAIM_WORK_DELAY_MS.

import type { Errno, Rid } from "../core/index.ts";
import { done, program, seconds, us } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_ALL } from "../recov/api.ts";
import { isStopping } from "./status.ts";
import type { OfServer, ServerCalls } from "./types.ts";

export const RECLAIM_WORK_DELAY_MS = seconds(1);

/** Looks and queues in two steps: a stop may come between, and its cancel waits for this work. */
export const queueReclaimWork = program<Scoutfs>()({
  name: "queue_reclaim_work",
  source: "server.c:queue_reclaim_work",
  start: "look",
  locals: ({ delay }: ServerCalls["queue_reclaim_work"]) => ({ delay }),
  waits: {},
  steps: {
    look(_l, m, out) {
      if (!isStopping(m)) return "queue";
      out.ignored("the server is stopping: its fence requests go with it");
      return done();
    },
    queue(l, _m, out) {
      out.queueDelayedWork("server.wq", "reclaim_worker", l.delay);
      return done();
    },
  },
});

interface Locals {
  rid: Rid;
  error: Errno | undefined;
}

export const reclaimWorker = program<Scoutfs>()({
  name: "reclaim_worker",
  source: "server.c:reclaim_worker",
  reads: "dirty",
  start: "next",
  locals: (_a: OfServer): Locals => ({ rid: 0 as Rid, error: undefined }),
  waits: {},
  steps: {
    next(l, m, out) {
      const answered = out.api.fenceNext(m, out);
      if (answered === undefined) {
        l.error = "ENOENT";
        return "requeue";
      }
      l.rid = answered.rid;
      if (!answered.error) return { call: "reclaim_rid", args: { rid: l.rid }, then: "reclaimed" };
      l.error = "ESHUTDOWN";
      const cause = `reclaim_worker: fence error for rid ${l.rid}`;
      return { call: "stop_server", args: { cause }, then: "requeue" };
    },
    reclaimed(l, _m, _out, { error }) {
      if (error === undefined) return "freeFence";
      l.error = error;
      const cause = `reclaim_worker: rid ${l.rid}: ${error}`;
      return { call: "stop_server", args: { cause }, then: "requeue" };
    },
    freeFence: ({ rid }) => ({ call: "scoutfs_fence_free", args: { rid }, then: "finishRecovery" }),
    /** It may never have been waited for. */
    finishRecovery: ({ rid }) => ({
      call: "scoutfs_server_recov_finish",
      args: { rid, which: RECOV_ALL },
      then: "requeue",
    }),
    requeue(l) {
      const delay = l.error === undefined ? us(0) : RECLAIM_WORK_DELAY_MS;
      return { call: "queue_reclaim_work", args: { delay }, then: "queued" };
    },
    queued: (_l) => done(),
  },
});
