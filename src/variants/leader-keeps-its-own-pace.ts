// A heartbeat sets the timeout of whoever hears it in its term, and a leader sends its own when
// that timeout has passed. A leader that hears another one of its term so fell silent for the
// heartbeat timeout, and whoever followed it campaigned. It also looked no more whether its own
// server had gone down. Here a leader passes over such heartbeats: that there are two is for their
// servers to find in the blocks. Those of a newer term have made it a follower before.

import { quorumWorker } from "../quorum/worker.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof quorumWorker.steps.hear>[0];

export const leaderKeepsItsOwnPace: Variant = {
  id: "leader-keeps-its-own-pace",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5"],
  says: "a leader that hears another leader of its term goes on with its heartbeats",
  steps: {
    scoutfs_quorum_worker: {
      hear(l: Locals, m, out, ret) {
        if (l.qst.role === "leader" && l.msg?.type === "HEARTBEAT") {
          out.ignored("a heartbeat of another leader of this term");
          return "checkTimeout";
        }
        return quorumWorker.steps.hear(l, m, out as never, ret);
      },
    },
  },
};
