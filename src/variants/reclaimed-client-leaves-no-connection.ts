// A client that was fenced and reclaimed left its connection behind. One that waited for it to come
// back had it fenced once more when the 20 s were over, as a rid that nobody knew any more. Here a
// reclaim after a fence ends the connections of the rid, and none of them waits.

import { each, type Rid } from "../core/index.ts";
import { destroyConn, shutdownConn } from "../net/connections.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly rid: Rid;
}

export const reclaimedClientLeavesNoConnection: Variant = {
  id: "reclaimed-client-leaves-no-connection",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["RCL1", "FNC1"],
  says: "a reclaim after a fence ends the connections of the rid",
  steps: {
    reclaim_worker: {
      freeFence({ rid }: Locals, m, out) {
        for (const [h, { listening, rid: of, flags }] of each(m.net.conns)) {
          if (listening === undefined || of !== rid || flags.reconnFreeing) continue;
          if (flags.reconnWait) {
            flags.reconnFreeing = true;
            destroyConn(out, h);
          } else {
            flags.sawFarewell = true;
            shutdownConn(m, out, h);
          }
        }
        return { call: "scoutfs_fence_free", args: { rid }, then: "finishRecovery" };
      },
    },
  },
};
