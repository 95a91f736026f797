// A listening connection: its socket is bound and listens at once, so that whoever connects while
// the server still starts gets through to the backlog and is accepted when that is done. Mirrors
// scoutfs_net_alloc_conn, scoutfs_net_bind, scoutfs_net_listen and scoutfs_net_listen_worker of
// net.c.

import type { SocketId } from "../core/index.ts";
import { assert, done, fail, hostOf, portOf, program } from "../core/index.ts";
import {
  allocConn,
  connHandle,
  connNumber,
  connOf,
  destroyConn,
  shutdownConn,
  workOf,
  workq,
} from "./connections.ts";
import { emitConn } from "./records.ts";
import { setSocketNames } from "./socket-names.ts";
import type { ConnHandle, NetCalls, NetMount, NetProtocol, OfConn } from "./types.ts";

export const netAllocConn = program<NetProtocol>()({
  name: "scoutfs_net_alloc_conn",
  source: "net.c:scoutfs_net_alloc_conn",
  start: "allocate",
  locals: (args: NetCalls["scoutfs_net_alloc_conn"]) => args,
  waits: {},
  steps: {
    allocate: (l, m, out) => done({ value: allocConn(m, out, l) }),
  },
});

export const netBind = program<NetProtocol>()({
  name: "scoutfs_net_bind",
  source: "net.c:scoutfs_net_bind",
  start: "bind",
  locals: (args: NetCalls["scoutfs_net_bind"]) => args,
  waits: {},
  steps: {
    bind(l, m, out) {
      const port = portOf(l.address);
      out.emit({ kind: "net_bind", port });
      const c = connOf(m, l.conn);
      if (c.sock !== undefined) {
        out.note("WARN bind of a connection with a socket");
        return fail("EINVAL");
      }
      if (hostOf(l.address) !== hostOf(out.here(port))) return fail("EADDRNOTAVAIL");
      const socket = out.bind(port);
      if (typeof socket === "string") return fail(socket);
      out.listen(socket);
      c.sock = socket;
      return done();
    },
  },
});

export const netListen = program<NetProtocol>()({
  name: "scoutfs_net_listen",
  source: "net.c:scoutfs_net_listen",
  start: "queue",
  locals: (args: NetCalls["scoutfs_net_listen"]) => args,
  waits: {},
  steps: {
    queue(l, _m, out) {
      out.emit({ kind: "net_listen" });
      out.queueWork(workq(l.conn), workOf("scoutfs_net_listen_worker", l.conn));
      return done();
    },
  },
});

interface Locals {
  readonly conn: ConnHandle;
  /** The socket that was accepted, and its connection. */
  accepted: SocketId | undefined;
  acc: ConnHandle;
}

function acceptedOf(l: Locals): SocketId {
  assert(l.accepted !== undefined, "a socket that was accepted");
  return l.accepted;
}
function listenerOf(l: Locals, m: NetMount): SocketId {
  const { sock } = connOf(m, l.conn);
  assert(sock !== undefined, "a connection that listens to have a socket");
  return sock;
}

export const netListenWorker = program<NetProtocol>()({
  name: "scoutfs_net_listen_worker",
  source: "net.c:scoutfs_net_listen_worker",
  start: "accept",
  locals: ({ of }: OfConn): Locals => ({
    conn: connHandle(of),
    accepted: undefined,
    acc: { id: 0, generation: 0 },
  }),
  waits: {
    /** A connection out of the backlog, or the error that ends all of it. */
    accepted: {
      on: (l, m) => ["socket", listenerOf(l, m)],
      until(l, m, out) {
        const accepted = out.accept(listenerOf(l, m));
        if (accepted === undefined) return false;
        l.accepted = typeof accepted === "string" ? undefined : accepted;
        return true;
      },
      blames: (l) => ({
        who: "the clients",
        because: `none of them connects to connection ${connNumber(l.conn)}`,
      }),
    },
  },
  steps: {
    accept: (_l) => ({ wait: "accepted", then: "alloc" }),
    /** Nobody can see the new connection before it is listed. */
    alloc(l, m, out) {
      if (l.accepted === undefined) return "shut";
      const { notifyUp, notifyDown, reqFuncs } = connOf(m, l.conn);
      l.acc = allocConn(m, out, { notifyUp, notifyDown, reqFuncs });
      if (setSocketNames(m, out, l.acc, l.accepted)) return "publish";
      out.note("accepted a socket that was broken already");
      out.close(l.accepted);
      destroyConn(out, l.acc);
      return "accept";
    },
    publish(l, m, out) {
      const acc = connOf(m, l.acc);
      acc.sock = acceptedOf(l);
      acc.listening = { ...l.conn };
      acc.flags.established = true;
      connOf(m, l.conn).accepted.push({ ...l.acc });
      emitConn(m, out, "conn_accept", l.acc);
      return "receive";
    },
    receive(l, _m, out) {
      out.queueWork(workq(l.acc), workOf("scoutfs_net_recv_worker", l.acc));
      return "accept";
    },
    shut(l, m, out) {
      shutdownConn(m, out, l.conn);
      return done();
    },
  },
});
