// A forced unmount ends the requests that no server answers, and that end of a lock request says
// nothing to whoever waits for the lock: only the shutdown of the locks does, and that comes in the
// unmount itself. What the unmount waits for before it, the orphan scan, can be such a waiter; and
// a mount that is isolated before it is through, or as busy, is not unmounted at all. Here a
// waiter sees the forced unmount as a caller that comes later does: it fails with ENOLINK. Of the
// proposal that gives lock requests an error, this is what waiters need.

import { done } from "../core/index.ts";
import { waitq } from "../lock/locks.ts";
import type { Variant } from "./types.ts";

export const forcedUnmountEndsLockWaits: Variant = {
  id: "forced-unmount-ends-lock-waits",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["LIVE", "WRK1"],
  partOf: "stale-requests-resent-to-new-server",
  says: "whoever waits for a lock when the mount is unmounted by force fails with ENOLINK",
  rules: { lockWaitEnds: (m) => m.super.forcingUnmount },
  steps: {
    scoutfs_umount_begin: {
      leave(_l, m, out) {
        for (const h of m.lock.tree) out.wake(waitq(h));
        return done();
      },
    },
  },
};
