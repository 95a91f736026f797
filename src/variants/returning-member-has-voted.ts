// A vote was kept in memory alone: a member that was mounted again within a term, and read that
// term from the blocks, voted in it a second time. A candidate that did not know yet of the leader
// which the first vote had helped to elect became the second one of that term. TERM is stored
// before a vote is sent, so no vote of the slot can be of a later term than the one that its next
// worker begins with: here that worker takes its vote of this term for spent. Of term 0 there are
// none.

import { infoOf } from "../quorum/config.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
}

export const returningMemberHasVoted: Variant = {
  id: "returning-member-has-voted",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["QRM1"],
  says: "a quorum worker does not vote in the term that it begins with",
  steps: {
    scoutfs_quorum_worker: {
      lookForServer(l: Locals, m, _out, ret) {
        l.qst.term = ret.value as number;
        if (l.qst.term > 0) l.qst.voteFor = infoOf(m).slot;
        return { call: "scoutfs_quorum_server_sin", args: {}, then: "begin" };
      },
    },
  },
};
