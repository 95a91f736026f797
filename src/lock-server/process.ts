// Moves a lock forward: the first request is granted as soon as everything granted beside it is
// compatible, and what is not is invalidated; nothing moves while an invalidation is out or any
// client still recovers its locks. Mirrors process_waiting_requests of lock_server.c. An error
// leaves what was done: an invalidation that was sent stays out, and a grant whose response could
// not be sent has taken the client's earlier grant away.

import type { Errno, Next, Rid } from "../core/index.ts";
import { assert, done, program } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_LOCKS } from "../recov/api.ts";
import { findEntry, lockOf, putLock } from "./locks.ts";
import { compatible, invalidationMode } from "./modes.ts";
import type { ClientLockEntry } from "./types.ts";

interface Locals {
  readonly key: LockKey;
  /** How far the walk over what is granted is. */
  at: number;
  /** Of the last grant of this run: an invalidation after it carries it too; nobody reads it. */
  writeSeq: number;
  error: Errno | undefined;
}

function firstRequest(l: Locals, m: Mount): ClientLockEntry {
  const [req] = lockOf(m, l.key).requested;
  assert(req !== undefined, "a request to be processed");
  return req;
}

type Walking = Next<Scoutfs, "grant" | "leave" | "invalidated", never>;
function invalidateNext(l: Locals, m: Mount): Walking {
  const { granted, invalidated } = lockOf(m, l.key);
  const req = firstRequest(l, m);
  while (l.at < granted.length) {
    const gr = granted[l.at] as ClientLockEntry;
    if (!compatible(gr, req)) {
      const newMode = invalidationMode(gr.mode, req.mode);
      const lock = { key: l.key, writeSeq: l.writeSeq, oldMode: gr.mode, newMode };
      const args = { rid: gr.rid, lock };
      return { call: "scoutfs_server_lock_request", args, then: "invalidated" };
    }
    l.at++;
  }
  return invalidated.length > 0 ? "leave" : "grant";
}

export const processWaitingRequests = program<Scoutfs>()({
  name: "process_waiting_requests",
  source: "lock_server.c:process_waiting_requests",
  start: "check",
  locals: ({ key }: { readonly key: LockKey }): Locals => ({
    ...{ key, at: 0, writeSeq: 0 },
    error: undefined,
  }),
  waits: {},
  steps: {
    check(l, m, out) {
      const isRecovering = out.api.recovNextPending(m, 0 as Rid, RECOV_LOCKS) !== undefined;
      if (isRecovering) out.note("lock requests wait for recovery");
      const waits = isRecovering || lockOf(m, l.key).invalidated.length > 0;
      return waits ? "leave" : "nextRequest";
    },
    nextRequest(l, m) {
      l.at = 0;
      return lockOf(m, l.key).requested.length === 0 ? "leave" : "invalidate";
    },
    invalidate: (l, m) => invalidateNext(l, m),
    invalidated(l, m, _out, { error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      const lock = lockOf(m, l.key);
      lock.invalidated.push(...lock.granted.splice(l.at, 1));
      return "invalidate";
    },
    /** A write mode takes a seq that no commit makes durable: lock recovery brings it back. */
    grant(l, m, out) {
      const lock = lockOf(m, l.key);
      const req = firstRequest(l, m);
      const had = findEntry(lock.granted, req.rid);
      lock.granted = lock.granted.filter((entry) => entry !== had);
      const writes = req.mode === "write" || req.mode === "write_only";
      l.writeSeq = writes ? out.api.serverNextSeq(m, out) : 0;
      const oldMode = had?.mode ?? "null";
      const args = {
        rid: req.rid,
        id: req.netId,
        lock: { key: l.key, writeSeq: l.writeSeq, oldMode, newMode: req.mode },
      };
      return { call: "scoutfs_server_lock_response", args, then: "granted" };
    },
    granted(l, m, _out, { error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      const lock = lockOf(m, l.key);
      const req = lock.requested.shift();
      if (req !== undefined && req.mode !== "null") lock.granted.push(req);
      return "nextRequest";
    },
    /** Whoever is not connected is fenced or comes back: no reason for the server to stop. */
    leave(l, m, out) {
      putLock(m, out, l.key);
      const isLost = l.error === "ENOTCONN" && out.rules.bearsLostClient();
      return done({ error: isLost ? undefined : l.error });
    },
  },
});
