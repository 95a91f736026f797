// A server that had shut down by itself told quorum so with the wrong sense of the flag: the leader
// took it for running, sent heartbeats without end, and nobody else was ever elected.

import type { QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
}

export const leaderOfAStoppedServerLeadsOn: Variant = {
  id: "leader-of-a-stopped-server-leads-on",
  kind: "regression",
  commit: "1199bac91d",
  area: "quorum.c",
  promises: ["QRM4", "LIVE"],
  says: "a leader whose server has shut down goes on with its heartbeats",
  steps: {
    scoutfs_quorum_worker: {
      checkRunning(l: Locals, m, out, ret) {
        const { role, term, serverStartTerm } = l.qst;
        if (role === "leader" && term === serverStartTerm) return "beat";
        return quorumWorker.steps.checkRunning(l as never, m as never, out as never, ret);
      },
    },
  },
};
