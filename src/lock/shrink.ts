// Keeps the number of idle locks down: asks the server to take back the least recently used one.
// Mirrors try_shrink_lock of lock.c, which every lock call runs once. The lock is freed when the
// response grants it null.

import { assert, done, program } from "../core/index.ts";
import { lockOf, putLock, waitq } from "./locks.ts";
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
    take(l, m) {
      const [oldest, ...others] = m.lock.lru;
      if (oldest === undefined || !(l.force || m.lock.tree.length > m.lock.idleCount)) {
        return done({ value: false });
      }
      m.lock.lru = others;
      l.lock = oldest;
      const lock = lockOf(m, oldest);
      lock.requestPending = true;
      const args = { key: lock.start, writeSeq: 0, oldMode: lock.mode, newMode: "null" } as const;
      return { call: "scoutfs_client_lock_request", args, then: "sent" };
    },
    sent: (_l, _m, _out, ret) => (ret.error === undefined ? done({ value: true }) : "giveBack"),
    /** Goes to the front of the LRU: the next call tries the same lock. */
    giveBack(l, m, out) {
      assert(l.lock !== undefined, "a lock to give back");
      lockOf(m, l.lock).requestPending = false;
      out.wake(waitq(l.lock));
      putLock(m, l.lock, "first");
      return done({ value: false });
    },
  },
});
