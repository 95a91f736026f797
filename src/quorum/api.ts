// What neighbours ask the quorum state in passing. Mirrors scoutfs_quorum_votes_needed and
// scoutfs_quorum_slot_sin of quorum.c. Both are a CRASH in a mount that is no quorum member, where
// quorum_info is a null pointer.

import { infoOf, slotAddress } from "./config.ts";
import type { QuorumApi } from "./types.ts";

export { votesNeeded } from "./config.ts";

export const quorumApi: QuorumApi = {
  quorumVotesNeeded: (m) => infoOf(m).votesNeeded,
  quorumOwnAddress(m) {
    const { config, slot } = infoOf(m);
    return slotAddress(config, slot);
  },
};
