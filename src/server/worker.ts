// One run of the server, from the fencing of those before it to DOWN. It keeps: the super block is
// not read before earlier leaders are fenced, nobody is answered before everything is set up, and
// what stops first is what could give more work to what stops later. Mirrors scoutfs_server_worker
// of server.c. A stop during the start is seen only at its end: until then only the flag changes,
// and then the listener is up for a moment. Left out: log_merge_free_work, alloc_prepare_commit;
// the wait cannot be interrupted, for no signal reaches a work item.

import type { Errno, Next } from "../core/index.ts";
import { assert, done, program, us } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { chooseLists } from "./alloc.ts";
import { becomeUp, isStopping } from "./status.ts";
import { copySuper, emptySuper } from "./super.ts";
import type { OfServer, ServerBlock } from "./types.ts";

const NOW = us(0);

interface Locals {
  conn: ConnHandle | undefined;
  error: Errno | undefined;
}

/** Where the start goes on, or the exit of what fails before there is anything to shut down. */
function orEnd<L extends string>(l: Locals, error: Errno | undefined, then: L): L | "fenceStop" {
  l.error = error;
  return error === undefined ? then : "fenceStop";
}
/** The exit of what fails after the bind. */
function orShut<L extends string>(l: Locals, error: Errno | undefined, then: L): L | "shutdown" {
  l.error = error;
  return error === undefined ? then : "shutdown";
}

function connOf(l: Locals): ConnHandle {
  assert(l.conn !== undefined, "the worker to have its connection until its exit");
  return l.conn;
}

/** A block that was never written reads as what mkfs leaves there. */
function takeSuper(m: Mount, block: ServerBlock | undefined): void {
  const read = block?.kind === "super" ? copySuper(block.super) : emptySuper();
  m.server.dirtySuper = read;
  m.server.volopt = { ...read.volopt };
  m.server.seq = read.seq;
  m.server.stableSuper = copySuper(read);
}

type Start = Next<Scoutfs, "shutdown" | "superRead", never>;
function readSuper(l: Locals, m: Mount): Start {
  if (m.super.forcingUnmount) return orShut(l, "ENOLINK", "shutdown");
  return { io: { op: "read", block: "server.super" }, then: "superRead" };
}

export const serverWorker = program<Scoutfs>()({
  name: "scoutfs_server_worker",
  source: "server.c:scoutfs_server_worker",
  reads: "dirty",
  start: "enter",
  locals: (_a: OfServer): Locals => ({ conn: undefined, error: undefined }),
  waits: {
    stopping: {
      on: (_l) => "server.waitq",
      until: (_l, m) => isStopping(m),
      blames: (_l) => ({ who: "whoever stops servers", because: "nobody has stopped this one" }),
    },
  },
  steps: {
    enter(_l, m, out) {
      const { config, term } = m.server;
      assert(config !== undefined, "a server to be started with a quorum configuration");
      out.emit({ kind: "server.work_enter", term });
      m.server.dirtyBlocks = 0;
      m.server.finalizeSentSeq = 0;
      return { call: "scoutfs_quorum_fence_leaders", args: { config, term }, then: "fenced" };
    },
    fenced: (l, _m, _out, { error }) => orEnd(l, error, "allocConn"),
    allocConn: (_l) => ({
      call: "scoutfs_net_alloc_conn",
      args: { reqFuncs: "server", notifyUp: "server_notify_up", notifyDown: "server_notify_down" },
      then: "bind",
    }),
    bind(l, m, out, { value }) {
      l.conn = value as ConnHandle;
      const args = { conn: l.conn, address: out.api.quorumOwnAddress(m) };
      return { call: "scoutfs_net_bind", args, then: "bound" };
    },
    bound: (l, _m, _out, { error }) => orEnd(l, error, "readSuper"),
    readSuper,
    superRead(l, m, _out, { value, error }) {
      if (error === undefined) takeSuper(m, value as ServerBlock | undefined);
      return orShut(l, error, "chooseLists");
    },
    chooseLists(_l, m) {
      chooseLists(m);
      return { call: "scoutfs_forest_get_max_seq", args: {}, then: "setSeq" };
    },
    setSeq(l, m, out, { value, error }) {
      if (error === undefined) out.api.serverSetSeqIfGreater(m, out, value as number);
      return orShut(l, error, "setupLockServer");
    },
    setupLockServer: (_l) => ({
      call: "scoutfs_lock_server_setup",
      args: {},
      then: "lockServerSetUp",
    }),
    lockServerSetUp: (l, _m, _out, { error }) => orShut(l, error, "startRecovery"),
    startRecovery: (_l) => ({ call: "start_recovery", args: {}, then: "recoveryStarted" }),
    recoveryStarted: (l, _m, _out, { error }) => orShut(l, error, "listen"),
    listen(l, m) {
      m.server.conn = { ...connOf(l) };
      return { call: "scoutfs_net_listen", args: { conn: connOf(l) }, then: "up" };
    },
    up(_l, m, out) {
      if (!becomeUp(m, out)) out.note("a server was stopped before it was up");
      return { call: "queue_reclaim_work", args: { delay: NOW }, then: "running" };
    },
    running: (_l) => ({ wait: "stopping", then: "shutdown" }),

    /** Farewells may still send; nothing reclaims while the connections go. */
    shutdown: (_l) => ({ flush: "farewell_worker", then: "cancelReclaim" }),
    cancelReclaim: (_l) => ({ cancel: "reclaim_worker", then: "shutNet" }),
    shutNet: (l) => ({ call: "scoutfs_net_shutdown", args: { conn: connOf(l) }, then: "netDown" }),
    /** No request runs any more, and no more come. */
    netDown(_l, m) {
      m.server.conn = undefined;
      return { call: "scoutfs_recov_shutdown", args: {}, then: "flushFencing" };
    },
    flushFencing: (_l) => ({ flush: "fence_pending_recov_worker", then: "flushCommit" }),
    flushCommit: (_l) => ({ flush: "scoutfs_server_commit_func", then: "forgetDirty" }),
    forgetDirty(_l, m) {
      m.server.dirtyBlocks = 0;
      return { call: "scoutfs_lock_server_destroy", args: {}, then: "shutOmap" };
    },
    shutOmap: (_l) => ({ call: "scoutfs_omap_server_shutdown", args: {}, then: "fenceStop" }),

    fenceStop: (_l) => ({ call: "scoutfs_fence_stop", args: {}, then: "freeConn" }),
    freeConn: (l) => ({ call: "scoutfs_net_free_conn", args: { conn: l.conn }, then: "down" }),
    down: (_l) => ({ call: "server_down", args: {}, then: "exit" }),
    exit(l, m, out) {
      out.emit({ kind: "server.work_exit", term: m.server.term, error: l.error });
      return done();
    },
  },
});
