// A recovery ends, or its server does: whoever has not recovered when the timer fires is fenced and
// reclaimed, and counts as recovered then.
//
// Bound: the recovery timer, the fence request's timer, a turn of the reclaim worker, slack. The
// recordings need up to 36.9 s (h3).

import { kindOf } from "../entries.ts";
import { recoveryUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const recovery: Obligation = {
  name: "recovery",
  wants: ["recov_begin", "finished_recovery", "recov_shutdown", "server_work_exit"],
  while: "fair",
  boundUs: () => recoveryUs + slackUs,
  on(entry) {
    if (entry.kind === "recov_begin") return { opens: entry.mount, of: 0 };
    const ends = ["finished_recovery", "recov_shutdown", "server_work_exit"];
    return ends.includes(kindOf(entry)) ? { closes: entry.mount } : undefined;
  },
};
