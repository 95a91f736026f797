// Ends the use of a mode: whoever waits for the lock, and an invalidation that waited for its
// users, may go on. Mirrors scoutfs_unlock of lock.c, which is one locked region and never sleeps.

import type { Out } from "../core/index.ts";
import { lockOf, putLock, queueInvWork, waitq } from "./locks.ts";
import { canWrite, decrement } from "./modes.ts";
import { traceUse } from "./records.ts";
import type { LockHandle, LockMode, LockMount, LockProtocol } from "./types.ts";

export function unlock(m: LockMount, out: Out<LockProtocol>, h: LockHandle, mode: LockMode): void {
  const lock = lockOf(m, h);
  decrement(lock.users, mode);
  if (canWrite(mode)) lock.dirtyTransSeq = out.api.transSampleSeq(m);
  traceUse(out, "lock_unlock", lock, mode);
  out.wake(waitq(h));
  queueInvWork(m, out);
  putLock(m, out, h);
}
