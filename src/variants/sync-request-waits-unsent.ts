// Whoever asked the server and waited did so even when the request could not be submitted: during
// a forced unmount nothing is, and no answer comes.

import type { Variant } from "./types.ts";

export const syncRequestWaitsUnsent: Variant = {
  id: "sync-request-waits-unsent",
  kind: "regression",
  commit: "384590f016",
  area: "net.c",
  promises: ["LIVE", "REST"],
  says: "a request that was refused is waited for",
  steps: {
    scoutfs_net_sync_request: { submitted: (_l) => ({ wait: "answered", then: "leave" }) },
  },
};
