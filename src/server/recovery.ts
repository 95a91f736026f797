// A client has recovered something; the last of all lets go what waited for recovery. Mirrors
// scoutfs_server_recov_finish and finished_recovery of server.c. Farewells that waited for lock
// recovery are looked at again even when others still recover.

import { done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_LOCKS } from "../recov/api.ts";

export const serverRecovFinish = program<Scoutfs>()({
  name: "scoutfs_server_recov_finish",
  source: "server.c:scoutfs_server_recov_finish",
  start: "finish",
  locals: ({ rid, which }: Scoutfs["Calls"]["scoutfs_server_recov_finish"]) => ({ rid, which }),
  waits: {},
  steps: {
    finish: (l, m, out) =>
      out.api.recovFinish(m, l.rid, l.which) ? "omapFinished" : "queueFarewells",
    omapFinished: (_l) => ({
      call: "scoutfs_omap_finished_recovery",
      args: {},
      then: "locksFinished",
    }),
    locksFinished(_l, _m, _out, { error }) {
      if (error !== undefined) {
        const cause = `finished_recovery: ${error}`;
        return { call: "stop_server", args: { cause }, then: "queueFarewells" };
      }
      return { call: "scoutfs_lock_server_finished_recovery", args: {}, then: "resumed" };
    },
    resumed(_l, _m, _out, { error }) {
      if (error === undefined) return "queueFarewells";
      const cause = `finished_recovery: ${error}`;
      return { call: "stop_server", args: { cause }, then: "queueFarewells" };
    },
    queueFarewells: (l) =>
      (l.which & RECOV_LOCKS) === 0
        ? done()
        : { call: "queue_farewell_work", args: {}, then: "queued" },
    queued: (_l) => done(),
  },
});
