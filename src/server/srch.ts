// Hands out compactions of srch files and takes their results: work that belongs to one mount until
// it commits the result, or until its reclaim takes the work back. Mirrors server_srch_get_compact
// and server_srch_commit_compact of server.c with the functions of srch.c that they call. Four
// rotated logs make one compaction, and that is the end of them.
// A get that comes again, to the next server, hands out another compaction: the first stays busy
// until the mount leaves.

import type { Errno } from "../core/index.ts";
import { done, free, get, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { RequestArgs, SrchCompact } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { type Holding, holdOf } from "./hold.ts";
import { respond } from "./messages.ts";

/** SCOUTFS_SRCH_COMPACT_NR. */
export const SRCH_COMPACT_NR = 4;

interface GetLocals extends Holding, RequestArgs {
  nr: number;
  error: Errno | undefined;
}

/** Makes the first that is pending busy, or begins one; false when there is nothing to do. */
function getCompact(l: GetLocals, m: Mount): boolean {
  const { dirtySuper } = m.server;
  const { srchLogs } = dirtySuper;
  if (dirtySuper.srchPending > 0) dirtySuper.srchPending--;
  else if (srchLogs.length < SRCH_COMPACT_NR) return false;
  else dirtySuper.srchLogs = srchLogs.slice(SRCH_COMPACT_NR);
  dirtySuper.srchBusy.push(get(m.net.conns, l.conn).rid);
  return true;
}

export const serverSrchGetCompact = program<Scoutfs>()({
  name: "server_srch_get_compact",
  source: "server.c:server_srch_get_compact",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs): GetLocals => ({
    ...args,
    ...{ hold: undefined, nr: 0, error: undefined },
  }),
  waits: {},
  steps: {
    enter: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "lock" }),
    lock: (_l) => ({ lock: "server.srch_mutex", then: "getCompact" }),
    getCompact(l, m, out) {
      l.error = m.server.btreeError;
      const found = l.error === undefined && getCompact(l, m);
      if (found) {
        l.nr = SRCH_COMPACT_NR;
        out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      }
      out.unlock("server.srch_mutex");
      return found ? { lock: "server.alloc_mutex", then: "fill" } : "apply";
    },
    fill(_l, _m, out) {
      out.unlock("server.alloc_mutex");
      return { lock: "server.srch_mutex", then: "update" };
    },
    update(_l, m, out) {
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      out.unlock("server.srch_mutex");
      return "apply";
    },
    apply(l, m) {
      const args = { hold: holdOf(l, m), err: l.error };
      return { call: "server_apply_commit", args, then: "respond" };
    },
    respond(l, m, _out, { error }) {
      free(m.server.holds, holdOf(l, m));
      return respond(l, { error, data: { nr: l.nr, isDone: false, failed: false } });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});

/** What is not done goes on later, with whoever asks next. */
function commitCompact(m: Mount, at: number, res: SrchCompact): void {
  const { dirtySuper } = m.server;
  dirtySuper.srchBusy.splice(at, 1);
  if (res.failed || !res.isDone) dirtySuper.srchPending++;
}

export const serverSrchCommitCompact = program<Scoutfs>()({
  name: "server_srch_commit_compact",
  source: "server.c:server_srch_commit_compact",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs) => ({
    ...args,
    res: { ...(args.data as SrchCompact) },
    hold: undefined as Holding["hold"],
    error: undefined as Errno | undefined,
  }),
  waits: {},
  steps: {
    enter: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "lock" }),
    lock: (_l) => ({ lock: "server.srch_mutex", then: "commitCompact" }),
    commitCompact(l, m, out) {
      const at = m.server.dirtySuper.srchBusy.indexOf(get(m.net.conns, l.conn).rid);
      l.error = m.server.btreeError ?? (at < 0 ? "ENOENT" : undefined);
      if (l.error === undefined) {
        commitCompact(m, at, l.res);
        out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      }
      out.unlock("server.srch_mutex");
      return l.error === undefined ? { lock: "server.alloc_mutex", then: "reclaim" } : "apply";
    },
    reclaim(_l, _m, out) {
      out.unlock("server.alloc_mutex");
      return "apply";
    },
    apply(l, m) {
      const args = { hold: holdOf(l, m), err: l.error };
      return { call: "server_apply_commit", args, then: "respond" };
    },
    respond(l, m, _out, { error }) {
      free(m.server.holds, holdOf(l, m));
      return respond(l, { error });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
