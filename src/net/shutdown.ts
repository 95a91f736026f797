// Shuts a connection down: its socket, then its work, then those it accepted; after that nothing
// runs for it, and it ends destroyed, waiting for its client to come back, or ready for the next
// socket. Mirrors scoutfs_net_shutdown_worker of net.c. The flag shutting_down, set with the
// queueing of this work, makes it run once for each live socket.

import type { Next, Out } from "../core/index.ts";
import { assert, done, program, us } from "../core/index.ts";
import {
  connHandle,
  connNumber,
  connOf,
  destroyConn,
  NO_RID,
  shutdownConn,
  waitq,
  workOf,
  workq,
} from "./connections.ts";
import { freeMessage, spliceToResend } from "./messages.ts";
import { emitConn } from "./records.ts";
import { CLIENT_RECONNECT_TIMEOUT_MS } from "./timing.ts";
import type { ConnHandle, MessageSend, NetMount, NetProtocol, OfConn } from "./types.ts";

const reconnFree = (conn: ConnHandle) => workOf("scoutfs_net_reconn_free_worker", conn);

/** Takes the first message of the resend queue and completes it outside the lock; the next one is
 *  taken when that has returned, whatever it returned. */
function abortFirst(m: NetMount, conn: ConnHandle): Next<NetProtocol, "abort" | "settle", never> {
  const c = connOf(m, conn);
  const msend: MessageSend | undefined = c.resendQueue[0];
  if (msend === undefined) return "settle";
  freeMessage(c, msend);
  const { respFunc, respData } = msend;
  if (respFunc === undefined) return "abort";
  const args = { conn, data: undefined, error: "ECONNABORTED", respData } as const;
  return { call: respFunc, args, then: "abort" };
}

/** An accepted connection is destroyed when nobody will come back to it. */
function isOver(m: NetMount, conn: ConnHandle): boolean {
  const { listening, flags } = connOf(m, conn);
  return listening !== undefined && (connOf(m, listening).flags.shuttingDown || flags.sawFarewell);
}

/** The server keeps what its client may come back for; the listener's work ends the wait. */
function becomeReconnWait(m: NetMount, out: Out<NetProtocol>, conn: ConnHandle): void {
  const c = connOf(m, conn);
  assert(c.listening !== undefined, "only accepted connections to wait for a reconnect");
  c.flags.reconnWait = true;
  c.reconnDeadlineAt = us(out.now + CLIENT_RECONNECT_TIMEOUT_MS);
  const { listening } = c;
  out.queueDelayedWork(workq(listening), reconnFree(listening), CLIENT_RECONNECT_TIMEOUT_MS);
}

/** Clients and listeners may connect or listen again. */
function becomeIdle(m: NetMount, out: Out<NetProtocol>, conn: ConnHandle): void {
  const c = connOf(m, conn);
  c.flags.shuttingDown = false;
  if (c.notifyDown === undefined) return;
  out.api.notifyDownLocked(m, out, c.notifyDown, { conn, rid: NO_RID });
}

export const netShutdownWorker = program<NetProtocol>()({
  name: "scoutfs_net_shutdown_worker",
  source: "net.c:scoutfs_net_shutdown_worker",
  start: "enter",
  locals: ({ of }: OfConn) => ({ conn: connHandle(of) }),
  waits: {
    acceptedEmpty: {
      on: (l) => waitq(l.conn),
      until: (l, m) => connOf(m, l.conn).accepted.length === 0,
      blames: (l, m) => ({
        who: `accepted connections ${connOf(m, l.conn).accepted.map(connNumber).join(", ")}`,
        because: "the listener waits for each of them to be destroyed",
      }),
    },
  },
  steps: {
    enter(l, m, out) {
      emitConn(m, out, "conn_shutdown_start", l.conn);
      return "shutSocket";
    },
    /** Reads the socket without the lock: a connect worker that sets it right after is not
     *  interrupted, and the drain waits out its whole connect timeout. */
    shutSocket(l, m, out) {
      const { sock } = connOf(m, l.conn);
      if (sock === undefined) out.note("shutdown without a socket");
      else out.shutdown(sock);
      return { drain: workq(l.conn), then: "release" };
    },
    release(l, m, out) {
      const c = connOf(m, l.conn);
      if (c.sock !== undefined) out.close(c.sock);
      c.sock = undefined;
      c.peer = undefined;
      return "shutAccepted";
    },
    shutAccepted(l, m, out) {
      for (const acc of connOf(m, l.conn).accepted) shutdownConn(m, out, acc);
      return "cancelReconnFree";
    },
    cancelReconnFree: (l) => ({ cancel: reconnFree(l.conn), then: "queueReconnFree" }),
    queueReconnFree(l, _m, out) {
      out.queueDelayedWork(workq(l.conn), reconnFree(l.conn), us(0));
      return "flushReconnFree";
    },
    flushReconnFree: (l) => ({ flush: reconnFree(l.conn), hurry: true, then: "waitAccepted" }),
    waitAccepted: (_l) => ({ wait: "acceptedEmpty", then: "checkForced" }),
    /** Read without the lock: see the submit check in send.ts for the message that is too late. */
    checkForced: (_l, m) => (m.super.forcingUnmount ? "gather" : "settle"),
    gather(l, m) {
      spliceToResend(connOf(m, l.conn));
      return abortFirst(m, l.conn);
    },
    abort: (l, m) => abortFirst(m, l.conn),
    /** One locked region: what is left to resend, the waking of a failed connect, the ending. */
    settle(l, m, out) {
      const c = connOf(m, l.conn);
      spliceToResend(c);
      const isForced = m.super.forcingUnmount && out.rules.endOfShutdownLooksForForce();
      if (isForced && c.resendQueue.length > 0) return abortFirst(m, l.conn);
      c.resendQueue = c.resendQueue.filter((msend) => msend.cmd !== "GREETING");
      c.flags.sawGreeting = false;
      c.connectTo = undefined;
      out.wake(waitq(l.conn));
      if (isOver(m, l.conn)) return "destroy";
      if (c.listening === undefined) becomeIdle(m, out, l.conn);
      else becomeReconnWait(m, out, l.conn);
      emitConn(m, out, "conn_shutdown_complete", l.conn);
      return done();
    },
    destroy(l, _m, out) {
      destroyConn(out, l.conn);
      return done();
    },
  },
});
