// An unmount waits for the invalidations that are under way, and another may begin before locking
// is shut down, which waited for nobody: it went on with the transactions, or with the item cache,
// when these were gone. Here the shutdown waits once more, with its flag set: what begins later
// leaves all that alone. An invalidation waits for a commit at most, as the shutdown of
// transactions does next, and that ends by itself where the unmount is forced.

import { done } from "../core/index.ts";
import { lockOf } from "../lock/locks.ts";
import { lockShutdown } from "../lock/setup.ts";
import type { LockMount } from "../lock/types.ts";
import type { Variant } from "./types.ts";

const isAsked = (m: LockMount): boolean => m.lock.tree.some((h) => lockOf(m, h).invalidatePending);

export const lockShutdownWaitsForInvalidations: Variant = {
  id: "lock-shutdown-waits-for-invalidations",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["CRASH"],
  says: "the shutdown of locking waits for the invalidations that began before it",
  steps: {
    scoutfs_lock_shutdown: {
      shutdown(l, m, out, ret) {
        const next = lockShutdown.steps.shutdown(l, m, out, ret);
        return m.parts.includes("lock") && isAsked(m)
          ? { flush: ["lock_invalidate_worker", 0], then: "shutdownFlushed" }
          : next;
      },
      shutdownFlushed: () => done(),
    },
  },
};
