// Processes what was received: each message in work of its own, which may block, or one after
// another where their order counts. An error of whoever handles it shuts the connection down.
// Mirrors scoutfs_net_proc_worker, process_request, process_response and
// scoutfs_net_ordered_proc_worker of net.c.

import type { Errno, Next, Out } from "../core/index.ts";
import { done, free, get, handleOf, numberOf, program } from "../core/index.ts";
import { connOf, orderedList, shutdownConn } from "./connections.ts";
import { findRequest, queueDeadFree } from "./messages.ts";
import { emitMessage } from "./records.ts";
import type {
  ConnHandle,
  MessageRecvHandle,
  NetMount,
  NetProtocol,
  OfMessage,
  OfOrdered,
} from "./types.ts";

interface Locals {
  readonly received: MessageRecvHandle;
  conn: ConnHandle;
  error: Errno | undefined;
}
type Proc<L extends string> = Next<NetProtocol, L, never>;

/** The greeting was to make sure that only known requests come. */
function request(l: Locals, m: NetMount, out: Out<NetProtocol>): Proc<"processed" | "finish"> {
  const { conn, message } = get(m.net.received, l.received);
  const { cmd, id, data } = message;
  const reqFunc = out.api.requestFunction(connOf(m, conn).reqFuncs, cmd);
  if (reqFunc === undefined) {
    out.note(`unknown request ${cmd}`);
    l.error = "EINVAL";
    return "finish";
  }
  emitMessage(m, out, { kind: "net.request", conn: l.conn, message });
  return { call: reqFunc, args: { conn: l.conn, cmd, id, data }, then: "processed" };
}

/** Takes the request out of the queues, under the lock, and calls its function outside: once. A
 *  response to what is gone is no error. */
function response(l: Locals, m: NetMount, out: Out<NetProtocol>): Proc<"processed" | "finish"> {
  const { message } = get(m.net.received, l.received);
  const { cmd, id, data, error } = message;
  const msend = findRequest(connOf(m, l.conn), cmd, id);
  if (msend === undefined) {
    out.ignored("a response to a request that is gone");
    return "finish";
  }
  emitMessage(m, out, { kind: "net.response", conn: l.conn, message, asked: msend });
  queueDeadFree(m, out, l.conn, msend);
  const { respFunc, respData } = msend;
  if (respFunc === undefined) return "finish";
  return { call: respFunc, args: { conn: l.conn, data, error, respData }, then: "processed" };
}

export const netProcWorker = program<NetProtocol>()({
  name: "scoutfs_net_proc_worker",
  source: "net.c:scoutfs_net_proc_worker",
  start: "enter",
  locals: ({ of }: OfMessage): Locals => ({
    received: handleOf(of),
    conn: { id: 0, generation: 0 },
    error: undefined,
  }),
  waits: {},
  steps: {
    enter(l, m) {
      const { conn, message } = get(m.net.received, l.received);
      l.conn = { ...conn };
      return message.response ? "response" : "request";
    },
    request,
    response,
    processed(l, _m, _out, { error }) {
      l.error = error;
      return "finish";
    },
    finish(l, m, out) {
      free(m.net.received, l.received);
      if (l.error !== undefined) {
        out.note(`processing a message failed: ${l.error}`);
        shutdownConn(m, out, l.conn);
      }
      return done();
    },
  },
});

export const netOrderedProcWorker = program<NetProtocol>()({
  name: "scoutfs_net_ordered_proc_worker",
  source: "net.c:scoutfs_net_ordered_proc_worker",
  start: "splice",
  locals: ({ of }: OfOrdered) => ({ ...orderedList(of), taken: [] as MessageRecvHandle[] }),
  waits: {},
  steps: {
    /** What comes from here on waits for the next run, which cannot begin before this one ends. */
    splice(l, m) {
      const lists = connOf(m, l.conn).orderedProc;
      l.taken = lists[l.list] ?? [];
      lists[l.list] = [];
      return "next";
    },
    next(l) {
      const received = l.taken.shift();
      if (received === undefined) return done();
      const args = { of: numberOf(received) };
      return { call: "scoutfs_net_proc_worker", args, then: "next" };
    },
  },
});
