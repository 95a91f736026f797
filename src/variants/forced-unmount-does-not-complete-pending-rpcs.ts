// Only the end of the connection completed the requests that wait for a response, and that end
// waited for those who wait. Today a forced unmount shuts the connection first, and its shutdown
// completes them.

import type { Variant } from "./types.ts";

export const forcedUnmountDoesNotCompletePendingRpcs: Variant = {
  id: "forced-unmount-does-not-complete-pending-rpcs",
  kind: "regression",
  commit: "e4a3c2b95d",
  area: "net.c",
  promises: ["LIVE"],
  says: "a forced unmount waits for requests that no server answers",
  rules: { forceShutsConnection: () => false },
  steps: { scoutfs_net_shutdown_worker: { checkForced: (_l) => "settle" } },
};
