// The locks of a mount: found by start key, on the LRU exactly while granted and idle, freed by
// the last put of a null one. Mirrors lock_lookup, get_lock, lock_insert, put_lock, lock_free and
// queue_inv_work of lock.c. Each function must run within one step, as they run there under the
// lock of lock_info.

import type { Named, Out } from "../core/index.ts";
import { allocate, assert, free, get, numberOf, table } from "../core/index.ts";
import { canRead, MODES, noCounts } from "./modes.ts";
import type {
  Lock,
  LockHandle,
  LockKey,
  LockMount,
  LockProtocol,
  LockState,
  NetLock,
} from "./types.ts";

type LockOut = Out<LockProtocol>;

/** `scoutfs_lock_setup`. */
export const lockState = (idleCount: number): LockState => ({
  shutdown: false,
  unmounting: false,
  idleCount,
  locks: table("lock"),
  tree: [],
  lru: [],
  invList: [],
  nextRefreshGen: 0,
});

export const lockOf = (m: LockMount, h: LockHandle): Lock => get(m.lock.locks, h);
/** The generation is part of the name: nobody wakes who waits for an earlier lock of that slot. */
export function waitq(h: LockHandle): Named<"lock.waitq"> {
  return ["lock.waitq", numberOf(h)];
}

const without = (list: readonly LockHandle[], h: LockHandle): LockHandle[] =>
  list.filter((other) => other.id !== h.id);

export const lookupLock = (m: LockMount, start: LockKey): LockHandle | undefined =>
  m.lock.tree.find((h) => lockOf(m, h).start === start);

/** Takes it off the LRU: the caller marks it busy before it ends its step. */
export function getLock(m: LockMount, start: LockKey): LockHandle | undefined {
  const h = lookupLock(m, start);
  if (h !== undefined) m.lock.lru = without(m.lock.lru, h);
  return h;
}

/** Allocates and inserts; nothing when the start key is taken or the ranges overlap. */
export function insertLock(
  m: LockMount,
  out: LockOut,
  start: LockKey,
  end: LockKey,
): LockHandle | undefined {
  const after = m.lock.tree.findIndex((h) => lockOf(m, h).start >= start);
  const at = after < 0 ? m.lock.tree.length : after;
  const [previous, next] = [m.lock.tree[at - 1], m.lock.tree[at]];
  if (next !== undefined && lockOf(m, next).start === start) return undefined;
  const overlaps =
    (previous !== undefined && lockOf(m, previous).end >= start) ||
    (next !== undefined && lockOf(m, next).start <= end);
  if (overlaps) {
    out.note("WARN inserting a lock that overlaps another");
    return undefined;
  }
  const h: LockHandle = allocate(m.lock.locks, {
    start,
    end,
    refreshGen: 0,
    writeSeq: 0,
    dirtyTransSeq: 0,
    requestPending: false,
    invalidatePending: false,
    invalidations: [],
    mode: "null",
    invalidatingMode: "null",
    waiters: noCounts(),
    users: noCounts(),
  });
  m.lock.tree.splice(at, 0, h);
  return h;
}

const isIdle = (lock: Lock): boolean =>
  !lock.requestPending &&
  !lock.invalidatePending &&
  MODES.every((mode) => lock.waiters[mode] === 0 && lock.users[mode] === 0);

/** Counterpart of `getLock`, called once what marked the lock busy is cleared. */
export function putLock(m: LockMount, h: LockHandle, where: "first" | "last" = "last"): void {
  const lock = lockOf(m, h);
  if (!isIdle(lock)) return;
  if (lock.mode === "null") {
    m.lock.tree = without(m.lock.tree, h);
    free(m.lock.locks, h);
    return;
  }
  assert(!m.lock.lru.some((other) => other.id === h.id), "a lock in use to be off the LRU");
  if (where === "last") m.lock.lru.push(h);
  else m.lock.lru.unshift(h);
}

/** A mode that was set, or a user that left, may let an invalidation go on. */
export function queueInvWork(m: LockMount, out: LockOut): void {
  if (m.lock.invList.length > 0) out.queueWork("lock.workq", ["lock_invalidate_worker", 0]);
}

/** `scoutfs_lock_grant_response`. The check of the item cache is left to the item cache. */
export function grantResponse(m: LockMount, out: LockOut, nl: NetLock): void {
  const h = lookupLock(m, nl.key);
  assert(h !== undefined, `a lock at ${nl.key} for the grant that arrived`);
  const lock = lockOf(m, h);
  assert(lock.requestPending, `a request to be pending for the grant at ${nl.key}`);
  if (!canRead(nl.oldMode) && canRead(nl.newMode)) lock.refreshGen = ++m.lock.nextRefreshGen;
  lock.requestPending = false;
  lock.mode = nl.newMode;
  lock.writeSeq = nl.writeSeq;
  const { refreshGen } = lock;
  const { key, oldMode, newMode } = nl;
  out.emit({ kind: "lock.granted", key, oldMode, newMode, refreshGen });
  out.wake(waitq(h));
  putLock(m, h);
}
