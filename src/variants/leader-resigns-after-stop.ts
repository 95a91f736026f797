// A leader whose server is down sent its resignation first and stored STOP behind it. The others
// elect at once, and the next leader reads the blocks: where that write is slow, it had a mount
// fenced that had just handed over. Here STOP is stored first, and nobody resigns whose STOP could
// not be written: the others then miss its heartbeats, as they do with somebody dead.

import { ms } from "../core/index.ts";
import { isLeaving } from "../quorum/config.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
  /** The term that it resigns from once STOP is stored. */
  resigns?: number | undefined;
}

/** Between two tries to store STOP. */
const AGAIN_MS = 1000;

/** The resignation that is due, if the write succeeded. */
function resignation<L extends string>(l: Locals, written: boolean, then: L) {
  const term = l.resigns;
  l.resigns = undefined;
  if (term === undefined || !written) return then;
  const args = { type: "RESIGNATION", term, only: undefined } as const;
  return { call: "send_msg_members", args, then } as const;
}

export const leaderResignsAfterStop: Variant = {
  id: "leader-resigns-after-stop",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5"],
  says: "a leader whose server is down stores STOP before it resigns",
  partOf: "quorum-udp-not-isolated-by-forced-unmount",
  steps: {
    scoutfs_quorum_worker: {
      checkDown(l: Locals, m, out, ret) {
        const { role, serverStartTerm } = l.qst;
        const next = quorumWorker.steps.checkDown(l as never, m as never, out as never, ret);
        if (role !== "leader" || next === "beat") return next;
        l.resigns = serverStartTerm;
        return "storeStop";
      },
      stopStored(l: Locals, m, out, ret) {
        if (ret.error === "EIO" && !isLeaving(m)) return { sleep: ms(AGAIN_MS), then: "storeStop" };
        const next = quorumWorker.steps.stopStored(l as never, m as never, out as never, ret);
        return next === "beat" ? resignation(l, ret.error === undefined, next) : next;
      },
      resign(l: Locals) {
        l.resigns = l.qst.term;
        return "storeLastStop";
      },
      lastStopStored(l: Locals, m, out, ret) {
        quorumWorker.steps.lastStopStored(l as never, m as never, out as never, ret);
        return resignation(l, ret.error === undefined, "storeEnd");
      },
    },
  },
};
