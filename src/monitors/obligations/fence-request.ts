// A fence request is answered: by the agent, or by its timer as an error, or it goes with its
// server. That it then ends in a reclaim or a stop is FNC2.
//
// Bound: the request's timer, and slack for the making of its directory.

import { fieldsOf, kindOf } from "../entries.ts";
import { fenceTimeoutUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const fenceRequest: Obligation = {
  name: "fence request",
  wants: [
    ...["fence_start", "fenced_store", "fence.error", "fence.duplicate", "fence_timeout"],
    ...["fence_free", "server_work_exit"],
  ],
  while: "fair",
  boundUs: () => fenceTimeoutUs + slackUs,
  on(entry) {
    const { rid } = fieldsOf(entry);
    switch (kindOf(entry)) {
      case "fence_start":
        return { opens: entry.mount, of: rid ?? 0 };
      case "fence_timeout":
      case "fence.error":
      case "fence_free":
      case "fenced_store":
        return rid === undefined ? { closes: entry.mount } : { closes: entry.mount, of: rid };
      case "server_work_exit":
        return { closes: entry.mount };
    }
    return undefined;
  },
};
