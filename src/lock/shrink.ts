// Keeps the number of idle locks down: asks the server to take back the least recently used one.
// Mirrors try_shrink_lock of lock.c, which every lock call runs once, and
// scoutfs_free_unused_locks. The server invalidates the lock first, so that whoever uses it again
// meanwhile is waited for; the lock is freed when the response grants it null.

import { assert, done, lookup, program } from "../core/index.ts";
import { lockOf, putLock, waitq } from "./locks.ts";
import { netFields, traceLock } from "./records.ts";
import type { LockCalls, LockHandle, LockProtocol } from "./types.ts";

export const tryShrinkLock = program<LockProtocol>()({
  name: "try_shrink_lock",
  source: "lock.c:try_shrink_lock",
  start: "enter",
  locals: ({ force }: LockCalls["try_shrink_lock"]) => ({
    force,
    lock: undefined as LockHandle | undefined,
  }),
  waits: {},
  steps: {
    /** Without the lock; a wrong answer costs nothing. */
    enter(l, m) {
      const { lru, tree, idleCount } = m.lock;
      const idle = lru.length === 0 || tree.length <= idleCount;
      return !l.force && idle ? done({ value: false }) : "take";
    },
    take(l, m, out) {
      const [oldest, ...others] = m.lock.lru;
      if (oldest === undefined || !(l.force || m.lock.tree.length > m.lock.idleCount)) {
        return done({ value: false });
      }
      m.lock.lru = others;
      l.lock = oldest;
      const lock = lockOf(m, oldest);
      lock.requestPending = true;
      const args = { key: lock.start, writeSeq: 0, oldMode: lock.mode, newMode: "null" } as const;
      out.emit({ kind: "cl_lock_request", ...netFields(args) });
      return { call: "scoutfs_client_lock_request", args, then: "sent" };
    },
    /** Its tracepoint reads the lock without holding it: the answer may have freed it. Only a
     *  kernel that traces does so, and nothing follows from what it reads. */
    sent(l, m, out, { error }) {
      if (error !== undefined) return "giveBack";
      const lock = l.lock && lookup(m.lock.locks, l.lock);
      if (lock !== undefined) traceLock(out, "lock_shrink", lock);
      else out.note("a tracepoint reads a lock that is freed");
      return done({ value: true });
    },
    /** Goes to the front of the LRU: the next call tries the same lock. */
    giveBack(l, m, out) {
      assert(l.lock !== undefined, "a lock to give back");
      lockOf(m, l.lock).requestPending = false;
      out.wake(waitq(l.lock));
      putLock(m, out, l.lock, "first");
      return done({ value: false });
    },
  },
});

/** A trigger of statfs asks for it, in tests. */
export const freeUnusedLocks = program<LockProtocol>()({
  name: "scoutfs_free_unused_locks",
  source: "lock.c:scoutfs_free_unused_locks",
  start: "shrink",
  locals: () => ({}),
  waits: {},
  steps: {
    shrink: (_l) => ({ call: "try_shrink_lock", args: { force: true }, then: "again" }),
    again: (_l, _m, _out, { value }) => (value === true ? "shrink" : done()),
  },
});
