// All quorum members were let go as soon as all who were left had asked, whoever else was
// mounted: a client that was no member had no server any more.

import type { Variant } from "./types.ts";

export const finalMajorityIgnoresOtherClients: Variant = {
  id: "final-majority-ignores-other-clients",
  kind: "regression",
  commit: "4fab75b862",
  area: "server.c",
  promises: ["FWL1", "LIVE"],
  says: "the last quorum members leave together although other clients are still mounted",
  rules: { lastMembersWaitForOthers: () => false },
};
