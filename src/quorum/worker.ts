// The quorum worker: a simplified raft election without a log. It takes care that at most one
// server runs that may write: it alone starts and stops the server of its mount, it alone writes
// its slot's block, and while it leads it sends heartbeats so that the others do not campaign. One
// turn of the loop receives at most one message and then asks each question once, in the order
// below. Mirrors scoutfs_quorum_worker of quorum.c. Left out: counters and records of long delays.
//
// An error of a block update ends the worker at once, without stopping a server that runs: that is
// left to the unmount. Only the way through `leave` stops it, and only one that is STARTING or UP;
// the STOP of a server that is still stopping, or has just gone down, is then never written.

import type { Errno, Out } from "../core/index.ts";
import { done, program } from "../core/index.ts";
import { infoOf, isLeaving } from "./config.ts";
import {
  addVote,
  becomeCandidate,
  becomeFollower,
  becomeLeader,
  countVotes,
  electionTimeout,
  heartbeatInterval,
  heartbeatTimeout,
  quorumStatus,
} from "./roles.ts";
import type {
  QuorumEvent,
  QuorumMessage,
  QuorumMessageType,
  QuorumMount,
  QuorumProtocol,
  QuorumStatus,
} from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
  /** What this turn received; undefined is the type INVALID. */
  msg: QuorumMessage | undefined;
  /** The option as this turn has read it. */
  heartbeatTimeoutMs: number;
  error: Errno | undefined;
}

/** `update_show_status`. */
function show(l: Locals, m: QuorumMount): void {
  infoOf(m).show = { ...l.qst };
}

function update<L extends string>(event: QuorumEvent, term: number, then: L) {
  const args = { event, term, checkRid: event !== "BEGIN" };
  return { call: "update_quorum_block", args, then } as const;
}

function sendOthers<L extends string>(type: QuorumMessageType, term: number, then: L) {
  return { call: "send_msg_members", args: { type, term, only: undefined }, then } as const;
}

/** Where a step goes on when what it called has succeeded. */
function orOut<L extends string>(l: Locals, error: Errno | undefined, then: L): L | "out" {
  if (error === undefined) return then;
  l.error = error;
  return "out";
}

/** What a heartbeat or a resignation does to the time of the next candidacy. A candidate that
 *  hears the winner of its own term stays a candidate, with a longer timeout. */
function applyHeard(l: Locals, out: Out<QuorumProtocol>): void {
  const { qst, msg } = l;
  if (msg?.type === "HEARTBEAT") qst.timeoutAt = heartbeatTimeout(out, l.heartbeatTimeoutMs);
  if (msg?.type === "RESIGNATION" && qst.role === "follower" && msg.term === qst.term) {
    qst.timeoutAt = electionTimeout(out);
  }
}

export const quorumWorker = program<QuorumProtocol>()({
  name: "scoutfs_quorum_worker",
  source: "quorum.c:scoutfs_quorum_worker",
  reads: "device",
  start: "start",
  locals: (_args: { readonly of: number }): Locals => ({
    qst: quorumStatus(),
    msg: undefined,
    heartbeatTimeoutMs: 0,
    error: undefined,
  }),
  waits: {},
  steps: {
    start(l, m) {
      l.heartbeatTimeoutMs = m.options.quorumHeartbeatTimeoutMs;
      return { call: "read_greatest_term", args: {}, then: "lookForServer" };
    },
    lookForServer(l, _m, _out, ret) {
      l.qst.term = ret.value as number;
      return { call: "scoutfs_quorum_server_sin", args: {}, then: "begin" };
    },
    /** The record of a leader that died counts as a server here, and an error as none. */
    begin(l, _m, out, ret) {
      const seen = ret.error === undefined;
      l.qst.timeoutAt = seen ? heartbeatTimeout(out, l.heartbeatTimeoutMs) : electionTimeout(out);
      return update("BEGIN", l.qst.term, "begun");
    },
    begun: (l, _m, _out, ret) => orOut(l, ret.error, "loop"),

    loop(l, m) {
      if (isLeaving(m)) return "leave";
      show(l, m);
      return { call: "recv_msg", args: { untilAt: l.qst.timeoutAt }, then: "received" };
    },
    /** Messages of older terms are as none. */
    received(l, m, out, ret) {
      const { error } = ret;
      if (error !== undefined && error !== "ETIMEDOUT" && error !== "EAGAIN") {
        return orOut(l, error, "out");
      }
      l.msg = error === undefined ? (ret.value as QuorumMessage) : undefined;
      l.heartbeatTimeoutMs = m.options.quorumHeartbeatTimeoutMs;
      const { term, role, voteFor, voteBits, timeoutAt } = l.qst;
      if (l.msg !== undefined && l.msg.term < term) {
        out.ignored("a message of an older term");
        l.msg = undefined;
      }
      const votes = { vote_for: voteFor, vote_bits: voteBits };
      out.emit({ kind: "quorum_loop", term, role, ...votes, timeout: timeoutAt });
      return "adoptTerm";
    },
    /** Whoever hears of a newer term follows in it, leaders too. */
    adoptTerm(l, _m, out) {
      const { qst, msg } = l;
      if (msg === undefined || msg.term <= qst.term) return "hear";
      if (qst.role === "leader") out.note("a leader heard of a newer term");
      becomeFollower(qst, msg.term);
      qst.timeoutAt =
        msg.type === "HEARTBEAT"
          ? heartbeatTimeout(out, l.heartbeatTimeoutMs)
          : electionTimeout(out);
      return update("TERM", qst.term, "termAdopted");
    },
    termAdopted: (l, _m, _out, ret) => orOut(l, ret.error, "hear"),
    hear(l, _m, out) {
      if (out.rules.appliesHeartbeatBeforeTimeoutCheck()) applyHeard(l, out);
      return "checkTimeout";
    },

    checkTimeout(l, _m, out) {
      const { role, timeoutAt } = l.qst;
      const mayCampaign = l.msg === undefined || out.rules.campaignsDespiteMessage();
      const isDue = out.rules.isCampaignDue(timeoutAt, out.now);
      return role !== "leader" && mayCampaign && isDue ? "campaign" : "countVote";
    },
    /** A term is asked for before it is stored. */
    campaign(l, m, out) {
      if (!out.api.serverIsDown(m)) {
        out.note("no candidacy while the own server stops");
        l.qst.timeoutAt = electionTimeout(out);
        return "loop";
      }
      becomeCandidate(l.qst, infoOf(m).slot);
      if (out.rules.remembersOwnVote()) l.qst.voteFor = infoOf(m).slot;
      return sendOthers("REQUEST_VOTE", l.qst.term, "requested");
    },
    requested(l, _m, out) {
      l.qst.timeoutAt = electionTimeout(out);
      return update("TERM", l.qst.term, "candidacyStored");
    },
    candidacyStored: (l, _m, _out, ret) => orOut(l, ret.error, "countVote"),
    countVote(l, m, out) {
      const { qst, msg } = l;
      if (qst.role === "candidate" && msg?.type === "VOTE" && !addVote(qst, msg.from)) {
        out.note("a slot votes twice in a term");
      }
      if (qst.role !== "candidate") return "checkUp";
      if (!out.rules.isElected(countVotes(qst), infoOf(m).votesNeeded)) return "checkUp";
      becomeLeader(qst);
      return sendOthers("HEARTBEAT", qst.term, "announced");
    },
    announced(l, m, out) {
      l.qst.timeoutAt = heartbeatInterval(out);
      show(l, m);
      return update("ELECT", l.qst.term, "electStored");
    },
    electStored(l, m, out, ret) {
      if (ret.error !== undefined) return orOut(l, ret.error, "out");
      const { qst } = l;
      qst.serverStartTerm = qst.term;
      qst.serverEvent = "ELECT";
      out.api.serverStart(m, out, { config: infoOf(m).config, term: qst.term });
      return "serverStarted";
    },
    /** The server starts and fences beside the loop; see rules.ts for when it did not. */
    serverStarted: (_l) => "checkUp",

    /** UP means that earlier leaders are fenced: later ones need not do it again. */
    checkUp(l, m, out) {
      const { role, serverEvent, term } = l.qst;
      const isNews = role === "leader" && serverEvent !== "FENCE" && out.api.serverIsUp(m);
      return isNews ? update("FENCE", term, "fenceStored") : "checkRunning";
    },
    fenceStored(l, _m, _out, ret) {
      if (ret.error === undefined) l.qst.serverEvent = "FENCE";
      return orOut(l, ret.error, "checkRunning");
    },
    checkRunning(l, m, out) {
      const { role, term, serverStartTerm } = l.qst;
      const leads = role === "leader" && term === serverStartTerm;
      if (leads || !out.api.serverIsRunning(m)) return "checkDown";
      return { call: "stop_server", args: { cause: "quorum: leads no more" }, then: "checkDown" };
    },
    /** It was stopped above, by itself or by an error. */
    checkDown(l, m, out) {
      const { qst } = l;
      if (qst.serverStartTerm === 0 || !out.api.serverIsDown(m)) return "beat";
      if (qst.role !== "leader") return "storeStop";
      const { voteFor } = qst;
      becomeFollower(qst, qst.term);
      if (out.rules.remembersOwnVote()) qst.voteFor = voteFor;
      qst.timeoutAt = electionTimeout(out);
      return sendOthers("RESIGNATION", qst.serverStartTerm, "storeStop");
    },
    storeStop: (l) => update("STOP", l.qst.serverStartTerm, "stopStored"),
    stopStored(l, _m, _out, ret) {
      if (ret.error === undefined) l.qst.serverStartTerm = 0;
      return orOut(l, ret.error, "beat");
    },
    beat(l, _m, out) {
      const { role, term, timeoutAt } = l.qst;
      const isDue = role === "leader" && out.now > timeoutAt;
      return isDue ? sendOthers("HEARTBEAT", term, "beaten") : "vote";
    },
    beaten(l, _m, out) {
      l.qst.timeoutAt = heartbeatInterval(out);
      return "vote";
    },
    vote(l, _m, out) {
      const { qst, msg } = l;
      if (!out.rules.appliesHeartbeatBeforeTimeoutCheck()) applyHeard(l, out);
      if (msg?.type !== "REQUEST_VOTE") return "loop";
      if (!out.rules.mayVote(qst)) {
        out.ignored("a vote request after this slot's vote of the term");
        return "loop";
      }
      qst.voteFor = msg.from;
      const args = { type: "VOTE", term: qst.term, only: msg.from } as const;
      return { call: "send_msg_members", args, then: "loop" };
    },

    leave(l, m, out) {
      show(l, m);
      if (!out.api.serverIsRunning(m)) return "storeEnd";
      const args = { cause: "quorum: unmount" };
      return { call: "scoutfs_server_stop_wait", args, then: "resign" };
    },
    resign: (l) => sendOthers("RESIGNATION", l.qst.term, "storeLastStop"),
    storeLastStop(l) {
      const term = l.qst.serverStartTerm;
      return term > 0 ? update("STOP", term, "lastStopStored") : "storeEnd";
    },
    lastStopStored(l, _m, _out, ret) {
      l.error ??= ret.error;
      return "storeEnd";
    },
    storeEnd: (l) => update("END", l.qst.term, "endStored"),
    endStored(l, _m, _out, ret) {
      l.error ??= ret.error;
      return "out";
    },
    out(l, _m, out) {
      const { error } = l;
      out.emit({ kind: "quorum_worker_exit", term: l.qst.term, ret: error ?? 0 });
      return done(error === undefined ? {} : { error });
    },
  },
});
