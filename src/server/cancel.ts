// Takes back the background work that was handed to a mount that has gone, so that others can do
// it: compactions of srch files and merges of logs. Mirrors cancel_srch_compact and
// cancel_log_merge of server.c. Not modelled: the block lists that each brings back, and the ranges
// themselves, which are a count.

import { assert, done, fail, program, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";

export const cancelSrchCompact = program<Scoutfs>()({
  name: "cancel_srch_compact",
  source: "server.c:cancel_srch_compact",
  reads: "dirty",
  start: "next",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    next: (_l) => ({ lock: "server.srch_mutex", then: "cancel" }),
    cancel(l, m, out) {
      const { btreeError, dirtySuper } = m.server;
      const at = btreeError === undefined ? dirtySuper.srchBusy.indexOf(l.rid) : -1;
      if (at >= 0) {
        dirtySuper.srchBusy.splice(at, 1);
        dirtySuper.srchPending++;
        out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      }
      out.unlock("server.srch_mutex");
      if (btreeError !== undefined) return fail(btreeError);
      return at < 0 ? done() : { lock: "server.alloc_mutex", then: "splice" };
    },
    splice(_l, _m, out) {
      out.unlock("server.alloc_mutex");
      return "next";
    },
  },
});

/** Removes the first request of the mount and gives its range back; false when it has none. */
function removeRequest({ server: { dirtySuper } }: Mount, rid: Rid): boolean {
  const { logMerge } = dirtySuper;
  const at = logMerge?.requests.findIndex((req) => req.rid === rid) ?? -1;
  if (logMerge === undefined || at < 0) return false;
  const requests = logMerge.requests.toSpliced(at, 1);
  dirtySuper.logMerge = { ...logMerge, requests, ranges: logMerge.ranges + 1 };
  return true;
}

export const cancelLogMerge = program<Scoutfs>()({
  name: "cancel_log_merge",
  source: "server.c:cancel_log_merge",
  reads: "dirty",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid, cancelled: 0 }),
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.logs_mutex", then: "status" }),
    /** The C takes any error after this mutex for an inconsistency that it cannot live with. */
    status(_l, m) {
      assert(m.server.btreeError === undefined, "cancel_log_merge to read its trees");
      return m.server.dirtySuper.logMerge === undefined ? "leave" : "next";
    },
    next(l, m, out) {
      if (!removeRequest(m, l.rid)) return "update";
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      return { lock: "server.alloc_mutex", then: "splice" };
    },
    splice(l, _m, out) {
      l.cancelled++;
      out.unlock("server.alloc_mutex");
      return "next";
    },
    update(l, m, out) {
      const { dirtySuper } = m.server;
      const { logMerge } = dirtySuper;
      if (l.cancelled > 0 && logMerge !== undefined) {
        dirtySuper.logMerge = { ...logMerge, nrRequests: logMerge.nrRequests - l.cancelled };
        out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      }
      return "leave";
    },
    leave(_l, _m, out) {
      out.unlock("server.logs_mutex");
      return done();
    },
  },
});
