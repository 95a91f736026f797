// All mounts end their log trees together. Mirrors finalize_and_start_log_merge of server.c. Once
// one tree is finalized, each mount that asks for log trees has the others asked to commit, has its
// own finalized, and waits a while for them: so that whatever is written into a new tree is newer
// than everything in the finalized ones, and these can be merged. Between passes the commit and the
// mutex are let go. It is bounded by log_merge_wait_timeout_ms, for a mount that is missing may
// take as long as its fencing. Errors of sending are lost in the C, and so are errors of the
// commits between passes.

import type { Errno, Out, Rid } from "../core/index.ts";
import { done, ms, program, us } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { ABOVE_ALL, lastTreeBelow } from "./log-trees.ts";
import { listenerOf, responseTo } from "./messages.ts";
import { copyLogTrees, type LogTrees } from "./super.ts";
import type { HoldHandle, ServerCalls } from "./types.ts";

const FINALIZE_POLL_MIN_DELAY_MS = 5;
const FINALIZE_POLL_MAX_DELAY_MS = 100;
const FINALIZE_POLL_DELAY_GROWTH_PCT = 150;
/** DEFAULT_LOG_MERGE_WAIT_TIMEOUT_MS. */
const LOG_MERGE_WAIT_TIMEOUT_MS = ms(500);
/** A tree with more levels gives a merge enough to do. */
const HEIGHT_TO_FINALIZE = 2;

interface Locals {
  lt: LogTrees;
  readonly rid: Rid;
  readonly hold: HoldHandle;
  timeoAt: number;
  delayMs: number;
  othersActive: boolean;
  oursVisible: boolean;
  /** How far the walk over those to be asked is. */
  below: number;
  error: Errno | undefined;
}

function leaveWith(l: Locals, error: Errno): "leave" {
  l.error = error;
  return "leave";
}

/** Looks at the last tree of each mount; true when there is something to finalize. */
function scan(l: Locals, m: Mount, out: Out<Scoutfs>): boolean {
  const { rid } = l;
  let saw_finalized = false;
  l.othersActive = false;
  l.oursVisible = false;
  for (let lt = lastTreeBelow(m, ABOVE_ALL); lt !== undefined; lt = lastTreeBelow(m, lt.rid)) {
    const item_flags = lt.finalized ? 1 : 0;
    const item = { item_rid: lt.rid, item_nr: lt.nr, item_get_trans_seq: lt.getTransSeq };
    out.emit({ kind: "server_finalize_items", rid, ...item, item_flags });
    if (lt.finalized) saw_finalized = true;
    else if (lt.rid !== rid) l.othersActive = true;
    else if (lt.nr === l.lt.nr) l.oursVisible = true;
  }
  const finalize_ours = (l.lt.itemRoot?.height ?? 0) > HEIGHT_TO_FINALIZE;
  out.emit({
    ...{ kind: "server_finalize_decision", rid, saw_finalized, finalize_ours },
    ...{ others_active: l.othersActive, ours_visible: l.oursVisible, delay_ms: l.delayMs },
    finalize_sent_seq: m.server.finalizeSentSeq,
  });
  return finalize_ours || saw_finalized;
}

/** The next mount to be asked: each transaction is asked for once. */
function nextToAsk(l: Locals, m: Mount): Rid | undefined {
  for (let lt = lastTreeBelow(m, l.below); lt !== undefined; lt = lastTreeBelow(m, l.below)) {
    l.below = lt.rid;
    const isNew = lt.getTransSeq > m.server.finalizeSentSeq;
    if (!lt.finalized && lt.rid !== l.rid && isNew) return lt.rid;
  }
  return undefined;
}

export const finalizeAndStartLogMerge = program<Scoutfs>()({
  name: "finalize_and_start_log_merge",
  source: "server.c:finalize_and_start_log_merge",
  reads: "dirty",
  start: "enter",
  locals: ({ lt, rid, hold }: ServerCalls["finalize_and_start_log_merge"]): Locals => ({
    lt: copyLogTrees(lt),
    ...{ rid, hold: { ...hold }, timeoAt: 0, delayMs: FINALIZE_POLL_MIN_DELAY_MS },
    ...{ othersActive: false, oursVisible: false, below: ABOVE_ALL, error: undefined },
  }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      l.timeoAt = out.now + LOG_MERGE_WAIT_TIMEOUT_MS;
      return "check";
    },
    check(l, m) {
      if (m.server.btreeError !== undefined) return leaveWith(l, m.server.btreeError);
      if (m.server.dirtySuper.logMerge !== undefined) return "leave";
      const args = { rid: l.rid, hold: { ...l.hold } };
      return { call: "reclaim_orphan_log_trees", args, then: "orphans" };
    },
    orphans(l, _m, _out, { value, error }) {
      if (error !== undefined) return leaveWith(l, error);
      return value === true ? "check" : "scan";
    },
    scan(l, m, out) {
      if (!scan(l, m, out)) return "leave";
      l.below = ABOVE_ALL;
      return l.othersActive ? "ask" : "asked";
    },
    ask(l, m) {
      const rid = nextToAsk(l, m);
      if (rid === undefined) return "asked";
      const conn = listenerOf(m);
      if (conn === undefined) return "ask";
      const message = { rid, cmd: "SYNC_LOG_TREES", data: undefined, id: 0 } as const;
      return {
        call: "submit_send",
        args: { ...responseTo(conn, message), response: false },
        then: "sent",
      };
    },
    /** Who is not here comes back or is fenced; any other error is overwritten by the walk. */
    sent(_l, _m, out, { error }) {
      if (error !== undefined) out.note("a client could not be asked for its log trees");
      return "ask";
    },
    asked(l, m) {
      m.server.finalizeSentSeq = m.server.seq;
      if (!l.oursVisible) return "pollOrStart";
      const args = { lt: copyLogTrees(l.lt), hold: { ...l.hold } };
      return { call: "do_finalize_ours", args, then: "finalized" };
    },
    finalized(l, _m, _out, { value, error }) {
      l.lt = copyLogTrees(value as LogTrees);
      return error === undefined ? "pollOrStart" : leaveWith(l, error);
    },
    pollOrStart(l, _m, out) {
      if (!l.othersActive) return "start";
      out.unlock("server.logs_mutex");
      const args = { hold: { ...l.hold }, err: undefined };
      return { call: "server_apply_commit", args, then: "applied" };
    },
    applied(l, _m, out, { error }) {
      if (error !== undefined) out.note("a commit between finalize passes failed, and it goes on");
      const sleep = ms(l.delayMs);
      const grown = Math.floor((l.delayMs * FINALIZE_POLL_DELAY_GROWTH_PCT) / 100);
      l.delayMs = Math.min(grown, FINALIZE_POLL_MAX_DELAY_MS);
      return { sleep: us(sleep), then: "hold" };
    },
    hold: (l) => ({ call: "server_hold_commit", args: { hold: { ...l.hold } }, then: "lock" }),
    lock: (_l) => ({ lock: "server.logs_mutex", then: "again" }),
    again(l, _m, out) {
      if (out.now <= l.timeoAt) return "check";
      out.note("a mount did not finalize its log trees in time");
      return "leave";
    },
    start(_l, m, out) {
      const seq = out.api.serverNextSeq(m, out);
      return { call: "merge_finalized_log_trees", args: { seq }, then: "leave" };
    },
    leave: (l) => done({ value: copyLogTrees(l.lt), error: l.error }),
  },
});
