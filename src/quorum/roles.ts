// The role of the quorum worker, changed here alone, and the timeouts that go with it. Mirrors the
// assignments to quorum_status in scoutfs_quorum_worker of quorum.c.

import type { Out, Us } from "../core/index.ts";
import { ms, us } from "../core/index.ts";
import {
  SCOUTFS_QUORUM_ELECT_MIN_MS,
  SCOUTFS_QUORUM_ELECT_VAR_MS,
  SCOUTFS_QUORUM_HB_IVAL_MS,
} from "./timing.ts";
import type { QuorumProtocol, QuorumStatus } from "./types.ts";

export const NOBODY = -1;

/** A worker's status when it starts; its term and timeout are read from the blocks. */
export const quorumStatus = (): QuorumStatus => ({
  role: "follower",
  term: 0,
  serverStartTerm: 0,
  serverEvent: "BEGIN",
  voteFor: NOBODY,
  voteBits: 0,
  timeoutAt: us(0),
});

/** `election_timeout`: whole milliseconds are drawn, so equal draws are common. */
export function electionTimeout(out: Out<QuorumProtocol>): Us {
  const var_ = out.pick("quorum election timeout", SCOUTFS_QUORUM_ELECT_VAR_MS);
  return us(out.now + ms(SCOUTFS_QUORUM_ELECT_MIN_MS + var_));
}

export const heartbeatInterval = (out: Out<QuorumProtocol>): Us =>
  us(out.now + ms(SCOUTFS_QUORUM_HB_IVAL_MS));

export const heartbeatTimeout = (out: Out<QuorumProtocol>, timeoutMs: number): Us =>
  us(out.now + ms(timeoutMs));

/** Without a vote, be it in a new term or, when its server has gone down, in its own: there it may
 *  then vote for another although it had voted for itself. */
export function becomeFollower(qst: QuorumStatus, term: number): void {
  qst.role = "follower";
  qst.term = term;
  qst.voteFor = NOBODY;
  qst.voteBits = 0;
}

export function becomeCandidate(qst: QuorumStatus, ownSlot: number): void {
  qst.role = "candidate";
  qst.term++;
  qst.voteFor = NOBODY;
  qst.voteBits = 1 << ownSlot;
}

export function becomeLeader(qst: QuorumStatus): void {
  qst.role = "leader";
}

/** `test_and_set_bit`: false when that slot's vote was counted before. */
export function addVote(qst: QuorumStatus, slot: number): boolean {
  const bit = 1 << slot;
  const isNew = (qst.voteBits & bit) === 0;
  qst.voteBits |= bit;
  return isNew;
}

/** `hweight_long` of the votes. */
export function countVotes(qst: QuorumStatus): number {
  let votes = 0;
  for (let bits = qst.voteBits; bits !== 0; bits &= bits - 1) votes++;
  return votes;
}
