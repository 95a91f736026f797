// The quorum worker waited for the start of its server, which waits for the fencing of earlier
// leaders. The others heard nothing meanwhile, elected another leader, and that one had the
// first fenced.

import { ms } from "../core/index.ts";
import type { Variant } from "./types.ts";

const LOOK = ms(5);

export const heartbeatsBlockedWhileServerStarts: Variant = {
  id: "heartbeats-blocked-while-server-starts",
  kind: "regression",
  commit: "bb3db7e272",
  area: "quorum.c",
  promises: ["FNC5", "QRM4"],
  says: "a leader sends no heartbeats while its server fences and starts",
  steps: {
    scoutfs_quorum_worker: {
      serverStarted: (_l, m, out) =>
        out.api.serverIsUp(m) || out.api.serverIsDown(m)
          ? "checkUp"
          : { sleep: LOOK, then: "serverStarted" },
    },
  },
};
