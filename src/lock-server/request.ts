// A client asks for a mode, or has given one back. Mirrors scoutfs_lock_server_request and
// scoutfs_lock_server_response of lock_server.c. Modes cannot be invalid here.

import { done, fail, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { lockFields } from "./api.ts";
import { findEntry, getLock, lockOf, mutexOf, putLock } from "./locks.ts";
import type { LockServerCalls } from "./types.ts";

export const lockServerRequest = program<Scoutfs>()({
  name: "scoutfs_lock_server_request",
  source: "lock_server.c:scoutfs_lock_server_request",
  start: "get",
  locals: (args: LockServerCalls["scoutfs_lock_server_request"]) => args,
  waits: {},
  steps: {
    get(l, m, out) {
      const { rid, netId, lock } = l;
      out.emit({ kind: "ls_request", rid, id: netId, ...lockFields(lock) });
      getLock(m, lock.key, "make");
      return { lock: mutexOf(lock.key), then: "add" };
    },
    add(l, m) {
      const { key, newMode } = l.lock;
      lockOf(m, key).requested.push({ rid: l.rid, netId: l.netId, mode: newMode });
      return { call: "process_waiting_requests", args: { key }, then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const lockServerResponse = program<Scoutfs>()({
  name: "scoutfs_lock_server_response",
  source: "lock_server.c:scoutfs_lock_server_response",
  start: "get",
  locals: (args: LockServerCalls["scoutfs_lock_server_response"]) => args,
  waits: {},
  steps: {
    get(l, m, out) {
      out.emit({ kind: "ls_response", rid: l.rid, ...lockFields(l.lock) });
      const key = getLock(m, l.lock.key, "none");
      return key === undefined ? fail("EINVAL") : { lock: mutexOf(key), then: "settle" };
    },
    /** What is left of the mode goes back to those that are granted. */
    settle(l, m, out) {
      const { key, newMode } = l.lock;
      const lock = lockOf(m, key);
      const entry = findEntry(lock.invalidated, l.rid);
      if (entry === undefined) {
        putLock(m, out, key);
        return fail("EINVAL");
      }
      lock.invalidated = lock.invalidated.filter((other) => other !== entry);
      if (newMode !== "null") lock.granted.push({ ...entry, mode: newMode });
      return { call: "process_waiting_requests", args: { key }, then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});
