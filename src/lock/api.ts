// What neighbours call in lock.c from inside one of their own atomic regions.

import { grantResponse } from "./grant.ts";
import { inoRange } from "./keys.ts";
import { lockOf, lookupLock } from "./locks.ts";
import { canRead, countsMatch, modesMatch } from "./modes.ts";
import type { LockApi, LockHandle, LockMount, LockProtocol } from "./types.ts";
import { unlock } from "./unlock.ts";

export { INODE_GROUP, inoKey } from "./keys.ts";
export { lockState } from "./locks.ts";
export { lockRules } from "./rules.ts";

/** Whether the worker would take it: an invalidation is asked for, and no user is in its way. */
export function invalidationIsReady(m: LockMount, h: LockHandle): boolean {
  const { invalidations, users } = lockOf(m, h);
  const [first] = invalidations;
  return first !== undefined && countsMatch(first.lock.newMode, users);
}

export const lockApi: LockApi<LockProtocol> = {
  unlock,
  grantResponse,
  lockProtected(m, h, key, mode) {
    const lock = lockOf(m, h);
    return modesMatch(lock.mode, mode) && lock.start <= key && key <= lock.end;
  },
  lockInoRefreshGen(m, ino) {
    const h = lookupLock(m, inoRange(ino).start);
    if (h === undefined) return 0;
    const { mode, refreshGen } = lockOf(m, h);
    return canRead(mode) ? refreshGen : 0;
  },
};
