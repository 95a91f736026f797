// A second fence request for a rid found the directory of the first and failed, and whoever asked
// stopped the server: a leader that was fenced at the start is a client that misses recovery too.

import type { Variant } from "./types.ts";

export const fencingSameRidTwiceStopsServer: Variant = {
  id: "fencing-same-rid-twice-stops-server",
  kind: "regression",
  commit: "205cfbdf4a",
  area: "fence.c",
  promises: ["SRV2", "FNC2"],
  says: "a request for a rid that is being fenced already fails with EEXIST and stops the server",
  rules: { isDuplicateFence: () => false, serializesFences: () => false },
};
