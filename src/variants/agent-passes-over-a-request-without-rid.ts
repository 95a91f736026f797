// The directory of a request is there before its files are, and the rid comes last. An agent
// that met it half made ran its command without a rid, which found nothing to unmount and
// succeeded. One that goes while it is read, and comes anew, was asked for without an address, and
// the error was written to the new one. Here it waits for the next round.

import type { Variant } from "./types.ts";

export const agentPassesOverARequestWithoutRid: Variant = {
  id: "agent-passes-over-a-request-without-rid",
  kind: "repair",
  commit: undefined,
  area: "scoutfs-fenced",
  promises: ["FNC4"],
  says: "the agent does not act on a request that has no rid or address",
  rules: { runsWithoutRid: () => false },
};
