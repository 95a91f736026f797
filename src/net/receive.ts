// Receives: always blocked in the socket, and whatever has arrived by then is handled before it
// looks there again. Messages leave here in the order of their seq, each once; greetings have no
// part in that, and are processed before anything behind them is looked at. Mirrors
// scoutfs_net_recv_worker, invalid_message, recv_one_message and queue_ordered_proc of net.c.

import type { Next, Out, SocketId } from "../core/index.ts";
import { allocate, assert, done, numberOf, program } from "../core/index.ts";
import type { NetLock } from "../lock/types.ts";
import { connHandle, connNumber, connOf, orderedWork, shutdownConn, workq } from "./connections.ts";
import { freeAckedResponses } from "./messages.ts";
import { emitMessage } from "./records.ts";
import { RECV_BATCH } from "./timing.ts";
import type {
  Connection,
  ConnHandle,
  MessageRecvHandle,
  NetMessage,
  NetMount,
  NetProtocol,
  OfConn,
} from "./types.ts";

type NetOut = Out<NetProtocol>;

interface Locals {
  readonly conn: ConnHandle;
  sock: SocketId | undefined;
  /** What the last receive gave; empty after an error or the end of the stream. */
  batch: NetMessage[];
  /** Which of it is next. */
  at: number;
}

/** As much as has arrived. An error or the end is found by the receive after the last message. */
function receive(l: Locals, out: NetOut, sock: SocketId): boolean {
  l.batch = [];
  l.at = 0;
  while (l.batch.length < RECV_BATCH) {
    const got = out.receive(sock);
    if (got === undefined) return l.batch.length > 0;
    if (typeof got === "string") return true;
    l.batch.push(got.message);
  }
  return true;
}

/** Why a message breaks the connection. What only another program could send is left out. */
function invalid(c: Connection, { seq, id, cmd, response, error }: NetMessage): string | undefined {
  if (seq === 0 || id === 0) return "without a seq or an id";
  if (!response && error !== undefined) return "a request with an error";
  if (cmd !== "GREETING") return undefined;
  if (c.flags.sawGreeting) return "a second greeting on one socket";
  return (c.listening !== undefined) === response ? "a greeting of the wrong kind" : undefined;
}

function messageOf(l: Locals): NetMessage {
  const message = l.batch[l.at];
  assert(message !== undefined, "a message of the batch to be left");
  return message;
}

/** Takes the next message of the batch, reading the flags and recv_seq without the lock. */
function take(
  l: Locals,
  m: NetMount,
  out: NetOut,
): "receive" | "shut" | "next" | "acknowledge" | "dispatch" {
  const message = l.batch[l.at];
  if (message === undefined) return l.batch.length === 0 ? "shut" : "receive";
  const c = connOf(m, l.conn);
  const why = invalid(c, message);
  if (why !== undefined) {
    out.note(`invalid message: ${why}`);
    return "shut";
  }
  emitMessage(m, out, { kind: "net_recv_message", conn: l.conn, message });
  if (message.cmd === "GREETING") {
    c.flags.sawGreeting = true;
    return "dispatch";
  }
  if (out.rules.wasReceived(message.seq, c.recvSeq)) {
    out.ignored("a message that was received before");
    l.at++;
    return "next";
  }
  c.recvSeq = message.seq;
  return "acknowledge";
}

/** A hash of the key: only that equal keys share a list is asked of it. */
const listOf = (key: number, lists: number): number => (Math.imul(key, 0x9e3779b1) >>> 0) % lists;

/** The list has a lock of its own; between that and the queueing nothing can happen that shows. */
function queueOrdered(
  m: NetMount,
  out: NetOut,
  conn: ConnHandle,
  queued: { readonly received: MessageRecvHandle; readonly lock: NetLock },
): void {
  const lists = connOf(m, conn).orderedProc;
  const list = listOf(queued.lock.key, lists.length);
  lists[list]?.push(queued.received);
  out.queueWork(workq(conn), orderedWork(conn, list));
}

/** Inline, in the order of its key, or whenever a worker gets to it. */
function dispatch(l: Locals, m: NetMount, out: NetOut): Next<NetProtocol, "next", never> {
  const message = messageOf(l);
  const received = allocate(m.net.received, { conn: { ...l.conn }, message });
  const of = numberOf(received);
  l.at++;
  const inline = { call: "scoutfs_net_proc_worker", args: { of }, then: "next" } as const;
  if (message.cmd === "GREETING") return inline;
  if (message.cmd !== "LOCK" || connOf(m, l.conn).listening !== undefined) {
    out.queueWork(workq(l.conn), ["scoutfs_net_proc_worker", of]);
    return "next";
  }
  if (message.data === undefined) {
    out.note("WARN a LOCK message without its lock");
    return inline;
  }
  queueOrdered(m, out, l.conn, { received, lock: message.data as NetLock });
  return "next";
}

export const netRecvWorker = program<NetProtocol>()({
  name: "scoutfs_net_recv_worker",
  source: "net.c:scoutfs_net_recv_worker",
  start: "enter",
  locals: ({ of }: OfConn): Locals => ({
    conn: connHandle(of),
    sock: undefined,
    batch: [],
    at: 0,
  }),
  waits: {
    arrived: {
      on: (l) => ["socket", l.sock ?? 0],
      until(l, _m, out) {
        assert(l.sock !== undefined, "a connection that receives to have a socket");
        return receive(l, out, l.sock);
      },
      blames: (l) => ({
        who: `the peer of connection ${connNumber(l.conn)}`,
        because: "it has sent nothing",
      }),
    },
  },
  steps: {
    enter(l, m) {
      l.sock = connOf(m, l.conn).sock;
      return "receive";
    },
    receive: (_l) => ({ wait: "arrived", then: "next" }),
    next: (l, m, out) => take(l, m, out),
    acknowledge(l, m, out) {
      freeAckedResponses(m, out, l.conn, messageOf(l).recvSeq);
      return "dispatch";
    },
    dispatch: (l, m, out) => dispatch(l, m, out),
    /** However it ends, the connection is shut down. */
    shut(l, m, out) {
      shutdownConn(m, out, l.conn);
      return done();
    },
  },
});
