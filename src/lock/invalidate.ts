// The server takes a mode back. Mirrors scoutfs_lock_invalidate_request, lock_invalidate and
// lock_invalidate_worker of lock.c. Requests of one lock are worked off in the order of arrival, by
// one work item for all locks: it sets the new mode of every lock that has no user in its way,
// cleans their caches and answers for one after the other outside of the lock, and settles all of
// them at the end. So a lock that is answered stays pending until the last of its batch is.

import type { Errno, Next, Out } from "../core/index.ts";
import { assert, done, fail, program } from "../core/index.ts";
import { applyGrant } from "./grant.ts";
import { inosOf } from "./keys.ts";
import { getLock, lockOf, putLock, queueInvWork, waitq } from "./locks.ts";
import { canWrite, countsMatch } from "./modes.ts";
import { traceLock, traceMessage } from "./records.ts";
import type {
  InvalidateRequest,
  Lock,
  LockCalls,
  LockHandle,
  LockMount,
  LockProtocol,
} from "./types.ts";

type LockOut = Out<LockProtocol>;

export const lockInvalidateRequest = program<LockProtocol>()({
  name: "scoutfs_lock_invalidate_request",
  source: "lock.c:scoutfs_lock_invalidate_request",
  start: "enter",
  locals: (a: LockCalls["scoutfs_lock_invalidate_request"]): InvalidateRequest => a,
  waits: {},
  steps: {
    enter(l, m, out) {
      traceMessage(out, "cl_lock_invalidate_request", l);
      const h = getLock(m, l.lock.key);
      if (h === undefined) return "respond";
      const lock = lockOf(m, h);
      traceLock(out, "lock_invalidate_request", lock);
      if (lock.invalidations.length === 0) {
        m.lock.invList.push(h);
        lock.invalidatePending = true;
        queueInvWork(m, out);
      }
      lock.invalidations.push({ netId: l.netId, lock: { ...l.lock } });
      return done();
    },
    /** Who has no lock does not use its mode: an invalidation that ended just after lock recovery
     *  is asked for again by the next server. */
    respond(l, _m, out) {
      traceMessage(out, "cl_lock_response", l);
      const args = { netId: l.netId, lock: { ...l.lock } };
      return { call: "scoutfs_client_lock_response", args, then: "responded" };
    },
    /** Unlike the worker this one bears no error, not even that of a forced unmount. */
    responded(_l, _m, _out, { error }) {
      assert(error === undefined, `the response for a lock that is gone to be sent, not ${error}`);
      return done();
    },
  },
});

export const lockInvalidate = program<LockProtocol>()({
  name: "lock_invalidate",
  source: "lock.c:lock_invalidate",
  start: "enter",
  locals: (a: LockCalls["lock_invalidate"]) => ({ ...a }),
  waits: {},
  steps: {
    enter(l, m, out) {
      const lock = lockOf(m, l.lock);
      traceLock(out, "lock_invalidate", lock);
      const toRead = l.prev === "write" && l.mode === "read";
      assert(toRead || l.mode === "null", `an invalidation from ${l.prev} to ${l.mode}`);
      const mayBeDirty = canWrite(l.prev) && lock.dirtyTransSeq === out.api.transSampleSeq(m);
      return mayBeDirty
        ? { call: "scoutfs_trans_sync", args: { wait: true }, then: "synced" }
        : "drop";
    },
    synced: (_l, _m, _out, { error }) => (error === undefined ? "drop" : fail(error)),
    /** What was written may still be read under a read lock: then the items stay. */
    drop(l, m, out) {
      if (l.mode === "read") return done();
      const { start, end } = lockOf(m, l.lock);
      const inos = inosOf({ start, end });
      if (inos !== undefined) out.api.invalidateInodes(m, out, inos);
      return { call: "scoutfs_item_invalidate", args: { start, end }, then: "dropped" };
    },
    dropped: (_l) => done(),
  },
});

interface Locals {
  /** In the order in which they were asked for. */
  ready: LockHandle[];
  at: number;
}

function firstOf(lock: Lock): InvalidateRequest {
  const first = lock.invalidations[0];
  assert(first !== undefined, `an invalidation to be asked for at ${lock.start}`);
  return first;
}

/** Sets the new mode first, so that nobody begins to use the old one meanwhile. */
function collect(l: Locals, m: LockMount, out: LockOut): void {
  const inUse: LockHandle[] = [];
  for (const h of m.lock.invList) {
    const lock = lockOf(m, h);
    const nl = firstOf(lock).lock;
    if (!countsMatch(nl.newMode, lock.users)) {
      inUse.push(h);
      continue;
    }
    const left = out.rules.modeLeft(lock, nl);
    lock.invalidatingMode = lock.mode;
    lock.mode = left;
    l.ready.push(h);
  }
  m.lock.invList = inUse;
}

function settle(m: LockMount, out: LockOut, h: LockHandle): void {
  const lock = lockOf(m, h);
  traceLock(out, "lock_invalidated", lock);
  lock.invalidations.shift();
  lock.invalidatingMode = "null";
  if (lock.invalidations.length === 0) {
    lock.invalidatePending = false;
    out.wake(waitq(h));
  } else {
    m.lock.invList.push(h);
    if (out.rules.requeuesInvalidation()) queueInvWork(m, out);
  }
  const { grant } = lock;
  if (grant === undefined || --grant.behind > 0) putLock(m, out, h);
  else applyGrant(m, out, h, grant.nl);
}

function bear(out: LockOut, error: Errno | undefined): void {
  const forced = error === "ENOLINK" && out.rules.invalidationBearsForcedUnmount();
  assert(error === undefined || forced, `an invalidation to go through, not ${error}`);
}

function next(l: Locals, m: LockMount): Next<LockProtocol, "finish" | "respond" | "clean", never> {
  const h = l.ready[l.at];
  if (h === undefined) return "finish";
  if (m.lock.shutdown) return "respond";
  const { oldMode: prev, newMode: mode } = firstOf(lockOf(m, h)).lock;
  return { call: "lock_invalidate", args: { lock: h, prev, mode }, then: "clean" };
}

export const lockInvalidateWorker = program<LockProtocol>()({
  name: "lock_invalidate_worker",
  source: "lock.c:lock_invalidate_worker",
  start: "collect",
  locals: (_a: { readonly of: number }): Locals => ({ ready: [], at: 0 }),
  waits: {},
  steps: {
    collect(l, m, out) {
      collect(l, m, out);
      return l.ready.length === 0 ? done() : "next";
    },
    /** Looks at the shutdown flag without the lock: one that is set from here on finds the
     *  invalidation in the middle of a transaction or of the item cache. */
    next: (l, m) => next(l, m),
    clean(_l, _m, out, { error }) {
      bear(out, error);
      return "respond";
    },
    /** With the id that the request had, although the server that sent it may be gone. */
    respond(l, m, out) {
      const h = l.ready[l.at];
      assert(h !== undefined, "a lock to respond for");
      const { netId, lock } = firstOf(lockOf(m, h));
      const args = { netId, lock: { ...lock } };
      traceMessage(out, "cl_lock_response", args);
      return { call: "scoutfs_client_lock_response", args, then: "responded" };
    },
    responded(l, _m, out, { error }) {
      bear(out, error === "ENOTCONN" ? undefined : error);
      l.at++;
      return "next";
    },
    finish(l, m, out) {
      for (const h of l.ready) settle(m, out, h);
      return done();
    },
  },
});
