// A server waits for the clients of the one before it: who they are, what lets them go, and what
// happens when all have come. Mirrors start_recovery, scoutfs_server_recov_finish and
// finished_recovery of server.c. Each mounted client is prepared before the server listens, so that
// no client can finish before it is waited for.

import type { Errno } from "../core/index.ts";
import { done, program, seconds } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_ALL, RECOV_LOCKS } from "../recov/api.ts";
import { nextMountedClient } from "./mounted-clients.ts";

export const SERVER_RECOV_TIMEOUT_MS = seconds(30);

interface StartLocals {
  /** The next item has this rid or a higher one. */
  key: number;
  clients: number;
  error: Errno | undefined;
}

export const startRecovery = program<Scoutfs>()({
  name: "start_recovery",
  source: "server.c:start_recovery",
  reads: "dirty",
  start: "enter",
  locals: (): StartLocals => ({ key: 0, clients: 0, error: undefined }),
  waits: {},
  steps: {
    enter(_l, _m, out) {
      out.emit({ kind: "start_recovery" });
      return "prepare";
    },
    /** An item a step: each may be read from the device. No mutex: nobody else is there yet. */
    prepare(l, m, out) {
      const found = nextMountedClient(m, l.key);
      if ("item" in found) {
        const { rid } = found.item;
        out.emit({ kind: "recov_prepare", rid, which: RECOV_ALL });
        out.api.recovPrepare(m, rid, RECOV_ALL);
        l.key = rid + 1;
        l.clients++;
        return "prepare";
      }
      if (found.error === "ENOENT") return "begin";
      l.error = found.error;
      const cause = `start_recovery: ${found.error}`;
      return { call: "stop_server", args: { cause }, then: "leave" };
    },
    begin(l) {
      if (l.clients === 0) return done();
      return {
        call: "scoutfs_recov_begin",
        args: { timeout: SERVER_RECOV_TIMEOUT_MS },
        then: "begun",
      };
    },
    begun: (_l, _m, _out, { value }) =>
      value === true ? { call: "finished_recovery", args: {}, then: "leave" } : "leave",
    leave: (l) => done({ error: l.error }),
  },
});

export const finishedRecovery = program<Scoutfs>()({
  name: "finished_recovery",
  source: "server.c:finished_recovery",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter(_l, _m, out) {
      out.emit({ kind: "finished_recovery" });
      return { call: "scoutfs_omap_finished_recovery", args: {}, then: "omapFinished" };
    },
    omapFinished(_l, _m, _out, { error }) {
      if (error !== undefined) {
        const cause = `finished_recovery: ${error}`;
        return { call: "stop_server", args: { cause }, then: "leave" };
      }
      return { call: "scoutfs_lock_server_finished_recovery", args: {}, then: "resumed" };
    },
    resumed(_l, _m, _out, { error }) {
      if (error === undefined) return "leave";
      const cause = `finished_recovery: ${error}`;
      return { call: "stop_server", args: { cause }, then: "leave" };
    },
    leave: (_l) => done(),
  },
});

export const serverRecovFinish = program<Scoutfs>()({
  name: "scoutfs_server_recov_finish",
  source: "server.c:scoutfs_server_recov_finish",
  start: "finish",
  locals: ({ rid, which }: Scoutfs["Calls"]["scoutfs_server_recov_finish"]) => ({ rid, which }),
  waits: {},
  steps: {
    finish: ({ rid, which }) => ({
      call: "scoutfs_recov_finish",
      args: { rid, which },
      then: "finished",
    }),
    finished: (_l, _m, _out, { value }) =>
      value === true
        ? { call: "finished_recovery", args: {}, then: "queueFarewells" }
        : "queueFarewells",
    /** Farewells that waited for these locks may go, even when others still recover. */
    queueFarewells: (l) =>
      (l.which & RECOV_LOCKS) === 0
        ? done()
        : { call: "queue_farewell_work", args: {}, then: "queued" },
    queued: (_l) => done(),
  },
});
