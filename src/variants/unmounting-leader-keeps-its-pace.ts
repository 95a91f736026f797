// A leader that unmounts leaves its loop at once and waits for its server, without heartbeats. A
// server that reclaims somebody, commit after commit, or that many others have asked for commits,
// takes long to stop; the others elected one that had it fenced in the middle of a clean unmount.
// Here a leader whose server is not down asks it to stop and stays in the loop until it is, which
// also resigns and stores STOP.

import type { Mount } from "../mount/types.ts";
import { infoOf } from "../quorum/config.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import { isDown } from "../server/status.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
}

function leavesAtOnce({ qst }: Locals, m: Mount): boolean {
  return qst.role !== "leader" || isDown(m) || m.super.forcingUnmount;
}

export const unmountingLeaderKeepsItsPace: Variant = {
  id: "unmounting-leader-keeps-its-pace",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5"],
  says: "a leader that unmounts sends heartbeats until its server is down",
  steps: {
    scoutfs_quorum_worker: {
      loop(l: Locals, m, out, ret) {
        if (!infoOf(m).shutdown || leavesAtOnce(l, m)) {
          return quorumWorker.steps.loop(l as never, m as never, out as never, ret);
        }
        infoOf(m).show = { ...l.qst };
        const args = { cause: "quorum: unmount" };
        return { call: "stop_server", args, then: "receive" };
      },
      receive: (l: Locals) => ({
        call: "recv_msg",
        args: { untilAt: l.qst.timeoutAt },
        then: "received",
      }),
    },
  },
};
