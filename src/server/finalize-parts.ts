// What a pass of finalize_and_start_log_merge calls: the trees of mounts that are gone, and the
// caller's own. Mirrors reclaim_orphan_log_trees with rid_is_mounted, and do_finalize_ours, of
// server.c. Both may need several commits, and let go of commit and mutex for each. A mount whose
// item cannot be read counts as gone.

import type { Errno, Rid } from "../core/index.ts";
import { assert, done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import {
  ABOVE_ALL,
  findTree,
  forceTree,
  lastTreeBelow,
  moveExtents,
  rotateSrchLog,
  traceTree,
} from "./log-trees.ts";
import { lookupMountedClient } from "./mounted-clients.ts";
import { copyLogTrees, type LogTrees, newLogTrees } from "./super.ts";
import type { HoldHandle, ServerCalls } from "./types.ts";

interface OrphanLocals {
  readonly rid: Rid;
  readonly hold: HoldHandle;
  below: number;
  orphan: Rid;
  found: boolean;
  err: Errno | undefined;
  ret: Errno | undefined;
}

export const reclaimOrphanLogTrees = program<Scoutfs>()({
  name: "reclaim_orphan_log_trees",
  source: "server.c:reclaim_orphan_log_trees",
  reads: "dirty",
  start: "next",
  locals: ({ rid, hold }: ServerCalls["reclaim_orphan_log_trees"]): OrphanLocals => ({
    ...{ rid, hold: { ...hold }, below: ABOVE_ALL, orphan: 0 as Rid, found: false },
    ...{ err: undefined, ret: undefined },
  }),
  waits: {},
  steps: {
    next(l, m) {
      const { btreeError } = m.server;
      if (btreeError !== undefined) return done({ error: btreeError });
      const lt = lastTreeBelow(m, l.below);
      if (lt === undefined) return done({ value: l.found });
      l.below = lt.rid;
      l.orphan = lt.rid;
      if (lt.finalized || lt.rid === l.rid) return "next";
      return { lock: "server.mounted_clients_mutex", then: "isMounted" };
    },
    isMounted(l, m, out) {
      const isMounted = "item" in lookupMountedClient(m, l.orphan);
      out.unlock("server.mounted_clients_mutex");
      if (isMounted) return "next";
      out.note("log trees of a mount that is gone are reclaimed");
      l.found = true;
      return "letGo";
    },
    letGo(l, _m, out) {
      out.unlock("server.logs_mutex");
      return { call: "reclaim_open_log_tree", args: { rid: l.orphan }, then: "reclaimed" };
    },
    reclaimed(l, _m, _out, { error }) {
      l.err = error;
      const err = error === "EINPROGRESS" ? undefined : error;
      return { call: "server_apply_commit", args: { hold: { ...l.hold }, err }, then: "applied" };
    },
    applied(l, _m, _out, { error }) {
      l.ret = error;
      return { call: "server_hold_commit", args: { hold: { ...l.hold } }, then: "held" };
    },
    held: (_l) => ({ lock: "server.logs_mutex", then: "again" }),
    again(l) {
      if (l.ret !== undefined) return done({ error: l.ret });
      return l.err === "EINPROGRESS" ? "letGo" : "next";
    },
  },
});

interface OursLocals {
  lt: LogTrees;
  readonly hold: HoldHandle;
}

export const doFinalizeOurs = program<Scoutfs>()({
  name: "do_finalize_ours",
  source: "server.c:do_finalize_ours",
  reads: "dirty",
  start: "enter",
  locals: ({ lt, hold }: ServerCalls["do_finalize_ours"]): OursLocals => ({
    lt: copyLogTrees(lt),
    hold: { ...hold },
  }),
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.srch_mutex", then: "rotateSrchLog" }),
    rotateSrchLog(l, m, out) {
      const { lt, error } = rotateSrchLog(m, out, { lt: l.lt, force: true });
      out.unlock("server.srch_mutex");
      l.lt = lt;
      return error === undefined ? "move" : done({ value: copyLogTrees(lt), error });
    },
    move: (_l) => ({ lock: "server.alloc_mutex", then: "moveExtents" }),
    moveExtents(l, m, out) {
      l.lt = moveExtents(m, out, l.lt);
      out.unlock("server.alloc_mutex");
      return "update";
    },
    update(l, m, out) {
      const isDone = l.lt.dataExtents === 0;
      if (isDone) {
        const finalizeSeq = out.api.serverNextSeq(m, out);
        l.lt = { ...copyLogTrees(l.lt), finalized: true, finalizeSeq };
      }
      const exists = findTree(m, l.lt.rid, l.lt.nr) !== undefined;
      assert(exists, "the item of the log tree that is finalized");
      forceTree(m, l.lt);
      traceTree(m, out, "finalize", l.lt);
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      return isDone ? "next" : "letGo";
    },
    letGo(l, _m, out) {
      out.unlock("server.logs_mutex");
      const args = { hold: { ...l.hold }, err: undefined };
      return { call: "server_apply_commit", args, then: "applied" };
    },
    /** It goes on, whatever the error. */
    applied(l, _m, out, { error }) {
      if (error !== undefined) out.note("WARN a commit fails while a log tree is finalized");
      return { call: "server_hold_commit", args: { hold: { ...l.hold } }, then: "held" };
    },
    held: (_l) => ({ lock: "server.logs_mutex", then: "move" }),
    /** The caller's tree is the one after it, of the same transactions. */
    next(l) {
      const { rid, nr, getTransSeq, commitTransSeq } = l.lt;
      const value = { ...newLogTrees(rid, nr + 1), getTransSeq, commitTransSeq };
      return done({ value });
    },
  },
});
