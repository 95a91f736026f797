// A client that came back after the recovery timer had asked for its fencing was greeted all the
// same, and then isolated and reclaimed. What it had left behind meanwhile outlived that: its
// farewell had it reclaimed again, and its connection, 20 s after it broke, had it fenced again.
// Here a greeting fails as long as the server has a fence request for its rid. One that was greeted
// before the timer, and recovers its locks after it, may still leave: who has said farewell writes
// no more, so the reclaim takes its request back. Else the agent is sent to a host that nobody is
// on, and the rid is reclaimed again.

import { type Errno, each, type Rid } from "../core/index.ts";
import { isListed } from "../fence/requests.ts";
import type { FenceMount } from "../fence/types.ts";
import type { Greeting } from "../net/types.ts";
import { RECOV_GREETING } from "../recov/api.ts";
import { farewellWorker } from "../server/farewell.ts";
import type { FarewellLocals } from "../server/farewell-lists.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly gr: Greeting;
  error: Errno | undefined;
}

interface Leaving extends FarewellLocals {
  /** The place whose request was looked for last. */
  freedAt?: number;
}

/** On the list or not yet: an agent may have seen it in either case. */
const hasRequest = (m: FenceMount, rid: Rid): boolean =>
  [...each(m.fence.fences)].some(([, fence]) => fence.rid === rid);

export const clientBeingFencedIsNotGreeted: Variant = {
  id: "client-being-fenced-is-not-greeted",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["RCL1", "FNC1", "FNC3"],
  says: "a client that is being fenced may not come back, and is left alone when it leaves",
  steps: {
    farewell_worker: {
      /** It is reached again after each: the request goes after the reclaim, which ends it. One
       *  that is being built is waited for by its mutex. */
      reclaim(l: Leaving, m, out, ret) {
        const rid = l.send[l.at - 1]?.rid;
        if (rid === undefined || l.freedAt === l.at || !hasRequest(m, rid)) {
          return farewellWorker.steps.reclaim(l, m, out, ret);
        }
        l.freedAt = l.at;
        out.note("a client has left that is being fenced");
        return { call: "scoutfs_fence_free", args: { rid }, then: "reclaim" };
      },
    },
    server_greeting: {
      recovered(l: Locals, m, out) {
        if (isListed(m, l.gr.rid)) {
          out.note("a client comes back that is being fenced");
          l.error = "ENOLINK";
          return "respond";
        }
        const args = { rid: l.gr.rid, which: RECOV_GREETING };
        return { call: "scoutfs_server_recov_finish", args, then: "respond" };
      },
    },
  },
};
