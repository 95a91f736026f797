// The locks of a mount: found by start key, on the LRU exactly while granted and idle, freed by
// the last put of a null one. Mirrors lock_lookup, get_lock, lock_alloc, lock_insert, put_lock,
// lock_free and queue_inv_work of lock.c. Each function must run within one step, as they run
// there under the lock of lock_info.

import type { Named, Out } from "../core/index.ts";
import { allocate, assert, free, get, numberOf, table } from "../core/index.ts";
import { MODES, noCounts } from "./modes.ts";
import { traceLock } from "./records.ts";
import type { Lock, LockHandle, LockKey, LockMount, LockProtocol, LockState } from "./types.ts";

type LockOut = Out<LockProtocol>;

/** `lock_info` as `scoutfs_lock_setup` leaves it. */
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
const isIn = (list: readonly LockHandle[], h: LockHandle): boolean =>
  list.some((other) => other.id === h.id);

export const lookupLock = (m: LockMount, start: LockKey): LockHandle | undefined =>
  m.lock.tree.find((h) => lockOf(m, h).start === start);

/** Takes it off the LRU: the caller marks it busy before it ends its step. */
export function getLock(m: LockMount, start: LockKey): LockHandle | undefined {
  const h = lookupLock(m, start);
  if (h !== undefined) m.lock.lru = without(m.lock.lru, h);
  return h;
}

function allocLock(m: LockMount, out: LockOut, start: LockKey, end: LockKey): LockHandle {
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
  traceLock(out, "lock_alloc", lockOf(m, h));
  return h;
}

/** Where in the tree it goes; undefined when its start key is taken or its range overlaps. */
function placeFor(m: LockMount, out: LockOut, { start, end }: Lock): number | undefined {
  const after = m.lock.tree.findIndex((h) => lockOf(m, h).start >= start);
  const at = after < 0 ? m.lock.tree.length : after;
  const [previous, next] = [m.lock.tree[at - 1], m.lock.tree[at]];
  if (next !== undefined && lockOf(m, next).start === start) return undefined;
  const overlaps =
    (previous !== undefined && lockOf(m, previous).end >= start) ||
    (next !== undefined && lockOf(m, next).start <= end);
  if (!overlaps) return at;
  out.note("WARN inserting a lock that overlaps another");
  return undefined;
}

/** The second half of `create_lock`, once it has the lock again: what it allocated, or what others
 *  have inserted meanwhile; nothing when the ranges overlap. */
export function insertLock(
  m: LockMount,
  out: LockOut,
  start: LockKey,
  end: LockKey,
): LockHandle | undefined {
  const h = allocLock(m, out, start, end);
  const at = placeFor(m, out, lockOf(m, h));
  if (at !== undefined) {
    m.lock.tree.splice(at, 0, h);
    return h;
  }
  freeLock(m, out, h);
  return getLock(m, start);
}

const isUnused = ({ waiters, users }: Lock): boolean =>
  MODES.every((mode) => waiters[mode] === 0 && users[mode] === 0);

/** `lock_free`: whoever calls it has taken the lock off the tree. */
export function freeLock(m: LockMount, out: LockOut, h: LockHandle): void {
  const lock = lockOf(m, h);
  traceLock(out, "lock_free", lock);
  const at = `the lock at ${lock.start} that is freed`;
  assert(!lock.requestPending, `${at} to have no request pending`);
  assert(!lock.invalidatePending, `${at} to have no invalidation pending`);
  assert(isUnused(lock), `${at} to have neither waiters nor users`);
  assert(m.lock.shutdown || lock.mode === "null", `${at} to be null before lock shutdown`);
  const { tree, lru, invList } = m.lock;
  assert(![tree, lru, invList].some((list) => isIn(list, h)), `${at} to be on no list`);
  free(m.lock.locks, h);
}

/** `lock_remove`. */
export function removeLock(m: LockMount, h: LockHandle): void {
  m.lock.tree = without(m.lock.tree, h);
}

const isIdle = (lock: Lock): boolean =>
  !lock.requestPending && !lock.invalidatePending && isUnused(lock);

/** Counterpart of `getLock`, called once what marked the lock busy is cleared. */
export function putLock(
  m: LockMount,
  out: LockOut,
  h: LockHandle,
  where: "first" | "last" = "last",
): void {
  const lock = lockOf(m, h);
  if (!isIdle(lock)) return;
  if (lock.mode === "null") {
    removeLock(m, h);
    freeLock(m, out, h);
    return;
  }
  assert(!isIn(m.lock.lru, h), "a lock in use to be off the LRU");
  if (where === "last") m.lock.lru.push(h);
  else m.lock.lru.unshift(h);
}

/** A mode that was set, or a user that left, may let an invalidation go on. */
export function queueInvWork(m: LockMount, out: LockOut): void {
  if (m.lock.invList.length > 0) out.queueWork("lock.workq", ["lock_invalidate_worker", 0]);
}
