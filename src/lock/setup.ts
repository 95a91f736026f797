// The beginning and the end of a mount's locks. Mirrors scoutfs_lock_setup, _unmount_begin,
// _flush_invalidate, _shutdown and _destroy of lock.c. Between shutdown and destroy nobody can take
// a lock any more, but invalidations are still answered: other mounts need that to go on while this
// one waits for its farewell.

import type { Out } from "../core/index.ts";
import { done, program } from "../core/index.ts";
import { freeLock, lockOf, lockState, removeLock, waitq } from "./locks.ts";
import { MODES } from "./modes.ts";
import type { LockHandle, LockMount, LockProtocol } from "./types.ts";

const QUEUE = "lock.workq";
/** WQ_DFL_ACTIVE; the queue has one item. */
const MAX_ACTIVE = 512;

const isSetUp = (m: LockMount): boolean => m.parts.includes("lock");

export const lockSetup = program<LockProtocol>()({
  name: "scoutfs_lock_setup",
  source: "lock.c:scoutfs_lock_setup",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m, out) {
      Object.assign(m.lock, lockState(m.lock.idleCount));
      m.parts.push("lock");
      out.emit({ kind: "lock_setup" });
      out.createQueue(QUEUE, MAX_ACTIVE);
      return done();
    },
  },
});

/** Invalidation must not touch what the generic unmount tears down without locks. */
export const lockUnmountBegin = program<LockProtocol>()({
  name: "scoutfs_lock_unmount_begin",
  source: "lock.c:scoutfs_lock_unmount_begin",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m) {
      if (!isSetUp(m)) return done();
      m.lock.unmounting = true;
      return { flush: ["lock_invalidate_worker", 0], then: "flushed" };
    },
    flushed: (_l) => done(),
  },
});

export const lockFlushInvalidate = program<LockProtocol>()({
  name: "scoutfs_lock_flush_invalidate",
  source: "lock.c:scoutfs_lock_flush_invalidate",
  start: "flush",
  locals: () => ({}),
  waits: {},
  steps: {
    flush: (_l, m) =>
      isSetUp(m) ? { flush: ["lock_invalidate_worker", 0], then: "flushed" } : done(),
    flushed: (_l) => done(),
  },
});

/** Waits for nobody: an invalidation that has begun may go on behind its back. */
export const lockShutdown = program<LockProtocol>()({
  name: "scoutfs_lock_shutdown",
  source: "lock.c:scoutfs_lock_shutdown",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown(_l, m, out) {
      if (!isSetUp(m)) return done();
      out.emit({ kind: "lock_shutdown" });
      m.lock.shutdown = true;
      for (const h of m.lock.tree) out.wake(waitq(h));
      return done();
    },
  },
});

/** Gives up on whatever would come: no message can arrive any more. */
function giveUp(m: LockMount, out: Out<LockProtocol>, h: LockHandle): void {
  const lock = lockOf(m, h);
  lock.invalidations = [];
  lock.requestPending = false;
  m.lock.lru = m.lock.lru.filter((other) => other.id !== h.id);
  if (m.lock.invList.some((other) => other.id === h.id)) {
    m.lock.invList = m.lock.invList.filter((other) => other.id !== h.id);
    lock.invalidatePending = false;
  }
  removeLock(m, h);
  freeLock(m, out, h);
}

export const lockDestroy = program<LockProtocol>()({
  name: "scoutfs_lock_destroy",
  source: "lock.c:scoutfs_lock_destroy",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    /** Warns of users and waiters, whom the assertions of `free` then do not bear. */
    enter(_l, m, out) {
      if (!isSetUp(m)) return done();
      out.emit({ kind: "lock_destroy" });
      for (const h of m.lock.tree) {
        const { waiters, users } = lockOf(m, h);
        if (MODES.some((mode) => waiters[mode] > 0 || users[mode] > 0)) {
          out.note("WARN a lock has a user after lock shutdown");
        }
      }
      return { drain: QUEUE, then: "free" };
    },
    free(_l, m, out) {
      out.destroyQueue(QUEUE);
      for (const h of [...m.lock.tree]) giveUp(m, out, h);
      m.parts = m.parts.filter((part) => part !== "lock");
      return done();
    },
  },
});
