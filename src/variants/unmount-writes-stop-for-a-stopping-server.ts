// A member that left its loop while its server was on its way down wrote no STOP: the next
// leader had a mount fenced that had left as it should. Here whoever has started a server waits
// until it is down and writes STOP; only a leader resigns.

import { infoOf } from "../quorum/config.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
}

export const unmountWritesStopForAStoppingServer: Variant = {
  id: "unmount-writes-stop-for-a-stopping-server",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5", "QRM4"],
  says: "a member that unmounts waits for its server and writes STOP, also when that stops already",
  steps: {
    scoutfs_quorum_worker: {
      leave(l: Locals, m, out) {
        infoOf(m).show = { ...l.qst };
        if (l.qst.serverStartTerm === 0 && out.api.serverIsDown(m)) return "storeEnd";
        const then = l.qst.role === "leader" ? "resign" : "storeLastStop";
        const args = { cause: "quorum: unmount" };
        return { call: "scoutfs_server_stop_wait", args, then };
      },
    },
  },
};
