// A client had room for one request to give a lock back, and for one more from the moment it began
// to answer. One server keeps to that. The next one has learned of the lock in recovery and asks
// again, while the client is still at work for the one before, and that was an assertion.

import { assert } from "../core/index.ts";
import { lockInvalidateRequest, lockInvalidateWorker } from "../lock/invalidate.ts";
import { lockOf, lookupLock } from "../lock/locks.ts";
import type { InvalidateRequest, Lock, LockHandle } from "../lock/types.ts";
import type { Variant } from "./types.ts";

/** `inv_net_id` is 0 there: the room is free, also while the worker is not done. */
type Answering = Lock & { answering?: boolean };

interface Working {
  ready: LockHandle[];
  at: number;
}
const worker = lockInvalidateWorker.steps;

export const oneInvalidationAtATime: Variant = {
  id: "one-invalidation-at-a-time",
  kind: "regression",
  commit: "ad5662b892",
  area: "lock.c",
  promises: ["CRASH"],
  says: "a client that is asked for a lock by two servers, one after the other, crashes",
  steps: {
    scoutfs_lock_invalidate_request: {
      enter(l: InvalidateRequest, m, out, ret) {
        const h = lookupLock(m, l.lock.key);
        const lock: Answering | undefined = h && lockOf(m, h);
        const waiting = (lock?.invalidations.length ?? 0) - (lock?.answering ? 1 : 0);
        assert(waiting === 0, `no other invalidation to wait at ${l.lock.key}`);
        return lockInvalidateRequest.steps.enter(l, m, out, ret);
      },
    },
    lock_invalidate_worker: {
      respond(l: Working, m, out, ret) {
        const h = l.ready[l.at];
        if (h !== undefined) (lockOf(m, h) as Answering).answering = true;
        return worker.respond(l, m, out, ret);
      },
      finish(l: Working, m, out, ret) {
        for (const h of l.ready) delete (lockOf(m, h) as Answering).answering;
        return worker.finish(l, m, out, ret);
      },
    },
  },
};
