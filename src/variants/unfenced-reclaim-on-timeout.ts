// A client that missed recovery was reclaimed at once, one that did not reconnect was forgotten,
// and a new leader passed over the leaders before it: all of them could still write.

import type { Rid } from "../core/index.ts";
import { RECOV_ALL } from "../recov/api.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly rid: Rid;
}

export const unfencedReclaimOnTimeout: Variant = {
  id: "unfenced-reclaim-on-timeout",
  kind: "regression",
  commit: "943351944a",
  area: "server.c",
  promises: ["FNC3", "SRV1", "LCK1"],
  says: "clients that time out and earlier leaders are reclaimed or ignored without being isolated",
  steps: {
    scoutfs_quorum_fence_leaders: { choose: (_l) => "waitFenced" },
    scoutfs_net_reconn_free_worker: { checkStopping: (_l) => "destroy" },
    fence_pending_recov_worker: {
      fence: (l: Locals) => ({ call: "reclaim_rid", args: { rid: l.rid }, then: "reclaimed" }),
      reclaimed: (l: Locals, _m, _out, { error }) =>
        error === undefined
          ? {
              call: "scoutfs_server_recov_finish",
              args: { rid: l.rid, which: RECOV_ALL },
              then: "next",
            }
          : {
              call: "stop_server",
              args: { cause: `fence_pending_recov: ${error}` },
              then: "stopped",
            },
    },
  },
};
