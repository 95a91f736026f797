// A mount has written the blocks of its transaction and gives the roots: its item refers to them
// from now on, and the transaction is closed. Mirrors server_commit_log_trees of server.c. A
// request that comes again, to the next server, finds the transaction committed and succeeds. So
// does one whose tree was reclaimed meanwhile, for a reclaim closes the transaction without its
// items.

import type { Errno } from "../core/index.ts";
import { assert, done, free, get, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { type Holding, holdOf } from "./hold.ts";
import { findTree, forceTree, rotateSrchLog, traceTree } from "./log-trees.ts";
import { respond } from "./messages.ts";
import { copyLogTrees, type LogTrees } from "./super.ts";

interface Locals extends Holding, RequestArgs {
  lt: LogTrees;
  error: Errno | undefined;
}

type Look = { readonly error: Errno } | { readonly committed: boolean };
function look(l: Locals, m: Mount): Look {
  const { btreeError } = m.server;
  if (btreeError !== undefined) return { error: btreeError };
  const exist = findTree(m, l.lt.rid, l.lt.nr);
  if (exist === undefined) return { error: "ENOENT" };
  if (exist.getTransSeq !== l.lt.getTransSeq) return { error: "EIO" };
  return { committed: exist.commitTransSeq === l.lt.getTransSeq };
}

export const serverCommitLogTrees = program<Scoutfs>()({
  name: "server_commit_log_trees",
  source: "server.c:server_commit_log_trees",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs): Locals => ({
    ...args,
    lt: copyLogTrees(args.data as LogTrees),
    hold: undefined,
    error: undefined,
  }),
  waits: {},
  steps: {
    enter(l, m, out) {
      if (l.lt.rid !== get(m.net.conns, l.conn).rid) {
        out.note("a client commits the log trees of another");
        return respond(l, { error: "EIO" });
      }
      return { call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "lock" };
    },
    lock: (_l) => ({ lock: "server.logs_mutex", then: "find" }),
    find(l, m, out) {
      const found = look(l, m);
      if ("error" in found) {
        l.error = found.error;
        return "unlock";
      }
      if (!found.committed) return { lock: "server.srch_mutex", then: "rotateSrchLog" };
      out.note("a client commits what is committed already");
      return "unlock";
    },
    rotateSrchLog(l, m, out) {
      const { lt, error } = rotateSrchLog(m, out, { lt: l.lt, force: false });
      out.unlock("server.srch_mutex");
      l.lt = lt;
      l.error = error;
      return error === undefined ? "update" : "unlock";
    },
    update(l, m, out) {
      const exists = findTree(m, l.lt.rid, l.lt.nr) !== undefined;
      assert(exists, "the item of a log tree that was found under the mutex");
      l.lt = { ...copyLogTrees(l.lt), commitTransSeq: l.lt.getTransSeq };
      forceTree(m, l.lt);
      traceTree(m, out, "commit", l.lt);
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      return "unlock";
    },
    unlock(l, m, out) {
      out.unlock("server.logs_mutex");
      const args = { hold: holdOf(l, m), err: l.error };
      return { call: "server_apply_commit", args, then: "applied" };
    },
    applied(l, m, _out, { error }) {
      free(m.server.holds, holdOf(l, m));
      return respond(l, { error });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
