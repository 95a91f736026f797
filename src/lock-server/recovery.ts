// A new server learns from every client which locks it holds, in batches, before it grants any.
// Mirrors scoutfs_lock_server_greeting, scoutfs_lock_server_recover_response and
// scoutfs_lock_server_finished_recovery of lock_server.c. A batch that fails half way leaves the
// locks that it has added, so a client that is asked from the start once more is refused at the
// first of them.

import type { Rid } from "../core/index.ts";
import { done, fail, program } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_LOCKS } from "../recov/api.ts";
import { findEntry, getLock, lockOf, mutexOf, nextKey, putLock } from "./locks.ts";
import type { LockServerCalls } from "./types.ts";

const FIRST_KEY = 0 as LockKey;

export const lockServerGreeting = program<Scoutfs>()({
  name: "scoutfs_lock_server_greeting",
  source: "lock_server.c:scoutfs_lock_server_greeting",
  start: "look",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    look(l, m, out) {
      out.emit({ kind: "ls_greeting", rid: l.rid });
      return out.api.recovIsPending(m, l.rid, RECOV_LOCKS) ? "ask" : done();
    },
    ask: ({ rid }) => ({
      call: "scoutfs_server_lock_recover_request",
      args: { rid, key: FIRST_KEY },
      then: "asked",
    }),
    asked: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const lockServerRecoverResponse = program<Scoutfs>()({
  name: "scoutfs_lock_server_recover_response",
  source: "lock_server.c:scoutfs_lock_server_recover_response",
  start: "look",
  locals: ({ rid, locks }: LockServerCalls["scoutfs_lock_server_recover_response"]) => ({
    rid,
    locks,
    at: 0,
  }),
  waits: {},
  steps: {
    look(l, m, out) {
      if (!out.api.recovIsPending(m, l.rid, RECOV_LOCKS)) return fail("EINVAL");
      if (l.locks.length > 0) return "get";
      const args = { rid: l.rid, which: RECOV_LOCKS };
      return { call: "scoutfs_server_recov_finish", args, then: "finished" };
    },
    finished: (_l) => done(),
    get(l, m) {
      const nl = l.locks[l.at];
      if (nl === undefined) return "askNext";
      getLock(m, nl.key, "make");
      return { lock: mutexOf(nl.key), then: "add" };
    },
    add(l, m, out) {
      const nl = l.locks[l.at];
      if (nl === undefined) return "askNext";
      const { granted } = lockOf(m, nl.key);
      const isKnown = findEntry(granted, l.rid) !== undefined;
      if (!isKnown) granted.push({ rid: l.rid, netId: 0, mode: nl.newMode });
      putLock(m, out, nl.key);
      return isKnown ? fail("EEXIST") : "raiseSeq";
    },
    /** No seq that a client has written under is given out again. */
    raiseSeq(l, m, out) {
      out.api.serverSetSeqIfGreater(m, out, l.locks[l.at]?.writeSeq ?? 0);
      l.at++;
      return "get";
    },
    askNext(l) {
      const last = l.locks.at(-1)?.key ?? FIRST_KEY;
      const args = { rid: l.rid, key: nextKey(last) };
      return { call: "scoutfs_server_lock_recover_request", args, then: "asked" };
    },
    asked: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const lockServerFinishedRecovery = program<Scoutfs>()({
  name: "scoutfs_lock_server_finished_recovery",
  source: "lock_server.c:scoutfs_lock_server_finished_recovery",
  start: "get",
  locals: () => ({ key: FIRST_KEY }),
  waits: {},
  steps: {
    get(l, m) {
      const key = getLock(m, l.key, "next");
      if (key === undefined) return done();
      l.key = key;
      return { lock: mutexOf(key), then: "process" };
    },
    process(l, m, out) {
      const { key } = l;
      l.key = nextKey(key);
      if (lockOf(m, key).requested.length > 0) {
        return { call: "process_waiting_requests", args: { key }, then: "processed" };
      }
      putLock(m, out, key);
      return "get";
    },
    processed: (_l, _m, _out, { error }) => (error === undefined ? "get" : fail(error)),
  },
});
