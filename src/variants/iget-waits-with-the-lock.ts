// Who wants an inode took the lock of its group first, and then waited while it was evicted. The
// eviction wants that lock to delete the inode, and its request may be behind that of another
// mount, for which the reader is asked to give way.

import { done } from "../core/index.ts";
import { scoutfsIget } from "../inode/iget.ts";
import type { LockHandle } from "../lock/types.ts";
import type { AnyStep, Variant } from "./types.ts";

const { find, locked } = scoutfsIget.steps;
type Locals = Parameters<typeof find>[0];

export const igetWaitsWithTheLock: Variant = {
  id: "iget-waits-with-the-lock",
  kind: "regression",
  commit: "603af327ac",
  area: "inode.c",
  promises: ["LIVE"],
  says: "who waits for an inode to be evicted holds the lock that the eviction needs",
  steps: {
    scoutfs_iget: {
      find(l: Locals, m, out, ret) {
        if (l.lock === undefined) return "lock";
        const next = find(l, m, out, ret);
        return next === "lock" ? "found" : next;
      },
      locked(l: Locals, _m, _out, { value, error }) {
        if (error !== undefined) return done({ error });
        l.lock = value as LockHandle;
        return "find";
      },
      found: ((l: Locals, m, out) =>
        locked(l, m, out as never, { value: l.lock && { ...l.lock } })) as AnyStep,
    },
  },
};
