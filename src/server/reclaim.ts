// Takes back everything that a mount had, once it has said farewell or has been fenced. Its
// mounted_clients item is what makes a server reclaim it, so the item goes last, and every part may
// find its work done by an earlier server. Mirrors reclaim_rid of server.c: one commit for each
// round, and a round ends at the first part that fails.

import type { Errno, Next } from "../core/index.ts";
import { done, free, program, type Rid } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { type Holding, holdOf } from "./hold.ts";

interface Locals extends Holding {
  readonly rid: Rid;
  /** Of the parts: EINPROGRESS asks for another round. */
  err: Errno | undefined;
}

type Part = Extract<keyof Scoutfs["Calls"], PartName>;
type PartName =
  | "reclaim_open_log_tree"
  | "cancel_srch_compact"
  | "cancel_log_merge"
  | "scoutfs_omap_remove_rid"
  | "delete_mounted_client";

/** The next part, unless the one before it has failed. */
function after<L extends string>(
  l: Locals,
  err: Errno | undefined,
  { call, then }: { readonly call: Part; readonly then: L },
): Next<Scoutfs, L | "apply", never> {
  l.err = err;
  return err === undefined ? { call, args: { rid: l.rid }, then } : "apply";
}

export const reclaimRid = program<Scoutfs>()({
  name: "reclaim_rid",
  source: "server.c:reclaim_rid",
  reads: "dirty",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }): Locals => ({ rid, hold: undefined, err: undefined }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      out.emit({ kind: "reclaim_rid", rid: l.rid });
      return "hold";
    },
    hold: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "locks" }),
    locks: (l) => ({
      call: "scoutfs_lock_server_farewell",
      args: { rid: l.rid },
      then: "openLogTree",
    }),
    openLogTree: (l, _m, _out, { error }) =>
      after(l, error, { call: "reclaim_open_log_tree", then: "srchCompact" }),
    srchCompact: (l, _m, _out, { error }) =>
      after(l, error, { call: "cancel_srch_compact", then: "logMerge" }),
    logMerge: (l, _m, _out, { error }) =>
      after(l, error, { call: "cancel_log_merge", then: "omap" }),
    omap: (l, _m, _out, { error }) =>
      after(l, error, { call: "scoutfs_omap_remove_rid", then: "mountedClient" }),
    mountedClient: (l, _m, _out, { error }) =>
      after(l, error, { call: "delete_mounted_client", then: "parted" }),
    parted(l, _m, _out, { error }) {
      l.err = error;
      return "apply";
    },
    /** Progress that is not complete is committed as success. */
    apply(l, m) {
      const err = l.err === "EINPROGRESS" ? undefined : l.err;
      return { call: "server_apply_commit", args: { hold: holdOf(l, m), err }, then: "applied" };
    },
    applied(l, m, out, { error }) {
      if (l.err === "EINPROGRESS" && error === undefined) return "hold";
      free(m.server.holds, holdOf(l, m));
      out.emit({ kind: "reclaim_rid_ret", rid: l.rid, ret: error ?? 0 });
      return done({ error });
    },
  },
});
