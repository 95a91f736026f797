// The server grants a mode. Mirrors scoutfs_lock_grant_response of lock.c, which runs inside the
// receive worker, so that an invalidation which was sent right after it is handled after it.

import type { Out } from "../core/index.ts";
import { assert } from "../core/index.ts";
import { lockOf, lookupLock, putLock, waitq } from "./locks.ts";
import { canRead } from "./modes.ts";
import { netFields, traceLock } from "./records.ts";
import type { Lock, LockHandle, LockMount, LockProtocol, NetLock } from "./types.ts";

type LockOut = Out<LockProtocol>;

/** Nothing may be dirty when a mode is granted, for only modes that go through null can dirty; and
 *  nothing may be cached unless it could be read before and after. */
function assertCacheFits(m: LockMount, out: LockOut, lock: Lock, nl: NetLock): void {
  const { cached, dirty } = out.api.itemRangeCached(m, lock.start, lock.end);
  const fits = !cached || (canRead(nl.oldMode) && canRead(nl.newMode));
  const change = `${nl.oldMode} to ${nl.newMode}`;
  assert(!dirty && fits, `the item cache to fit the grant at ${nl.key} of ${change}`);
}

export function grantResponse(m: LockMount, out: LockOut, nl: NetLock): void {
  out.emit({ kind: "cl_lock_grant_response", ...netFields(nl) });
  const h = lookupLock(m, nl.key);
  assert(h !== undefined, `a lock at ${nl.key} for the grant that arrived`);
  const lock = lockOf(m, h);
  traceLock(out, "lock_grant_response", lock);
  assert(lock.requestPending, `a request to be pending for the grant at ${nl.key}`);
  if (out.rules.grantWaits(lock, nl))
    lock.grant = { nl: { ...nl }, behind: lock.invalidations.length };
  else applyGrant(m, out, h, nl);
}

export function applyGrant(m: LockMount, out: LockOut, h: LockHandle, nl: NetLock): void {
  const lock = lockOf(m, h);
  delete lock.grant;
  if (out.rules.cacheMustFit(m)) assertCacheFits(m, out, lock, nl);
  const isNew = canRead(nl.newMode) && !out.rules.couldReadBefore(lock, nl);
  if (isNew) lock.refreshGen = ++m.lock.nextRefreshGen;
  lock.requestPending = false;
  lock.mode = nl.newMode;
  lock.writeSeq = nl.writeSeq;
  traceLock(out, "lock_granted", lock);
  out.wake(waitq(h));
  putLock(m, out, h);
}
