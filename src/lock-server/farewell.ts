// Forgets every entry of a mount that has gone, so that its locks are free for others: LCK2 rests
// on it. Mirrors scoutfs_lock_server_farewell of lock_server.c. A lock that loses an entry is
// processed at once; an error of that stops the server and leaves the locks after it as they are.

import type { Errno, Rid } from "../core/index.ts";
import { done, fail, program } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { getLock, lockOf, mutexOf, nextKey, putLock } from "./locks.ts";
import type { ClientLockEntry } from "./types.ts";

interface Locals {
  readonly rid: Rid;
  key: LockKey;
  error: Errno | undefined;
}

/** True when the mount had an entry. */
function freeEntries(m: Mount, key: LockKey, rid: Rid): boolean {
  const lock = lockOf(m, key);
  const others = (entry: ClientLockEntry) => entry.rid !== rid;
  const before = lock.granted.length + lock.requested.length + lock.invalidated.length;
  lock.granted = lock.granted.filter(others);
  lock.requested = lock.requested.filter(others);
  lock.invalidated = lock.invalidated.filter(others);
  return lock.granted.length + lock.requested.length + lock.invalidated.length < before;
}

export const lockServerFarewell = program<Scoutfs>()({
  name: "scoutfs_lock_server_farewell",
  source: "lock_server.c:scoutfs_lock_server_farewell",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }): Locals => ({
    rid,
    key: 0 as LockKey,
    error: undefined,
  }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      out.emit({ kind: "ls_farewell", rid: l.rid });
      return "get";
    },
    get(l, m) {
      const key = getLock(m, l.key, "next");
      if (key === undefined) return done();
      l.key = key;
      return { lock: mutexOf(key), then: "freeEntries" };
    },
    freeEntries(l, m, out) {
      const { key } = l;
      l.key = nextKey(key);
      if (freeEntries(m, key, l.rid)) {
        return { call: "process_waiting_requests", args: { key }, then: "processed" };
      }
      putLock(m, out, key);
      return "get";
    },
    processed(l, _m, _out, { error }) {
      if (error === undefined) return "get";
      l.error = error;
      const cause = `lock_server_farewell: rid ${l.rid}: ${error}`;
      return { call: "stop_server", args: { cause }, then: "failed" };
    },
    failed: (l) => (l.error === undefined ? done() : fail(l.error)),
  },
});
