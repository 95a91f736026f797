// The locks by key: looked up under one spinlock, each with a mutex of its own for what is in it.
// Mirrors get_server_lock, alloc_server_lock, put_server_lock and find_entry of lock_server.c. Each
// function must run within one step. Before its setup and after its destroy there is no lock
// server: the C follows a null pointer there.

import type { Named, Out, Rid } from "../core/index.ts";
import { assert } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { ClientLockEntry, LockServerMutexes, ServerLock } from "./types.ts";

export const mutexOf = (key: LockKey): Named<LockServerMutexes> => ["lock_server.lock", key];

/** `scoutfs_key_inc`. */
export const nextKey = (key: LockKey): LockKey => (key + 1) as LockKey;

/** A lock that the caller has a reference to. */
export function lockOf(m: Mount, key: LockKey): ServerLock {
  const lock = m.lockServer.locks.find((other) => other.key === key);
  assert(lock !== undefined, `the server's lock ${key} to live while it is referenced`);
  return lock;
}

/** References the lock at the key, or with `next` the first at or after it, or with `make` a new
 *  one; the caller takes its mutex next. Returns its key. */
export function getLock(
  m: Mount,
  key: LockKey,
  otherwise: "next" | "make" | "none",
): LockKey | undefined {
  const { lockServer } = m;
  assert(lockServer.setUp, "the lock server to be set up while somebody looks for a lock");
  const at = lockServer.locks.findIndex((other) => other.key >= key);
  let lock = at < 0 ? undefined : lockServer.locks[at];
  if (lock?.key !== key && otherwise === "none") return undefined;
  if (lock?.key !== key && otherwise === "make") {
    lock = { key, refs: 0, granted: [], requested: [], invalidated: [] };
    lockServer.locks.splice(at < 0 ? lockServer.locks.length : at, 0, lock);
  }
  if (lock !== undefined) lock.refs++;
  return lock?.key;
}

const isEmpty = (lock: ServerLock) =>
  lock.granted.length + lock.requested.length + lock.invalidated.length === 0;

/** Ends what `getLock` began: an empty lock that nobody else wants goes. */
export function putLock(m: Mount, out: Out<Scoutfs>, key: LockKey): void {
  const { lockServer } = m;
  const lock = lockOf(m, key);
  lock.refs--;
  if (lock.refs === 0 && isEmpty(lock)) {
    lockServer.locks = lockServer.locks.filter((other) => other !== lock);
  }
  out.unlock(mutexOf(key));
}

export const findEntry = (list: readonly ClientLockEntry[], rid: Rid) =>
  list.find((entry) => entry.rid === rid);
