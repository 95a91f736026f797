// Puts messages in a connection's queues and sends them down its socket, in order and again after
// a reconnect until they are answered. Mirrors submit_send and scoutfs_net_send_worker of net.c.

import type { Errno, Next, Out } from "../core/index.ts";
import { assert, done, fail, program } from "../core/index.ts";
import {
  connHandle,
  connNumber,
  connOf,
  NO_RID,
  shutdownConn,
  workOf,
  workq,
} from "./connections.ts";
import { freeMessage } from "./messages.ts";
import { emitMessage, netErrors } from "./records.ts";
import { SEND_BATCH } from "./timing.ts";
import type {
  Connection,
  ConnHandle,
  MessageSend,
  NetMessage,
  NetMount,
  NetProtocol,
  OfConn,
  SubmitArgs,
} from "./types.ts";

type NetOut = Out<NetProtocol>;

/** `net_err_from_host` and back: every other error arrives as EINVAL. */
export const netError = (error: Errno | undefined): Errno | undefined =>
  error === undefined || netErrors.has(error) ? error : "EINVAL";

const maySend = (c: Connection, cmd: SubmitArgs["cmd"]): boolean =>
  c.flags.established && (c.flags.validGreeting || cmd === "GREETING");

/** Queues under the lock; returns the id. What cannot be sent now waits for the next greeting. */
function queueMessage(m: NetMount, out: NetOut, conn: ConnHandle, args: SubmitArgs): number {
  const c = connOf(m, conn);
  const { cmd, response, data, respFunc, respData } = args;
  const seq = c.nextSendSeq++;
  const id = args.id === 0 ? c.nextSendId++ : args.id;
  const error = netError(args.error);
  const unsent = { recvSeq: 0, dead: false };
  const msend: MessageSend = { seq, id, cmd, response, error, data, respFunc, respData, ...unsent };
  emitMessage(m, out, { kind: "net.submit", conn, message: msend });
  if (maySend(c, cmd)) {
    c.sendQueue.push(msend);
    out.queueWork(workq(conn), workOf("scoutfs_net_send_worker", conn));
  } else {
    c.resendQueue.push(msend);
  }
  return id;
}

export const submitSend = program<NetProtocol>()({
  name: "submit_send",
  source: "net.c:submit_send",
  start: "check",
  locals: (args: SubmitArgs) => ({ args }),
  waits: {},
  steps: {
    /** Asked before the lock is taken: a forced unmount that starts right after this, and whose
     *  shutdown completes all that is queued, is followed by a message that nobody completes. */
    check(l, m) {
      const { id, response, error } = l.args;
      if ((id === 0 && response) || (error !== undefined && !response)) return fail("EINVAL");
      return m.super.forcingUnmount ? fail("ENOLINK") : "queue";
    },
    /** By rid: the first in the order of accepting, be it one that waits for its reconnect while
     *  the next one of the same client lives. */
    queue(l, m, out) {
      if (out.rules.messageIsTooLate(m)) return fail("ENOLINK");
      const { conn, rid } = l.args;
      const { accepted } = connOf(m, conn);
      const to = rid === NO_RID ? conn : accepted.find((h) => connOf(m, h).rid === rid);
      if (to === undefined) return fail("ENOTCONN");
      return done({ value: queueMessage(m, out, to, l.args) });
    },
  },
});

interface Locals {
  readonly conn: ConnHandle;
  /** What the messages said when they were collected: at most SEND_BATCH. */
  batch: NetMessage[];
  /** How many of the batch are in the socket. */
  sent: number;
  error: Errno | undefined;
}

/** Frees the dead on the way, and stops after a full batch. */
function collect(l: Locals, m: NetMount, out: NetOut): Next<NetProtocol, "send", never> {
  const c = connOf(m, l.conn);
  l.batch = [];
  l.sent = 0;
  for (const msend of [...c.sendQueue]) {
    if (msend.dead) {
      freeMessage(c, msend);
      continue;
    }
    if (msend.cmd === "FAREWELL" && msend.response) c.flags.sawFarewell = true;
    msend.recvSeq = c.recvSeq;
    const { seq, recvSeq, id, cmd, response, error, data } = msend;
    const message = { seq, recvSeq, id, cmd, response, error, data };
    emitMessage(m, out, { kind: "net_send_message", conn: l.conn, message });
    l.batch.push(message);
    if (l.batch.length === SEND_BATCH) break;
  }
  return l.batch.length === 0 ? done() : "send";
}

/** Counts as many entries as were sent, from the head of the queue. Whatever died meanwhile was
 *  moved to that head, also from the resend queue, and is counted all the same: then as many of
 *  the batch stay in the send queue, and are sent twice. The receiver drops them by their seq. */
function settleSent(l: Locals, m: NetMount): void {
  const c = connOf(m, l.conn);
  let left = l.batch.length;
  for (const msend of [...c.sendQueue]) {
    msend.recvSeq = 0;
    if (!msend.dead) {
      freeMessage(c, msend);
      c.resendQueue.push(msend);
    }
    left--;
    if (left === 0) break;
  }
}

export const netSendWorker = program<NetProtocol>()({
  name: "scoutfs_net_send_worker",
  source: "net.c:scoutfs_net_send_worker",
  start: "collect",
  locals: ({ of }: OfConn): Locals => ({
    conn: connHandle(of),
    batch: [],
    sent: 0,
    error: undefined,
  }),
  waits: {
    /** One message into the socket, or the error that says why not. */
    room: {
      on: (l, m) => ["socket", connOf(m, l.conn).sock ?? 0],
      until(l, m, out) {
        const { sock } = connOf(m, l.conn);
        const message = l.batch[l.sent];
        assert(sock !== undefined, "a connection that sends to have a socket");
        assert(message !== undefined, "a message of the batch to be left");
        const result = out.send(sock, message);
        if (result === false) return false;
        if (result === true) l.sent++;
        else l.error = "ECONNABORTED";
        return true;
      },
      blames: (l) => ({
        who: `the peer of connection ${connNumber(l.conn)}`,
        because: "the send buffer is full",
      }),
    },
  },
  steps: {
    collect: (l, m, out) => collect(l, m, out),
    send: (_l) => ({ wait: "room", then: "sending" }),
    sending(l) {
      if (l.error !== undefined) return "shut";
      return l.sent < l.batch.length ? "send" : "settle";
    },
    /** Of a batch that failed half way, all stays in the send queue. */
    settle(l, m) {
      settleSent(l, m);
      return "collect";
    },
    shut(l, m, out) {
      shutdownConn(m, out, l.conn);
      return done();
    },
  },
});
