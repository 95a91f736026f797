// A fence request shows to the agent before its timer is armed. An agent that answered in between
// stopped a timer that did not run yet, and half a minute later a request that was fenced got an
// error, by which a server that still had it stopped. Here both look under the lock of the list:
// who is answered already is not timed.

import { fenceOf, timerOf } from "../fence/requests.ts";
import { FENCE_TIMEOUT_MS } from "../fence/timing.ts";
import type { FenceHandle } from "../fence/types.ts";
import type { Variant } from "./types.ts";

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
