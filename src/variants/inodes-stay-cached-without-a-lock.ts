// A mount that lost the lock of a group kept its cached inodes, to be refreshed when they were used
// again. Since inodes that are cached anywhere are not deleted, one of them that nobody ever used
// again kept its inode from being deleted for as long.

import { done } from "../core/index.ts";
import type { lockInvalidate } from "../lock/invalidate.ts";
import { lockOf } from "../lock/locks.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof lockInvalidate.steps.drop>[0];

export const inodesStayCachedWithoutALock: Variant = {
  id: "inodes-stay-cached-without-a-lock",
  kind: "regression",
  commit: "715c29aad3",
  area: "lock.c",
  promises: ["OMP2"],
  says: "an inode that a mount has cached, and nobody has open, is not dropped with its lock",
  steps: {
    lock_invalidate: {
      drop(l: Locals, m) {
        if (l.mode === "read") return done();
        const { start, end } = lockOf(m, l.lock);
        return { call: "scoutfs_item_invalidate", args: { start, end }, then: "dropped" };
      },
    },
  },
};
