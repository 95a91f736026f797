// A fence request shows to the agent before its timer is armed. An agent that answered in between
// stopped a timer that did not run yet, and half a minute later a request that was fenced got an
// error, by which a server that still had it stopped. Here both look under the lock of the list:
// who is answered already is not timed, and the agent's write stops the timer as it marks.

import { fencedStore } from "../fence/answer.ts";
import { fenceOf, timerOf } from "../fence/requests.ts";
import { FENCE_TIMEOUT_MS } from "../fence/timing.ts";
import type { FenceHandle } from "../fence/types.ts";
import type { AnyStep, Variant } from "./types.ts";

const mark = fencedStore.steps.mark as unknown as AnyStep;

interface Locals {
  readonly fence: FenceHandle;
}

export const answeredFenceRequestIsNotTimed: Variant = {
  id: "answered-fence-request-is-not-timed",
  kind: "repair",
  commit: undefined,
  area: "fence.c",
  promises: ["WRK1"],
  says: "the timer of a fence request is not armed once the request is answered",
  steps: {
    fenced_store: {
      /** Once more: who armed it meanwhile has not seen the mark. */
      mark(l: Locals, m, out, ret) {
        out.disarmTimer(timerOf(l.fence));
        return mark(l, m, out, ret);
      },
    },
    scoutfs_fence_start: {
      armTimer(l: Locals, m, out) {
        const { fenced, error } = fenceOf(m, l.fence);
        if (fenced || error) out.note("a fence request is answered before it is timed");
        else out.armTimer(timerOf(l.fence), FENCE_TIMEOUT_MS);
        return "addToList";
      },
    },
  },
};
