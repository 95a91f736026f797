// Tries once to connect: the caller waits while work of the connection blocks in the socket, which
// a shutdown breaks. Mirrors scoutfs_net_connect, connect_result and scoutfs_net_connect_worker of
// net.c.

import type { Errno, SocketId, Us } from "../core/index.ts";
import { assert, done, fail, portOf, program, seconds, us } from "../core/index.ts";
import {
  connHandle,
  connNumber,
  connOf,
  shutdownConn,
  waitq,
  workOf,
  workq,
} from "./connections.ts";
import { emitConn } from "./records.ts";
import { setSocketNames } from "./socket-names.ts";
import { TCP_SYN_TIMEOUT } from "./timing.ts";
import type { ConnHandle, NetCalls, NetMount, NetProtocol, OfConn } from "./types.ts";

/** undefined while the attempt runs. A connection that a shutdown is working on counts as
 *  connected all the same when the worker had set the flag after the shutdown cleared it. */
function connectResult(m: NetMount, conn: ConnHandle): Errno | 0 | undefined {
  const { flags, connectTo } = connOf(m, conn);
  if (flags.established) return 0;
  return flags.shuttingDown || connectTo === undefined ? "ESHUTDOWN" : undefined;
}

export const netConnect = program<NetProtocol>()({
  name: "scoutfs_net_connect",
  source: "net.c:scoutfs_net_connect",
  start: "enter",
  locals: (args: NetCalls["scoutfs_net_connect"]) => ({ ...args, ret: 0 as Errno | 0 }),
  waits: {
    result: {
      on: (l) => waitq(l.conn),
      until(l, m) {
        const ret = connectResult(m, l.conn);
        if (ret === undefined) return false;
        l.ret = ret;
        return true;
      },
      blames: (l) => ({
        who: `the connect worker of connection ${connNumber(l.conn)}`,
        because: "its attempt has not ended",
      }),
    },
  },
  steps: {
    enter(l, m, out) {
      const timeoutMs = l.timeout / 1000;
      out.emit({ kind: "net_connect", port: portOf(l.address), timeout_ms: timeoutMs });
      const c = connOf(m, l.conn);
      c.connectTo = l.address;
      c.connectTimeout = l.timeout;
      return "queue";
    },
    /** A shutdown that ends in between forgets the address, and the worker has none. */
    queue(l, _m, out) {
      out.queueWork(workq(l.conn), workOf("scoutfs_net_connect_worker", l.conn));
      return "wait";
    },
    /** The attempt may have failed by now, and its shutdown not yet be through. */
    wait: (_l) => ({ wait: "result", then: "leave" }),
    leave(l, _m, out) {
      out.emit({ kind: "net_connect_ret", ret: l.ret });
      return l.ret === 0 ? done() : fail(l.ret);
    },
  },
});

/** SO_SNDTIMEO, which is given in whole seconds: 0 is none. */
const sendTimeout = (timeout: Us): Us => {
  const whole = us(Math.floor(timeout / seconds(1)) * seconds(1));
  return whole === 0 ? TCP_SYN_TIMEOUT : whole;
};

interface Locals {
  readonly conn: ConnHandle;
  sock: SocketId | undefined;
}
function sockOf(l: Locals): SocketId {
  assert(l.sock !== undefined, "a connect worker to have made its socket");
  return l.sock;
}

export const netConnectWorker = program<NetProtocol>()({
  name: "scoutfs_net_connect_worker",
  source: "net.c:scoutfs_net_connect_worker",
  start: "create",
  locals: ({ of }: OfConn): Locals => ({ conn: connHandle(of), sock: undefined }),
  waits: {
    connected: {
      on: (l) => ["socket", sockOf(l)],
      until: (l, _m, out) => out.stateOf(sockOf(l)) !== "connecting",
      blames: (l) => ({
        who: `the peer of connection ${connNumber(l.conn)}`,
        because: "it has not answered the connect",
      }),
    },
  },
  steps: {
    /** From here on a shutdown can break the connect; one that looked before drains it out. An
     *  address that is gone makes the C end at the peer's name. */
    create(l, m, out) {
      const c = connOf(m, l.conn);
      if (c.connectTo === undefined) {
        out.note("a connect whose address was taken away before it began");
        return "shut";
      }
      l.sock = out.connect(c.connectTo, sendTimeout(c.connectTimeout));
      c.sock = l.sock;
      emitConn(m, out, "conn_connect_start", l.conn);
      return { wait: "connected", then: "connected" };
    },
    connected(l, m, out) {
      const state = out.stateOf(sockOf(l));
      if (typeof state === "object") {
        out.note(`connect failed: ${state.broken}`);
        return "shut";
      }
      return setSocketNames(m, out, l.conn, sockOf(l)) ? "establish" : "shut";
    },
    /** Whoever shuts the connection down meanwhile has cleared `established` before. */
    establish(l, m, out) {
      const { flags } = connOf(m, l.conn);
      if (flags.shuttingDown) out.note("connected while the connection shuts down");
      flags.validGreeting = false;
      flags.established = true;
      out.wake(waitq(l.conn));
      emitConn(m, out, "conn_connect_complete", l.conn);
      return "receive";
    },
    receive(l, _m, out) {
      out.queueWork(workq(l.conn), workOf("scoutfs_net_recv_worker", l.conn));
      return done();
    },
    shut(l, m, out) {
      shutdownConn(m, out, l.conn);
      return done();
    },
  },
});
