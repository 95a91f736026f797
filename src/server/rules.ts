// How scoutfs `main` decides what its commits have decided differently before; see ServerRules.

import { RECOV_LOCKS } from "../recov/api.ts";
import type { ServerRules } from "./types.ts";

export const serverRules: ServerRules = {
  mustWaitForLockRecovery: (m, out, rid) => out.api.recovIsPending(m, rid, RECOV_LOCKS),
  stopsWhenUngreetedLeaves: () => true,
  lastMembersWaitForOthers: () => true,
  countsAsMember: (_m, { quorum }) => quorum,
  checksListOfClients: () => false,
  bearsRotatedSrchLog: () => true,
  failedHolderWakes: () => false,
  stopWakesFenceWait: () => false,
};
