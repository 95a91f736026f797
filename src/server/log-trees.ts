// The items of log trees, and the reclaim of one: what a mount that has gone was writing to is
// finalized, so that it will be merged, once all that was left in its allocators has been moved, in
// as many commits as that takes (EINPROGRESS). Mirrors reclaim_open_log_tree of server.c with
// find_log_trees_item and for_each_rid_last_lt. Only what the mount had committed is in the tree.
// Not modelled: the block lists of the tree, and zone bits; data extents are a count.

import type { Errno, Out } from "../core/index.ts";
import { done, fail, program, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { NO_SRCH_LOG, srchRotation } from "../srch/api.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { COMMIT_HOLD_ALLOC_BUDGET } from "./hold.ts";
import { copyLogTrees, type LogTrees } from "./super.ts";
import type { LogTreesFields } from "./types.ts";

/** What one call may spend on moving extents, one block of its budget for each. */
export const EXTENTS_PER_COMMIT = COMMIT_HOLD_ALLOC_BUDGET / 2;

/** The walk over all mounts goes down by rid, and sees the last item of each. */
export const lastTreeBelow = ({ server }: Mount, below: number): LogTrees | undefined => {
  const { logTrees } = server.dirtySuper;
  return logTrees[placeOf(logTrees, below, 0) - 1];
};
export const ABOVE_ALL = Number.MAX_SAFE_INTEGER;

/** The one item of a mount that can be open. */
export function lastTreeOf(m: Mount, rid: Rid): LogTrees | undefined {
  const last = lastTreeBelow(m, rid + 1);
  return last?.rid === rid ? last : undefined;
}

export function findTree({ server }: Mount, rid: Rid, nr: number): LogTrees | undefined {
  const { logTrees } = server.dirtySuper;
  const at = logTrees[placeOf(logTrees, rid, nr)];
  return at?.rid === rid && at.nr === nr ? at : undefined;
}

/** `scoutfs_btree_force`: the item is there after it, whether it was before or not. */
export function forceTree({ server: { dirtySuper } }: Mount, lt: LogTrees): void {
  const { logTrees } = dirtySuper;
  const place = placeOf(logTrees, lt.rid, lt.nr);
  const old = logTrees[place];
  const isThere = old?.rid === lt.rid && old.nr === lt.nr;
  logTrees.splice(place, isThere ? 1 : 0, copyLogTrees(lt));
}

/** Of the first item that does not come before that one: there are many when nobody merges, and
 *  they are sorted. */
function placeOf(logTrees: readonly LogTrees[], rid: number, nr: number): number {
  let low = 0;
  let high = logTrees.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const lt = logTrees[middle] as LogTrees;
    if (lt.rid < rid || (lt.rid === rid && lt.nr < nr)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What can be moved of a tree's extents within one commit. */
export function moveExtents(m: Mount, out: Out<Scoutfs>, lt: LogTrees): LogTrees {
  const moved = Math.min(lt.dataExtents, EXTENTS_PER_COMMIT);
  out.api.serverDirtyBlocks(m, out, moved);
  return { ...copyLogTrees(lt), dataExtents: lt.dataExtents - moved };
}

interface Rotated {
  readonly lt: LogTrees;
  readonly error?: Errno;
}
/** Its log becomes a file of the server's, if it is large or has to go, and waits for a compaction:
 *  the tree begins a new one. One that the server has already is only warned of. */
export function rotateSrchLog(
  { server: { dirtySuper } }: Mount,
  out: Out<Scoutfs>,
  { lt, force }: { readonly lt: LogTrees; readonly force: boolean },
): Rotated {
  const rotation = srchRotation(dirtySuper.srchLogs, lt, force);
  if (rotation === "stays") return { lt: copyLogTrees(lt) };
  if (rotation === "rotates") {
    dirtySuper.srchLogs = [...dirtySuper.srchLogs, lt.srchBlkno].sort((a, b) => a - b);
    if (!force) out.note("a srch log is large and is rotated by a commit");
  } else {
    out.note("WARN a srch log is rotated that the server has already");
    if (!out.rules.bearsRotatedSrchLog()) return { lt: copyLogTrees(lt), error: rotation };
  }
  return { lt: { ...copyLogTrees(lt), ...NO_SRCH_LOG } };
}

export function traceTree(
  m: Mount,
  out: Out<Scoutfs>,
  what: LogTreesFields["what"],
  { rid, nr, getTransSeq, commitTransSeq }: LogTrees,
): void {
  const seqs = { get_trans_seq: getTransSeq, commit_trans_seq: commitTransSeq };
  out.emit({ kind: "log_trees", what, term: m.server.term, rid, nr, ...seqs });
}

interface Locals {
  readonly rid: Rid;
  lt: LogTrees | undefined;
  error: Errno | undefined;
}

export const reclaimOpenLogTree = program<Scoutfs>()({
  name: "reclaim_open_log_tree",
  source: "server.c:reclaim_open_log_tree",
  reads: "dirty",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }): Locals => ({ rid, lt: undefined, error: undefined }),
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.logs_mutex", then: "find" }),
    find(l, m) {
      l.error = m.server.btreeError;
      const lt = lastTreeOf(m, l.rid);
      if (l.error !== undefined || lt === undefined || lt.finalized) return "leave";
      l.lt = copyLogTrees(lt);
      return { lock: "server.srch_mutex", then: "rotateSrchLog" };
    },
    rotateSrchLog(l, m, out) {
      if (l.lt === undefined) return "leave";
      const { lt, error } = rotateSrchLog(m, out, { lt: l.lt, force: true });
      out.unlock("server.srch_mutex");
      l.lt = lt;
      l.error = error;
      return error === undefined ? { lock: "server.alloc_mutex", then: "moveExtents" } : "leave";
    },
    moveExtents(l, m, out) {
      if (l.lt === undefined) return "leave";
      l.lt = moveExtents(m, out, l.lt);
      l.error = l.lt.dataExtents > 0 ? "EINPROGRESS" : undefined;
      out.unlock("server.alloc_mutex");
      return "update";
    },
    /** The item keeps what was moved, also when more is left. */
    update(l, m, out) {
      if (l.lt === undefined) return "leave";
      const { getTransSeq } = l.lt;
      if (l.error === undefined) {
        const finalizeSeq = out.api.serverNextSeq(m, out);
        l.lt = { ...copyLogTrees(l.lt), commitTransSeq: getTransSeq, finalized: true, finalizeSeq };
      }
      forceTree(m, l.lt);
      traceTree(m, out, "reclaim", l.lt);
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      return "leave";
    },
    leave(l, _m, out) {
      out.unlock("server.logs_mutex");
      return l.error === undefined ? done() : fail(l.error);
    },
  },
});
