// Only quorum members looked on the device whether their farewell was through. Another client whose
// response was lost with the last server of all came back to no server, and to no look either.

import { clientConnectWorker } from "../client/connect.ts";
import type { Variant } from "./types.ts";

export const farewellIsLookedUpByMembersOnly: Variant = {
  id: "farewell-is-looked-up-by-members-only",
  kind: "regression",
  commit: "57f34e90e9",
  area: "client.c",
  promises: ["LIVE"],
  says: "a client that is no quorum member misses its farewell response and never unmounts",
  steps: {
    scoutfs_client_connect_worker: {
      enter: (l, m, out, ret) =>
        m.options.quorumSlotNr >= 0
          ? clientConnectWorker.steps.enter(l, m, out, ret)
          : "findServer",
    },
  },
};
