// Gets a mode on a range of keys, so that its holder may trust and change the item cache there:
// the mode stays until the user has gone. Mirrors lock_key_range of lock.c. One request per lock
// is in flight; everybody who wants another mode waits for its end and then looks again.

import type { Errno, Next, Out } from "../core/index.ts";
import { assert, done, fail, program } from "../core/index.ts";
import { getLock, insertLock, lockOf, putLock, waitq } from "./locks.ts";
import { decrement, increment, MODES, modesMatch } from "./modes.ts";
import { netFields, traceFailure, traceUse } from "./records.ts";
import type { Lock, LockHandle, LockMode, LockMount, LockProtocol, LockRange } from "./types.ts";

interface Locals extends LockRange {
  /** Held by the count of waiters from the first look on. */
  lock: LockHandle | undefined;
}
type LockOut = Out<LockProtocol>;
type Turn = Next<LockProtocol, "send" | "wait", never>;

function handleOf(l: Locals): LockHandle {
  assert(l.lock !== undefined, "the lock to be found or created");
  return l.lock;
}

/** The common end of the locked region: also of one that failed. */
function leave(l: Locals, m: LockMount, out: LockOut, error?: Errno): Turn {
  const h = handleOf(l);
  const lock = lockOf(m, h);
  decrement(lock.waiters, l.mode);
  if (error === undefined) traceUse(out, "lock_locked", lock, l.mode);
  else traceFailure(out, lock, l.mode, error);
  out.wake(waitq(h));
  putLock(m, out, h);
  return error === undefined ? done({ value: h }) : fail(error);
}

/** One turn of the loop, up to where it drops the lock. */
function look(l: Locals, m: LockMount, out: LockOut): Turn {
  const lock = lockOf(m, handleOf(l));
  if (m.lock.shutdown) {
    out.note("WARN lock call after lock shutdown");
    return leave(l, m, out, "ESHUTDOWN");
  }
  if (modesMatch(lock.mode, l.mode)) {
    increment(lock.users, l.mode);
    return leave(l, m, out);
  }
  if (l.nonblock) return leave(l, m, out, "EAGAIN");
  if (lock.requestPending) return out.rules.lockWaitEnds(m) ? leave(l, m, out, "ENOLINK") : "wait";
  lock.requestPending = true;
  return "send";
}

/** Counts the caller in and goes into the loop, all in the region that found the lock. */
function begin(l: Locals, m: LockMount, out: LockOut, h: LockHandle): Turn {
  l.lock = h;
  increment(lockOf(m, h).waiters, l.mode);
  return look(l, m, out);
}

const held = (lock: Lock): LockMode[] => MODES.filter((mode) => lock.users[mode] > 0);

export const lockKeyRange = program<LockProtocol>()({
  name: "lock_key_range",
  source: "lock.c:lock_key_range",
  start: "enter",
  locals: (range: LockRange): Locals => ({ ...range, lock: undefined }),
  waits: {
    /** lock_wait_cond. */
    answered: {
      on: (l) => waitq(handleOf(l)),
      until(l, m, out) {
        const lock = lockOf(m, handleOf(l));
        const ends = m.lock.shutdown || out.rules.lockWaitEnds(m);
        return ends || modesMatch(lock.mode, l.mode) || !lock.requestPending;
      },
      blames(l, m) {
        const lock = lockOf(m, handleOf(l));
        const users = held(lock);
        if (lock.invalidatePending && users.length > 0) {
          return { who: `users in ${users.join(", ")}`, because: "an invalidation waits for them" };
        }
        return m.super.forcingUnmount
          ? { who: "lock shutdown", because: "a forced unmount leaves the request pending" }
          : { who: "the lock server", because: `a request for key ${l.start} is not answered` };
      },
    },
  },
  steps: {
    enter(_l, m, out) {
      if (m.lock.shutdown) {
        out.note("WARN lock call after lock shutdown");
        return fail("ENOLCK");
      }
      return { call: "try_shrink_lock", args: { force: false }, then: "find" };
    },
    find(l, m, out) {
      const h = getLock(m, l.start);
      return h === undefined ? "create" : begin(l, m, out, h);
    },
    /** The lock was dropped to allocate: somebody else may have inserted the same meanwhile. */
    create(l, m, out) {
      const h = insertLock(m, out, l.start, l.end);
      return h === undefined ? fail("ENOMEM") : begin(l, m, out, h);
    },
    /** Reads the mode it reports as old without the lock. */
    send(l, m, out) {
      const lock = lockOf(m, handleOf(l));
      const args = { key: lock.start, writeSeq: 0, oldMode: lock.mode, newMode: l.mode };
      out.emit({ kind: "cl_lock_request", ...netFields(args) });
      return { call: "scoutfs_client_lock_request", args, then: "sent" };
    },
    sent(l, m, out, ret) {
      if (ret.error === undefined) return "wait";
      lockOf(m, handleOf(l)).requestPending = false;
      return leave(l, m, out, ret.error);
    },
    wait(l, m, out) {
      traceUse(out, "lock_wait", lockOf(m, handleOf(l)), l.mode);
      return l.interruptible
        ? { wait: "answered", then: "again", interrupted: "interrupted" }
        : { wait: "answered", then: "again" };
    },
    again: (l, m, out) => look(l, m, out),
    /** A request of ours stays pending: its grant finds the lock, for it is not idle. */
    interrupted: (l, m, out) => leave(l, m, out, "ERESTARTSYS"),
  },
});
