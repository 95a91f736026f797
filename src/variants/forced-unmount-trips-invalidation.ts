// The worker that takes modes back asserted that its sync and its answer go through. A forced
// unmount cuts the client off from both, and crashed the kernel that it was to rescue.

import type { Variant } from "./types.ts";

export const forcedUnmountTripsInvalidation: Variant = {
  id: "forced-unmount-trips-invalidation",
  kind: "regression",
  commit: "0eb9dfebdc",
  area: "lock.c",
  promises: ["CRASH"],
  says: "a mount that is unmounted by force while it gives a lock back crashes",
  rules: { invalidationBearsForcedUnmount: () => false },
};
