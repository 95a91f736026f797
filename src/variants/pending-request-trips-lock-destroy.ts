// Lock shutdown promises that nothing comes any more, and then all locks are freed. Those whose
// request was never answered still said so, and freeing such a lock is an assertion.

import { assert } from "../core/index.ts";
import { lockOf } from "../lock/locks.ts";
import { lockDestroy } from "../lock/setup.ts";
import type { Variant } from "./types.ts";

export const pendingRequestTripsLockDestroy: Variant = {
  id: "pending-request-trips-lock-destroy",
  kind: "regression",
  commit: "15becd6ef8",
  area: "lock.c",
  promises: ["CRASH"],
  says: "an unmount crashes when a request for a lock has not been answered",
  steps: {
    scoutfs_lock_destroy: {
      free(l, m, out, ret) {
        const pending = m.lock.tree.find((h) => lockOf(m, h).requestPending);
        assert(pending === undefined, "a lock that is freed to have no request pending");
        return lockDestroy.steps.free(l, m, out, ret);
      },
    },
  },
};
