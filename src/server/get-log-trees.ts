// A mount asks for the log tree that its next transaction goes into: its last one, or a new one
// when that is finalized. Mirrors server_get_log_trees and try_drain_data_freed of server.c. The
// answer opens a transaction: its seq is new, and nothing newer is stable before it is committed. A
// request that comes again, to the next server, finds it open and gets it as it is. Not modelled:
// the allocators that are filled, so it never runs low, and zone bits.

import type { Errno } from "../core/index.ts";
import { assert, done, free, get, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { type Holding, holdOf } from "./hold.ts";
import { findTree, forceTree, lastTreeOf, moveExtents, traceTree } from "./log-trees.ts";
import { respond } from "./messages.ts";
import { copyLogTrees, type LogTrees, newLogTrees } from "./super.ts";

interface Locals extends Holding, RequestArgs {
  lt: LogTrees | undefined;
  error: Errno | undefined;
}

function treeOf(l: Locals): LogTrees {
  assert(l.lt !== undefined, "the log tree that was asked for");
  return l.lt;
}

/** The last tree that is not finalized, or the one after it. */
function openTree(l: Locals, m: Mount): LogTrees {
  const { rid } = get(m.net.conns, l.conn);
  const last = lastTreeOf(m, rid);
  if (last === undefined) return newLogTrees(rid, 1);
  return last.finalized ? newLogTrees(rid, last.nr + 1) : copyLogTrees(last);
}

/** Otherwise somebody else has changed the item, and drains it or has no need to. */
function isStillOurs(l: Locals, m: Mount): boolean {
  const lt = treeOf(l);
  const last = m.server.btreeError === undefined ? lastTreeOf(m, lt.rid) : undefined;
  return (
    last !== undefined &&
    last.nr === lt.nr &&
    last.getTransSeq === lt.getTransSeq &&
    last.commitTransSeq === lt.commitTransSeq &&
    last.finalized === lt.finalized
  );
}

export const serverGetLogTrees = program<Scoutfs>()({
  name: "server_get_log_trees",
  source: "server.c:server_get_log_trees",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs): Locals => ({
    ...args,
    ...{ hold: undefined, lt: undefined, error: undefined },
  }),
  waits: {},
  steps: {
    enter: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "lock" }),
    lock: (_l) => ({ lock: "server.logs_mutex", then: "find" }),
    find(l, m, out) {
      l.error = m.server.btreeError;
      if (l.error !== undefined) return "unlock";
      const lt = openTree(l, m);
      l.lt = lt;
      if (lt.getTransSeq < lt.commitTransSeq) {
        l.error = "EINVAL";
        return "unlock";
      }
      if (lt.getTransSeq > lt.commitTransSeq) {
        out.note("a client asks for log trees that it has open");
        return "unlock";
      }
      const args = { lt: copyLogTrees(lt), hold: { ...holdOf(l, m) }, rid: lt.rid };
      return { call: "finalize_and_start_log_merge", args, then: "finalized" };
    },
    /** With the commit and the mutex, whatever happened meanwhile. */
    finalized(l, _m, _out, { value, error }) {
      l.lt = copyLogTrees(value as LogTrees);
      l.error = error;
      return error === undefined ? { lock: "server.alloc_mutex", then: "refill" } : "update";
    },
    refill(l, m, out) {
      l.lt = moveExtents(m, out, treeOf(l));
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      out.unlock("server.alloc_mutex");
      return "open";
    },
    open(l, m, out) {
      l.lt = { ...copyLogTrees(treeOf(l)), getTransSeq: out.api.serverNextSeq(m, out) };
      traceTree(m, out, "get", l.lt);
      return "update";
    },
    /** Also after an error: what was moved already must not be lost. */
    update(l, m, out) {
      forceTree(m, treeOf(l));
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      return "unlock";
    },
    unlock(l, m, out) {
      out.unlock("server.logs_mutex");
      const args = { hold: holdOf(l, m), err: l.error };
      return { call: "server_apply_commit", args, then: "applied" };
    },
    applied(l, _m, _out, { error }) {
      l.error = error;
      return error === undefined ? "drain" : "respond";
    },
    /** Extents that did not fit into the first commit, in as many as it takes. */
    drain(l, m) {
      if (treeOf(l).dataExtents === 0) return "respond";
      return { call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "drainHeld" };
    },
    drainHeld: (_l) => ({ lock: "server.logs_mutex", then: "drainFind" }),
    drainFind(l, m) {
      return isStillOurs(l, m) ? { lock: "server.alloc_mutex", then: "drainMove" } : "drainEnd";
    },
    drainMove(l, m, out) {
      const { rid, nr } = treeOf(l);
      const item = findTree(m, rid, nr);
      assert(item !== undefined, "the item that was just found");
      l.lt = moveExtents(m, out, item);
      forceTree(m, l.lt);
      out.unlock("server.alloc_mutex");
      out.unlock("server.logs_mutex");
      const args = { hold: holdOf(l, m), err: undefined };
      return { call: "server_apply_commit", args, then: "applied" };
    },
    drainEnd(l, m, out) {
      out.unlock("server.logs_mutex");
      const args = { hold: holdOf(l, m), err: undefined };
      return { call: "server_apply_commit", args, then: "respond" };
    },
    respond(l, m) {
      free(m.server.holds, holdOf(l, m));
      return respond(l, { error: l.error, data: l.lt && copyLogTrees(l.lt) });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
