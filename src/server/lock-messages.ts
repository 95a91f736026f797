// Between the connections and the lock server: what a client asks for or answers, and what the lock
// server says to a client by its rid. Mirrors server_lock, lock_response, lock_recover_response and
// the scoutfs_server_lock_ functions of server.c. A response that carries an error, or that
// stands for a connection which goes in a forced unmount, has no payload: it gives EINVAL, and
// nothing else happens.

import type { Next } from "../core/index.ts";
import { done, fail, get, program } from "../core/index.ts";
import type { NetLock } from "../lock/types.ts";
import { lockFields } from "../lock-server/api.ts";
import type { Mount } from "../mount/types.ts";
import type { RequestArgs, ResponseArgs, SubmitArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { listenerOf, requestTo, responseTo } from "./messages.ts";
import type { ServerCalls } from "./types.ts";

export const serverLock = program<Scoutfs>()({
  name: "server_lock",
  source: "server.c:server_lock",
  start: "ask",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: {
    ask(l, m) {
      const { rid } = get(m.net.conns, l.conn);
      const args = { rid, netId: l.id, lock: l.data as NetLock };
      return { call: "scoutfs_lock_server_request", args, then: "asked" };
    },
    asked: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const lockResponse = program<Scoutfs>()({
  name: "lock_response",
  source: "server.c:lock_response",
  start: "hear",
  locals: (args: ResponseArgs) => args,
  waits: {},
  steps: {
    hear(l, m) {
      if (l.data === undefined) return fail("EINVAL");
      const { rid } = get(m.net.conns, l.conn);
      const args = { rid, lock: l.data as NetLock };
      return { call: "scoutfs_lock_server_response", args, then: "heard" };
    },
    heard: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const lockRecoverResponse = program<Scoutfs>()({
  name: "lock_recover_response",
  source: "server.c:lock_recover_response",
  start: "hear",
  locals: (args: ResponseArgs) => args,
  waits: {},
  steps: {
    hear(l, m, out) {
      if (l.data === undefined) return fail("EINVAL");
      const { rid } = get(m.net.conns, l.conn);
      const { locks } = l.data as { readonly locks: readonly NetLock[] };
      const nr = locks.length;
      out.emit({ kind: "sv_lock_recover_response", rid, nr, locks: locks.map(lockFields) });
      return { call: "scoutfs_lock_server_recover_response", args: { rid, locks }, then: "heard" };
    },
    heard: (_l, _m, _out, { error }) => done({ error }),
  },
});

type Sending = Next<Scoutfs, "sent", never>;
function send(m: Mount, args: (conn: SubmitArgs["conn"]) => SubmitArgs): Sending {
  const conn = listenerOf(m);
  return conn === undefined
    ? fail("ENOLINK")
    : { call: "submit_send", args: args(conn), then: "sent" };
}

export const serverLockRequest = program<Scoutfs>()({
  name: "scoutfs_server_lock_request",
  source: "server.c:scoutfs_server_lock_request",
  start: "send",
  locals: (args: ServerCalls["scoutfs_server_lock_request"]) => args,
  waits: {},
  steps: {
    send(l, m, out) {
      const { rid, lock } = l;
      out.emit({ kind: "sv_lock_request", rid, ...lockFields(lock) });
      const message = { rid, cmd: "LOCK", data: lock, respFunc: "lock_response" } as const;
      return send(m, (conn) => requestTo(conn, message));
    },
    sent: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const serverLockResponse = program<Scoutfs>()({
  name: "scoutfs_server_lock_response",
  source: "server.c:scoutfs_server_lock_response",
  start: "send",
  locals: (args: ServerCalls["scoutfs_server_lock_response"]) => args,
  waits: {},
  steps: {
    send(l, m, out) {
      const { rid, id, lock } = l;
      out.emit({ kind: "sv_lock_response", rid, id, ...lockFields(lock) });
      return send(m, (conn) => responseTo(conn, { rid, cmd: "LOCK", data: lock, id }));
    },
    sent: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const serverLockRecoverRequest = program<Scoutfs>()({
  name: "scoutfs_server_lock_recover_request",
  source: "server.c:scoutfs_server_lock_recover_request",
  start: "send",
  locals: (args: ServerCalls["scoutfs_server_lock_recover_request"]) => args,
  waits: {},
  steps: {
    send(l, m, out) {
      const { rid, key } = l;
      out.emit({ kind: "sv_lock_recover_request", rid, key });
      const data = { key };
      const respFunc = "lock_recover_response";
      return send(m, (conn) => requestTo(conn, { rid, cmd: "LOCK_RECOVER", data, respFunc }));
    },
    sent: (_l, _m, _out, { error }) => done({ error }),
  },
});
