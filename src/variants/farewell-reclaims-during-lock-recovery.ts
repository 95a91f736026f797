// A farewell was answered while the client's locks were still being recovered: the recover
// responses that came after the reclaim made its locks anew, and they belonged to nobody for ever.

import type { Variant } from "./types.ts";

export const farewellReclaimsDuringLockRecovery: Variant = {
  id: "farewell-reclaims-during-lock-recovery",
  kind: "regression",
  commit: "e14912974d",
  area: "server.c",
  promises: ["LCK2", "LIVE", "RCV1"],
  says: "a client that unmounts is reclaimed while it is still in lock recovery",
  rules: { mustWaitForLockRecovery: () => false },
};
