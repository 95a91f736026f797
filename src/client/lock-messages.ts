// The messages of locking on their way between lock.c and the server: requests and their grants,
// invalidations and recovery with their answers. Mirrors the lock functions of client.c. None
// waits: a request that the connection cannot send now goes when the next greeting is answered.

import { done, fail, program } from "../core/index.ts";
import type { LockKey, NetLock } from "../lock/types.ts";
import type { RequestArgs, ResponseArgs } from "../net/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import { requestArgs, responseArgs } from "./conn.ts";

export const clientLockRequest = program<Scoutfs>()({
  name: "scoutfs_client_lock_request",
  source: "client.c:scoutfs_client_lock_request",
  start: "submit",
  locals: (lock: NetLock) => ({ lock }),
  waits: {},
  steps: {
    submit(l, m) {
      const request = { cmd: "LOCK", data: l.lock, respFunc: "client_lock_response" } as const;
      return { call: "submit_send", args: requestArgs(m, request), then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

/** An error of the server is not looked at. The drain of a forced unmount has no grant: whoever
 *  waits for that lock is let go by the shutdown of the locks, not by this. */
export const clientLockResponse = program<Scoutfs>()({
  name: "client_lock_response",
  source: "client.c:client_lock_response",
  start: "grant",
  locals: (args: ResponseArgs) => ({ args, lock: args.data as NetLock | undefined }),
  waits: {},
  steps: {
    grant(l, m, out) {
      if (l.lock === undefined) return fail("EINVAL");
      out.api.grantResponse(m, out, l.lock);
      return done();
    },
  },
});

/** The server asks to invalidate. */
export const clientLock = program<Scoutfs>()({
  name: "client_lock",
  source: "client.c:client_lock",
  start: "enter",
  locals: ({ id, data }: RequestArgs) => ({ netId: id, lock: data as NetLock | undefined }),
  waits: {},
  steps: {
    enter: ({ netId, lock }) =>
      lock === undefined
        ? fail("EINVAL")
        : { call: "scoutfs_lock_invalidate_request", args: { netId, lock }, then: "leave" },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

/** The server asks which locks are held from a key on. */
export const clientLockRecover = program<Scoutfs>()({
  name: "client_lock_recover",
  source: "client.c:client_lock_recover",
  start: "enter",
  locals: ({ id, data }: RequestArgs) => ({
    netId: id,
    key: (data as { readonly key?: LockKey } | undefined)?.key,
  }),
  waits: {},
  steps: {
    enter: ({ netId, key }) =>
      key === undefined
        ? fail("EINVAL")
        : { call: "scoutfs_lock_recover_request", args: { netId, key }, then: "leave" },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const clientSendLockResponse = program<Scoutfs>()({
  name: "scoutfs_client_lock_response",
  source: "client.c:scoutfs_client_lock_response",
  start: "submit",
  locals: (a: Calls["scoutfs_client_lock_response"]) => a,
  waits: {},
  steps: {
    submit(l, m) {
      const args = responseArgs(m, { cmd: "LOCK", id: l.netId, data: l.lock });
      return { call: "submit_send", args, then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const clientSendLockRecoverResponse = program<Scoutfs>()({
  name: "scoutfs_client_lock_recover_response",
  source: "client.c:scoutfs_client_lock_recover_response",
  start: "submit",
  locals: (a: Calls["scoutfs_client_lock_recover_response"]) => a,
  waits: {},
  steps: {
    submit(l, m) {
      const args = responseArgs(m, { cmd: "LOCK_RECOVER", id: l.netId, data: { locks: l.locks } });
      return { call: "submit_send", args, then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});
