// Ends connections: what they owe is dropped, their listener forgets them, the object is gone.
// Mirrors scoutfs_net_destroy_worker, scoutfs_net_shutdown and scoutfs_net_free_conn of net.c. The
// worker has a queue of its own, for a listener's work waits for those it accepted.

import { done, free, program } from "../core/index.ts";
import {
  connHandle,
  connOf,
  destroyConn,
  sameConn,
  shutdownConn,
  waitq,
  workOf,
  workq,
} from "./connections.ts";
import { emitConn } from "./records.ts";
import type { NetCalls, NetProtocol, OfConn } from "./types.ts";

export const netDestroyWorker = program<NetProtocol>()({
  name: "scoutfs_net_destroy_worker",
  source: "net.c:scoutfs_net_destroy_worker",
  start: "enter",
  locals: ({ of }: OfConn) => ({ conn: connHandle(of) }),
  waits: {},
  steps: {
    /** Whoever got here owns the connection, so no lock: but the call may sleep. */
    enter(l, m, out) {
      const c = connOf(m, l.conn);
      emitConn(m, out, "conn_destroy_start", l.conn);
      if (c.sock !== undefined) out.note("WARN destroy of a connection with a socket");
      if (c.accepted.length > 0) out.note("WARN destroy of a listener that has accepted some");
      if (c.listening === undefined || c.notifyDown === undefined) return "freeMessages";
      return { call: c.notifyDown, args: { conn: l.conn, rid: c.rid }, then: "freeMessages" };
    },
    /** Requests end here without their response function being called. */
    freeMessages(l, m) {
      const c = connOf(m, l.conn);
      c.sendQueue = [];
      c.resendQueue = [];
      return "leaveListener";
    },
    leaveListener(l, m, out) {
      const { listening } = connOf(m, l.conn);
      if (listening !== undefined) {
        const listener = connOf(m, listening);
        listener.accepted = listener.accepted.filter((h) => !sameConn(h, l.conn));
        if (listener.accepted.length === 0) out.wake(waitq(listening));
      }
      return "destroyQueue";
    },
    /** `destroy_workqueue` drains first. */
    destroyQueue: (l) => ({ drain: workq(l.conn), then: "free" }),
    free(l, m, out) {
      emitConn(m, out, "conn_destroy_free", l.conn);
      out.destroyQueue(workq(l.conn));
      free(m.net.conns, l.conn);
      return done();
    },
  },
});

/** When it returns, no traffic and no work of the connection runs. On one that is down already it
 *  runs the shutdown work again, with another call of notify_down. */
export const netShutdown = program<NetProtocol>()({
  name: "scoutfs_net_shutdown",
  source: "net.c:scoutfs_net_shutdown",
  start: "shut",
  locals: ({ conn }: NetCalls["scoutfs_net_shutdown"]) => ({ conn }),
  waits: {},
  steps: {
    shut(l, m, out) {
      out.emit({ kind: "net_shutdown", conn_rid: connOf(m, l.conn).rid });
      shutdownConn(m, out, l.conn);
      return "flushShutdown";
    },
    flushShutdown: (l) => ({
      flush: workOf("scoutfs_net_shutdown_worker", l.conn),
      then: "flushDestroy",
    }),
    flushDestroy: (l) => ({ flush: workOf("scoutfs_net_destroy_worker", l.conn), then: "leave" }),
    leave: (_l) => done(),
  },
});

/** Returns before the connection is gone: only its destruction is queued. */
export const netFreeConn = program<NetProtocol>()({
  name: "scoutfs_net_free_conn",
  source: "net.c:scoutfs_net_free_conn",
  start: "enter",
  locals: ({ conn }: NetCalls["scoutfs_net_free_conn"]) => ({ conn }),
  waits: {},
  steps: {
    enter: (l) =>
      l.conn === undefined
        ? done()
        : { call: "scoutfs_net_shutdown", args: { conn: l.conn }, then: "destroy" },
    destroy(l, _m, out) {
      if (l.conn !== undefined) destroyConn(out, l.conn);
      return done();
    },
  },
});
