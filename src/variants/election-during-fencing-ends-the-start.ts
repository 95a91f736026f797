// A starting server reads the quorum blocks, has earlier leaders fenced, which may take the agent
// many seconds, and is up. Until it is fenced such a leader may be elected once more, where its own
// vote is enough, and its ELECT is then as high as that of the new server or higher: whoever asks
// for the server is sent to somebody dead, for as long as the new one is up. Here the blocks are
// read once more when the fencing is done. Nobody fenced writes any more, so a start that still has
// the greatest ELECT keeps it; one that has not fails, and is elected anew in a term above.

import { type Errno, ms } from "../core/index.ts";
import { nextSlot } from "../quorum/config.ts";
import { SCOUTFS_QUORUM_FENCE_TO_MS } from "../quorum/timing.ts";
import type { QuorumBlock, QuorumConfig } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly config: QuorumConfig;
  readonly term: number;
  slot: number;
  error: Errno | undefined;
  /** `fence_started` of the C, which sets it and never asks. */
  fenceStarted?: true;
}

export const electionDuringFencingEndsTheStart: Variant = {
  id: "election-during-fencing-ends-the-start",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["LIVE"],
  says: "a server does not start if another's ELECT caught up with it while it had leaders fenced",
  steps: {
    scoutfs_quorum_fence_leaders: {
      started(l: Locals, _m, _out, { error }) {
        l.error = error;
        if (error !== undefined) return "waitFenced";
        l.fenceStarted = true;
        return "fence";
      },
      waitFenced: (l: Locals) => ({
        call: "scoutfs_fence_wait_fenced",
        args: { timeout: ms(SCOUTFS_QUORUM_FENCE_TO_MS) },
        then: l.fenceStarted === true && l.error === undefined ? "fencingEnded" : "waited",
      }),
      fencingEnded(l: Locals, m, out, { error }) {
        l.error = error;
        l.slot = 0;
        return error === undefined && out.api.serverIsRunning(m) ? "lookAgain" : "waited";
      },
      lookAgain(l: Locals) {
        const slot = nextSlot(l.config, l.slot);
        if (slot === undefined) return "waited";
        l.slot = slot;
        return { call: "read_quorum_block", args: { slot, checkRid: false }, then: "compareAgain" };
      },
      /** Of equal terms `scoutfs_quorum_server_sin` takes the first slot, whoever it is. */
      compareAgain(l: Locals, m, out, { value, error }) {
        l.error = error;
        if (error !== undefined) return "waited";
        const { ELECT, FENCE, STOP } = (value as QuorumBlock).events;
        const leads = out.rules.mayStillLead(ELECT, STOP) && ELECT.term >= l.term;
        if (ELECT.rid !== m.super.rid && (leads || FENCE.term >= l.term)) {
          out.note("another was elected while earlier leaders were fenced");
          l.error = "ESTALE";
          return "waited";
        }
        l.slot++;
        return "lookAgain";
      },
    },
  },
};
