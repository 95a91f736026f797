// A leader that unmounts leaves its loop at once and waits for its server, without heartbeats. A
// server that reclaims somebody, commit after commit, or that many others have asked for commits,
// takes long to stop; the others elected one that had it fenced in the middle of a clean unmount.
// Here a leader whose server has fence requests, or is in a commit, asks it to stop and stays in
// the loop until it is down, which also resigns and stores STOP. (Without that condition the repair
// is simpler, and covers whatever else may last.)

import type { Mount } from "../mount/types.ts";
import { infoOf } from "../quorum/config.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import { isDown } from "../server/status.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
  /** The requests go before the server is down. */
  stays?: boolean;
}

/** Whether somebody holds a commit or waits for one. */
function commits({ server: { cusers } }: Mount): boolean {
  return cusers.committing || cusers.holding.length > 0 || cusers.applying.length > 0;
}

function leavesInPeace({ qst, stays }: Locals, m: Mount): boolean {
  if (qst.role !== "leader" || isDown(m) || m.super.forcingUnmount) return true;
  return stays !== true && m.fence.list.length === 0 && !commits(m);
}

export const unmountingLeaderKeepsItsPace: Variant = {
  id: "unmounting-leader-keeps-its-pace",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5"],
  says: "a leader that unmounts while its server works sends heartbeats until that is down",
  steps: {
    scoutfs_quorum_worker: {
      loop(l: Locals, m, out, ret) {
        if (!infoOf(m).shutdown || leavesInPeace(l, m)) {
          return quorumWorker.steps.loop(l as never, m as never, out as never, ret);
        }
        l.stays = true;
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
