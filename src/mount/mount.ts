// Builds a mount up in the order of scoutfs_fill_super of super.c: fencing before whatever may ask
// for it, net and recovery before the server, the server before quorum, which may start it at once,
// and the client after it, since it may have to connect to the server of its own mount. The mount
// then waits for a server, be it for ever: only a signal ends that, somebody's ^C. A mount that
// fails is torn down as by a forced unmount: nothing that it has started may wait for a
// server. What is local to a mount (debugfs, sysfs, counters, options, triggers, block, forest,
// wkic, quota, data) has no steps here.

import type { Errno } from "../core/index.ts";
import { done, program } from "../core/index.ts";
import { itemState } from "../item/api.ts";
import { omapState } from "../omap/api.ts";
import type { Scoutfs } from "../protocol.ts";

interface Locals {
  error: Errno | undefined;
}

function orOut<L extends string>(l: Locals, error: Errno | undefined, then: L): L | "out" {
  l.error = error;
  return error === undefined ? then : "out";
}

export const fillSuper = program<Scoutfs>()({
  name: "scoutfs_fill_super",
  source: "super.c:scoutfs_fill_super",
  start: "enter",
  locals: (): Locals => ({ error: undefined }),
  waits: {},
  steps: {
    enter(_l, m, out) {
      out.emit({ kind: "fill_super", rid: m.super.rid });
      return { call: "scoutfs_read_supers", args: {}, then: "setupFence" };
    },
    setupFence(l, m, out, { error }) {
      if (error !== undefined) return orOut(l, error, "out");
      const { quorumSlotNr } = m.options;
      out.api.fenceSetup(m, quorumSlotNr < 0 ? undefined : quorumSlotNr);
      return "setupInode";
    },
    setupInode: (_l) => ({ call: "scoutfs_inode_setup", args: {}, then: "setupTrans" }),
    setupTrans(_l, m) {
      Object.assign(m.item, itemState());
      return { call: "scoutfs_setup_trans", args: {}, then: "setupOmap" };
    },
    setupOmap(_l, m) {
      Object.assign(m.omap, omapState());
      return "setupLock";
    },
    setupLock: (_l) => ({ call: "scoutfs_lock_setup", args: {}, then: "setupNet" }),
    setupNet: (_l) => ({ call: "scoutfs_net_setup", args: {}, then: "setupRecov" }),
    setupRecov(_l, m) {
      m.recov.pending = [];
      m.recov.begun = false;
      return "setupServer";
    },
    setupServer: (_l) => ({ call: "scoutfs_server_setup", args: {}, then: "setupQuorum" }),
    setupQuorum: (_l) => ({ call: "scoutfs_quorum_setup", args: {}, then: "quorumSetUp" }),
    quorumSetUp: (l, _m, _out, { error }) => orOut(l, error, "setupClient"),
    setupClient: (_l) => ({ call: "scoutfs_client_setup", args: {}, then: "clientSetUp" }),
    clientSetUp: (l, _m, _out, { error }) => orOut(l, error, "setupVolopt"),
    setupVolopt: (_l) => ({ call: "scoutfs_volopt_setup", args: {}, then: "voloptSetUp" }),
    voloptSetUp: (l, _m, _out, { error }) => orOut(l, error, "setupSrch"),
    setupSrch: (_l) => ({ call: "scoutfs_srch_setup", args: {}, then: "getRoot" }),
    /** Here a mount waits for a server. */
    getRoot: (_l) => ({ call: "get_root", args: {}, then: "gotRoot" }),
    gotRoot(l, m, _out, { error }) {
      if (error !== undefined) return orOut(l, error === "ERESTARTSYS" ? "EINTR" : error, "out");
      m.parts.push("root");
      return { call: "scoutfs_trans_get_log_trees", args: {}, then: "gotLogTrees" };
    },
    gotLogTrees(l, m, out, { error }) {
      if (error !== undefined) return orOut(l, error, "out");
      out.api.transRestartSyncDeadline(m, out);
      return { call: "scoutfs_inode_start", args: {}, then: "out" };
    },
    out(l, m) {
      if (l.error === undefined) return "leave";
      m.super.forcingUnmount = true;
      return { call: "scoutfs_client_net_shutdown", args: {}, then: "putSuper" };
    },
    /** With a root the generic code does it, through scoutfs_kill_sb, after the same error. */
    putSuper: (_l, m) =>
      m.parts.includes("root")
        ? { call: "scoutfs_kill_sb", args: {}, then: "leave" }
        : { call: "scoutfs_put_super", args: {}, then: "leave" },
    leave(l, m, out) {
      out.emit({ kind: "fill_super_ret", rid: m.super.rid, error: l.error });
      return done({ error: l.error });
    },
  },
});
