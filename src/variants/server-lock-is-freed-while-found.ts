// Whoever gave back the last reference to an empty lock of the server decided to free it, and only
// then took the lock of the tree to take it out. Who found it there in between got a reference to
// what was freed, and a request that was put into it was lost with it.

import type { Errno, Out } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import { lockServerFarewell } from "../lock-server/farewell.ts";
import { lockOf, mutexOf } from "../lock-server/locks.ts";
import { processWaitingRequests } from "../lock-server/process.ts";
import { lockServerFinishedRecovery } from "../lock-server/recovery.ts";
import { lockServerRequest, lockServerResponse } from "../lock-server/request.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { AnyStep, Variant } from "./types.ts";

/** `should_free`, of the lock at this key: its mutex is held until it is out of the tree. */
interface Freed {
  readonly freed: LockKey;
}
interface Leaving {
  readonly key: LockKey;
  error: Errno | undefined;
}
const leave = processWaitingRequests.steps.leave as AnyStep;

function erase(m: Mount, out: Out<Scoutfs>, value: unknown): void {
  const freed = (value as Freed | undefined)?.freed;
  if (freed === undefined) return;
  m.lockServer.locks = m.lockServer.locks.filter(({ key }) => key !== freed);
  out.unlock(mutexOf(freed));
}

/** The caller goes on where the last put returns. */
const after =
  (plain: AnyStep): AnyStep =>
  (l, m, out, ret) => {
    erase(m, out, ret.value);
    return plain(l, m, out, ret);
  };

export const serverLockIsFreedWhileFound: Variant = {
  id: "server-lock-is-freed-while-found",
  kind: "regression",
  commit: "69d9040e68",
  area: "lock_server.c",
  promises: ["CRASH"],
  says: "a request may be put into a lock of the server that is being freed",
  steps: {
    process_waiting_requests: {
      leave(l: Leaving, m, out, ret) {
        const { refs, granted, requested, invalidated } = lockOf(m, l.key);
        const isEmpty = granted.length + requested.length + invalidated.length === 0;
        if (refs > 1 || !isEmpty) return leave(l, m, out, ret);
        lockOf(m, l.key).refs--;
        const isLost = l.error === "ENOTCONN" && out.rules.bearsLostClient();
        const value: Freed = { freed: l.key };
        return { done: { value, error: isLost ? undefined : l.error } };
      },
    },
    scoutfs_lock_server_request: { leave: after(lockServerRequest.steps.leave as AnyStep) },
    scoutfs_lock_server_response: { leave: after(lockServerResponse.steps.leave as AnyStep) },
    scoutfs_lock_server_finished_recovery: {
      processed: after(lockServerFinishedRecovery.steps.processed as AnyStep),
    },
    scoutfs_lock_server_farewell: {
      processed: after(lockServerFarewell.steps.processed as AnyStep),
    },
  },
};
