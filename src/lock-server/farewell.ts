// Forgets every entry of a mount that has gone, so that its locks are free for others: LCK2 rests
// on it. Mirrors scoutfs_lock_server_farewell and, as a stub, the walk of
// scoutfs_lock_server_finished_recovery, both of lock_server.c. Not modelled yet:
// process_waiting_requests, so a lock that this frees is granted to nobody and its errors (which
// stop the server there) do not exist; reference counts, so a lock stays while its entries do.

import type { Named } from "../core/index.ts";
import { done, program, type Rid } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { ClientLockEntry, LockServerMutexes, ServerLock } from "./types.ts";

const mutexOf = (key: LockKey): Named<LockServerMutexes> => ["lock_server.lock", key];
const lockAt = (m: Mount, key: LockKey): ServerLock | undefined =>
  m.lockServer.locks.find((lock) => lock.key === key);

const isEmpty = (lock: ServerLock) =>
  lock.granted.length + lock.requested.length + lock.invalidated.length === 0;

export const lockServerFarewell = program<Scoutfs>()({
  name: "scoutfs_lock_server_farewell",
  source: "lock_server.c:scoutfs_lock_server_farewell",
  start: "next",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid, key: 0 as LockKey }),
  waits: {},
  steps: {
    next(l, m) {
      const lock = m.lockServer.locks.find(({ key }) => key >= l.key);
      if (lock === undefined) return done();
      l.key = lock.key;
      return { lock: mutexOf(l.key), then: "freeEntries" };
    },
    freeEntries(l, m, out) {
      const lock = lockAt(m, l.key);
      const others = (e: ClientLockEntry) => e.rid !== l.rid;
      if (lock !== undefined) {
        lock.granted = lock.granted.filter(others);
        lock.requested = lock.requested.filter(others);
        lock.invalidated = lock.invalidated.filter(others);
        if (isEmpty(lock)) m.lockServer.locks = m.lockServer.locks.filter((o) => o !== lock);
      }
      out.unlock(mutexOf(l.key));
      l.key = (l.key + 1) as LockKey;
      return "next";
    },
  },
});

export const lockServerFinishedRecovery = program<Scoutfs>()({
  name: "scoutfs_lock_server_finished_recovery",
  source: "lock_server.c:scoutfs_lock_server_finished_recovery",
  start: "process",
  locals: () => ({}),
  waits: {},
  steps: {
    process(_l, _m, out) {
      out.note("lock requests that waited for recovery are not processed yet");
      return done();
    },
  },
});
