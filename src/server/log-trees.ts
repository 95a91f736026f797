// Takes back what a mount that has gone was writing to: its open log tree is finalized, so that it
// will be merged, once all that was left in its allocators has been moved, in as many commits as
// that takes (EINPROGRESS). Mirrors reclaim_open_log_tree of server.c. Not modelled: rotation of
// the srch log, the block lists of the tree, and zone bits; data extents are a count.

import type { Errno } from "../core/index.ts";
import { done, fail, program, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { COMMIT_HOLD_ALLOC_BUDGET } from "./hold.ts";
import type { LogTrees } from "./super.ts";

/** What one call may spend on moving extents, one block of its budget for each. */
export const EXTENTS_PER_COMMIT = COMMIT_HOLD_ALLOC_BUDGET / 2;

/** Only the last tree of a mount can be open. */
function openTree({ server }: Mount, rid: Rid): LogTrees | undefined {
  const last = server.dirtySuper.logTrees.findLast((lt) => lt.rid === rid);
  return last === undefined || last.finalized ? undefined : last;
}

function update({ server: { dirtySuper } }: Mount, lt: LogTrees): void {
  dirtySuper.logTrees = dirtySuper.logTrees.map((old) =>
    old.rid === lt.rid && old.nr === lt.nr ? lt : old,
  );
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
      const lt = openTree(m, l.rid);
      if (l.error !== undefined || lt === undefined) return "leave";
      l.lt = { ...lt };
      return { lock: "server.srch_mutex", then: "rotateSrchLog" };
    },
    rotateSrchLog(_l, _m, out) {
      out.unlock("server.srch_mutex");
      return { lock: "server.alloc_mutex", then: "moveExtents" };
    },
    moveExtents(l, m, out) {
      if (l.lt === undefined) return "leave";
      const moved = Math.min(l.lt.dataExtents, EXTENTS_PER_COMMIT);
      l.lt = { ...l.lt, dataExtents: l.lt.dataExtents - moved };
      l.error = l.lt.dataExtents > 0 ? "EINPROGRESS" : undefined;
      out.api.serverDirtyBlocks(m, out, moved);
      out.unlock("server.alloc_mutex");
      return "update";
    },
    /** The item keeps what was moved, also when more is left. */
    update(l, m, out) {
      if (l.lt === undefined) return "leave";
      const { getTransSeq } = l.lt;
      if (l.error === undefined) {
        const finalizeSeq = out.api.serverNextSeq(m);
        l.lt = { ...l.lt, commitTransSeq: getTransSeq, finalized: true, finalizeSeq };
      }
      update(m, { ...l.lt });
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      return "leave";
    },
    leave(l, _m, out) {
      out.unlock("server.logs_mutex");
      return l.error === undefined ? done() : fail(l.error);
    },
  },
});
