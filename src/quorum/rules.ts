// How scoutfs `main` decides what its commits have decided differently before. A variant that puts
// a historic bug back replaces the rules that are named at it.

import { NOBODY } from "./roles.ts";
import type { QuorumRules } from "./types.ts";

export const quorumRules: QuorumRules = {
  /** 15de0c21c1: without it a mount that is unmounted by force resigns on the wire, and the others
   *  elect at once instead of waiting for the heartbeat timeout. True puts the half of it back. */
  sendsAfterForcedUnmount: () => false,
  /** 15de0c21c1, the other half: true lets it adopt terms and spend its vote until it notices. */
  receivesAfterForcedUnmount: () => false,
  /** e18ea24561: false moves what a heartbeat or a resignation does to the timeout behind the
   *  check of that timeout, near the end of the turn. It takes `campaignsDespiteMessage` too:
   *  today no turn that has a message can campaign, which hides the order. */
  appliesHeartbeatBeforeTimeoutCheck: () => true,
  /** a896984f: true lets a turn that received something campaign when it came late. */
  campaignsDespiteMessage: () => false,
  /** True keeps the vote of a term that is over for its leader, whose own vote it was. */
  remembersOwnVote: () => false,
  isCampaignDue: (timeoutAt, now) => now > timeoutAt,
  mayVote: ({ role, voteFor }) => role === "follower" && voteFor === NOBODY,
  isElected: (votes, needed) => votes >= needed,
  mayStillLead: (event, stop) => event.term > stop.term,
};

// bb3db7e272 (no heartbeats while the server starts) is a step: scoutfs_quorum_worker @
// serverStarted. A variant replaces it by `{ sleep, then: "serverStarted" }` for as long as the
// server is neither up nor down. The race of two writers of the block, which that commit also
// ended, needs a variant whose server calls update_quorum_block itself.
