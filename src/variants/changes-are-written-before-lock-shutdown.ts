// An unmount syncs before it puts the last inodes, and these may delete what was unlinked. From the
// shutdown of locking on, locks are given back without a sync, and only then were transactions
// written: who got such a lock before that was through read what had been there before. Here
// nothing is dirty any more when locking is shut down. What a forced unmount has is lost anyway.

import { putSuper } from "../mount/unmount.ts";
import type { Variant } from "./types.ts";

const { shutLock } = putSuper.steps;

export const changesAreWrittenBeforeLockShutdown: Variant = {
  id: "changes-are-written-before-lock-shutdown",
  kind: "repair",
  commit: undefined,
  area: "super.c",
  promises: ["DAT1"],
  says: "an unmounting mount writes what it changed before it gives locks back unseen",
  steps: {
    scoutfs_put_super: {
      shutLock(l, m, out, ret) {
        const isToWrite = m.trans.setUp && !m.super.forcingUnmount && out.api.itemDirtyPages(m) > 0;
        return isToWrite
          ? { call: "scoutfs_trans_sync", args: { wait: true }, then: "shutLockWritten" }
          : shutLock(l, m, out as never, ret);
      },
      /** Only a forced unmount that began meanwhile makes the sync fail. */
      shutLockWritten: (l, m, out, ret) => shutLock(l, m, out as never, ret),
    },
  },
};
