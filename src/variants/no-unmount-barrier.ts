// Every farewell was answered at once. Once so many quorum members had gone that the others
// could not elect a server, nobody was left to answer theirs.

import type { FarewellLocals } from "../server/farewell-lists.ts";
import type { Variant } from "./types.ts";

export const noUnmountBarrier: Variant = {
  id: "no-unmount-barrier",
  kind: "regression",
  commit: "36b0df336b",
  area: "server.c",
  promises: ["FWL1", "LIVE"],
  says: "quorum members may leave while others still need their votes",
  steps: {
    farewell_worker: {
      chooseQuorumMembers(l: FarewellLocals) {
        l.send.push(...l.reqs);
        l.reqs = [];
        l.at = 0;
        return "delay";
      },
    },
  },
};
