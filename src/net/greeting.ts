// Greetings: what lets a connection send anything else. On the client a greeting of a new server
// drops what only the old one waits for; on the server the connection that a client comes back
// with takes over the state of the one before. Mirrors set_valid_greeting,
// scoutfs_net_client_greeting and scoutfs_net_server_greeting of net.c.

import type { Next, Out } from "../core/index.ts";
import { assert, done, program } from "../core/index.ts";
import { connNumber, connOf, destroyConn, shutdownConn, workOf, workq } from "./connections.ts";
import { emitConn } from "./records.ts";
import { GREETING_RETRY } from "./timing.ts";
import type { Connection, ConnHandle, NetMount, NetProtocol, ServerGreeting } from "./types.ts";

type NetOut = Out<NetProtocol>;

/** What waited for it goes behind what is in the send queue: a response to a greeting. */
function setValidGreeting(m: NetMount, out: NetOut, conn: ConnHandle): void {
  const c = connOf(m, conn);
  assert(!c.flags.validGreeting, "no second valid greeting on a connection");
  c.flags.validGreeting = true;
  if (!out.rules.resendsGreetings()) {
    c.resendQueue = c.resendQueue.filter((msend) => msend.cmd !== "GREETING");
  }
  c.sendQueue.push(...c.resendQueue);
  c.resendQueue = [];
  out.queueWork(workq(conn), workOf("scoutfs_net_send_worker", conn));
}

/** A new server has no requests under way, and numbers its messages from 1. */
export function netClientGreeting(
  m: NetMount,
  out: NetOut,
  conn: ConnHandle,
  newServer: boolean,
): void {
  const c = connOf(m, conn);
  out.emit({ kind: "net_client_greeting", new_server: newServer ? 1 : 0 });
  assert(c.listening === undefined, "the greeting of a client to be for a connected connection");
  if (newServer) {
    c.recvSeq = 0;
    c.resendQueue = c.resendQueue.filter((msend) => !msend.response);
  }
  setValidGreeting(m, out, conn);
}

interface Locals extends ServerGreeting {
  /** The connection whose state moves to this one. */
  reconn: ConnHandle | undefined;
}
type AfterWalk = "restart" | "migrate" | "drop" | "greet";

/** One pass over what the listener has accepted, under its lock. An earlier connection of the
 *  client may be in use still: it is shut down, and looked for again until it waits. Of several
 *  sockets that come back for one connection, that with the latest greeting gets it. */
function walk(l: Locals, m: NetMount, out: NetOut): AfterWalk {
  const { listening } = connOf(m, l.conn);
  assert(listening !== undefined, "the greeting of a server to be for an accepted connection");
  for (const h of l.reconnecting ? connOf(m, listening).accepted : []) {
    const { rid, greetingId, flags } = connOf(m, h);
    if (rid !== l.rid || greetingId >= l.greetingId || flags.reconnFreeing) continue;
    if (!flags.reconnWait) {
      shutdownConn(m, out, h);
      return "restart";
    }
    flags.reconnFreeing = true;
    l.reconn = h;
    return "migrate";
  }
  return l.reconnecting && !l.firstContact && !l.farewell ? "drop" : "greet";
}

/** BUG_ON of insert_sorted_msend: no two requests of one id, no two responses of one seq. */
function assertNoneTwice(c: Connection): void {
  const alive = [...c.sendQueue, ...c.resendQueue].filter((msend) => !msend.dead);
  const places = alive.map(({ response, seq, id }) => (response ? `seq ${seq}` : `id ${id}`));
  assert(new Set(places).size === places.length, "no message twice in a connection's queues");
}

/** All but the flags: the macro that would carry saw_farewell over reads it from the new
 *  connection. A connection that waits never has it set, for its shutdown destroys it then. */
function migrate(l: Locals, m: NetMount, out: NetOut): Next<NetProtocol, "destroyOld", never> {
  assert(l.reconn !== undefined, "a connection to migrate from");
  const old = connOf(m, l.reconn);
  const c = connOf(m, l.conn);
  c.nextSendSeq = old.nextSendSeq;
  c.nextSendId = old.nextSendId;
  c.recvSeq = old.recvSeq;
  assert(old.sendQueue.length === 0, "nothing to be sent on a connection that waits");
  const isBare = c.resendQueue.length === 0;
  assert(isBare || out.rules.bearsSentGreeting(), "nothing sent yet where the state moves to");
  c.resendQueue.push(...old.resendQueue);
  old.resendQueue = [];
  assertNoneTwice(c);
  [c.infoListed, old.infoListed] = [old.infoListed, c.infoListed];
  old.notifyDown = undefined;
  emitConn(m, out, "conn_reconn_migrate", l.conn);
  return "destroyOld";
}

export const netServerGreeting = program<NetProtocol>()({
  name: "scoutfs_net_server_greeting",
  source: "net.c:scoutfs_net_server_greeting",
  start: "enter",
  locals: (args: ServerGreeting): Locals => ({ ...args, reconn: undefined }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      out.emit({
        kind: "net_server_greeting",
        rid: l.rid,
        greeting_id: l.greetingId,
        reconnecting: l.reconnecting ? 1 : 0,
        first_contact: l.firstContact ? 1 : 0,
      });
      return "walk";
    },
    walk: (l, m, out) => walk(l, m, out),
    restart: (_l) => ({ sleep: GREETING_RETRY, then: "walk" }),
    /** The state of a client that this server has greeted before is gone: so is the client. */
    drop(l, m, out) {
      out.note("dropped a connection whose client has no state here any more");
      shutdownConn(m, out, l.conn);
      return done();
    },
    migrate,
    destroyOld(l, _m, out) {
      if (l.reconn !== undefined) destroyConn(out, l.reconn);
      return "greet";
    },
    greet(l, m, out) {
      if (!out.rules.letsOpen(m, l)) return "drop";
      const c = connOf(m, l.conn);
      c.rid = l.rid;
      c.greetingId = l.greetingId;
      out.emit({ kind: "net.greeted", rid: l.rid, conn: connNumber(l.conn) });
      setValidGreeting(m, out, l.conn);
      return "notifyUp";
    },
    notifyUp(l, m) {
      const { notifyUp } = connOf(m, l.conn);
      if (notifyUp === undefined || !l.firstContact) return done();
      return { call: notifyUp, args: { conn: l.conn, rid: l.rid }, then: "leave" };
    },
    leave: (_l) => done(),
  },
});
