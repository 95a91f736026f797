// Greetings and what a reconnect keeps: resending in order, the move of a client's state from one
// connection to the next, and who gets it when two come back.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { cut, heal } from "../../../sim/engine/network/links.ts";
import * as streams from "../../../sim/engine/network/streams.ts";
import { allocate, type Rid, type SocketId } from "../../../src/core/index.ts";
import type { Connection, ConnHandle } from "../../../src/net/types.ts";
import {
  accepted,
  askFor,
  client,
  clientConn,
  connected,
  hold,
  listener,
  type NetWorld,
  netWorld,
  notes,
  release,
  request,
  SECOND,
  seen,
} from "./world.ts";

function greeted(): NetWorld {
  const w = netWorld();
  connected(w);
  return w;
}
/** Both ends lose the socket and have shut down. */
function broken(w: NetWorld): void {
  streams.resetStreams(w, 0, 1);
  w.runFor(20_000);
}

describe("a first greeting", () => {
  test("lets go what waited for it, behind the greeting, and tells the server once", () => {
    const w = netWorld({ listens: false });
    connected(w);
    for (const count of [1, 2]) askFor(w, count);
    w.runFor(10_000);
    expect(client(w).resendQueue).toHaveLength(2);
    start(w, 0, "test_listen");
    w.runFor(10_000);
    connected(w);
    expect(notes(w, "answer")).toEqual(["answer: 1", "answer: 2"]);
    const sent = seen(w, "net_send_message", 1).map(({ data }) => data.cmd);
    expect(sent).toEqual(["GREETING", "ALLOC_INODES", "ALLOC_INODES"]);
    expect(notes(w, "server_notify_up")).toEqual(["server_notify_up 101"]);
    expect(accepted(w)[0]?.flags).toMatchObject({ validGreeting: true, sawGreeting: true });
    expect(seen(w, "net_server_greeting")[0]?.data).toMatchObject({
      rid: 101,
      reconnecting: 0,
      first_contact: 1,
    });
    expect(seen(w, "net_client_greeting")[0]?.data).toMatchObject({ new_server: 1 });
  });

  test("names the client's rid in both greetings, before the connection knows it", () => {
    const w = greeted();
    const rids = ["net_send_message", "net_recv_message"].flatMap((kind) =>
      seen(w, kind).map(({ data }) => data.rid),
    );
    expect(rids).toEqual([101, 101, 101, 101]);
  });
});

describe("the client's part", () => {
  test("a new server gets the requests again and none of the responses", () => {
    const w = greeted();
    start(w, 1, "submit_send", request(clientConn(w), { cmd: "LOCK", response: true, id: 9 }));
    w.runFor(1000);
    const begin = hold(w, "server_alloc_inodes", "begin");
    askFor(w, 1);
    w.runFor(10_000);
    broken(w);
    expect(begin.held).toHaveLength(1);
    expect(client(w).resendQueue.map(({ response }) => response)).toEqual([true, false]);
    client(w).recvSeq = 77;
    w.mount(1).state.client.serverTerm = 0;
    release(w, begin);
    connected(w);
    w.runFor(10_000);
    expect(seen(w, "net_client_greeting").at(-1)?.data).toMatchObject({ new_server: 1 });
    expect(client(w).recvSeq).toBeLessThan(77);
    const again = seen(w, "net_send_message", 1).slice(-2);
    expect(again.map(({ data }) => [data.cmd, data.resp])).toEqual([
      ["GREETING", 0],
      ["ALLOC_INODES", 0],
    ]);
  });

  test("a second valid greeting on a connection is a crash", () => {
    const w = greeted();
    start(w, 1, "client_greeting", {
      conn: clientConn(w),
      data: { serverTerm: 1, rid: 101, farewell: false, quorum: false },
      error: undefined,
      respData: undefined,
    });
    w.runFor(1000);
    expect(w.violations.map(({ promise, text }) => [promise, text])).toEqual([
      ["CRASH", "expected no second valid greeting on a connection"],
    ]);
  });
});

describe("coming back to the same server", () => {
  test("moves the state, and both sides resend in order what was not answered", () => {
    const w = greeted();
    for (const count of [30, 30, 30]) {
      askFor(w, count);
      w.runFor(1000);
    }
    w.runFor(10_000);
    broken(w);
    w.runFor(30_000);
    expect(accepted(w)[0]?.flags.reconnWait).toBe(true);
    expect(accepted(w)[0]?.resendQueue.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    connected(w);
    w.runFor(10_000);
    expect(notes(w, "answer")).toEqual(["answer: 30", "answer: 30", "answer: 30"]);
    expect(notes(w, "handled")).toHaveLength(3);
    expect(notes(w, "server_notify_up")).toHaveLength(1);
    expect(notes(w, "server_notify_down")).toEqual([]);
    expect(accepted(w)).toHaveLength(1);
    const sent = seen(w, "net_send_message", 0).slice(-4);
    expect(sent.map(({ data }) => data.seq)).toEqual([1, 2, 3, 4]);
    expect(seen(w, "conn_reconn_migrate")[0]?.data).toMatchObject({
      flags: "established|saw_greeting",
      conn_rid: 0,
      next_send_seq: 5,
      recv_seq: 4,
    });
  });

  function backTooSoon(): NetWorld {
    const w = greeted();
    cut(w, 1, 0);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(10_000);
    expect(accepted(w)[0]?.flags.established).toBe(true);
    heal(w, 1, 0);
    return w;
  }

  test("while the server still thinks the old socket whole: that is shut down first", () => {
    const w = backTooSoon();
    const restart = hold(w, "scoutfs_net_server_greeting", "restart");
    start(w, 1, "test_connect", { timeout: SECOND });
    w.runFor(2000);
    expect(restart.held).toHaveLength(1);
    expect(accepted(w).map(({ rid }) => rid)).toEqual([101, 0]);
    expect(seen(w, "conn_reconn_migrate")).toEqual([]);
    release(w, restart);
    w.runFor(50_000);
    expect(accepted(w).map(({ rid, greetingId }) => [rid, greetingId])).toEqual([[101, 2]]);
    expect(notes(w, "server_notify_down")).toEqual([]);
  });

  /** Sent while the greeting slept, it is among what is to be resent when messages may go. */
  test("then the greeting's response is sent twice, and the client breaks the new socket", () => {
    const w = backTooSoon();
    start(w, 1, "test_connect", { timeout: SECOND });
    w.runFor(50_000);
    const greetings = seen(w, "net_send_message", 0).filter(({ data }) => data.cmd === "GREETING");
    expect(greetings.map(({ data }) => data.id)).toEqual([1, 2, 2]);
    expect(notes(w, "invalid message: a second greeting", 1)).toHaveLength(1);
    expect(client(w).flags.established).toBe(false);
    connected(w);
    expect(client(w).flags.established).toBe(true);
  });

  /** It is listed until it is destroyed, and is found first. */
  test("what is sent by rid goes to the old connection, and is lost with it", () => {
    const w = greeted();
    broken(w);
    const destroy = hold(w, "scoutfs_net_destroy_worker", "enter", 0);
    connected(w);
    const [old, young] = accepted(w);
    expect([old?.rid, young?.rid]).toEqual([101, 101]);
    const data = { key: 1, writeSeq: 1, oldMode: "write", newMode: "null" } as never;
    const invalidate = { rid: 101 as Rid, cmd: "LOCK", data } as const;
    start(w, 0, "submit_send", request(w.mount(0).state.server.conn as ConnHandle, invalidate));
    w.runFor(1000);
    expect(accepted(w)[0]?.resendQueue.map(({ cmd }) => cmd)).toEqual(["LOCK"]);
    release(w, destroy);
    w.runFor(10_000);
    expect(accepted(w)).toHaveLength(1);
    expect(notes(w, "key")).toEqual([]);
  });

  test("too late: the client has no state here any more, and is dropped", () => {
    const w = greeted();
    broken(w);
    w.runFor(21 * SECOND);
    expect(notes(w, "fence")).toEqual(["fence 101"]);
    connected(w);
    expect(notes(w, "dropped a connection")).toHaveLength(1);
    expect(client(w).flags.established).toBe(false);
    expect(notes(w, "server_notify_down")).toEqual(["server_notify_down 101"]);
    w.runFor(21 * SECOND);
    expect(notes(w, "fence")).toEqual(["fence 101", "fence 0"]);
    expect(notes(w, "server_notify_down").at(-1)).toBe("server_notify_down 0");
  });

  test("too late by a little: whoever fences it has claimed the old connection", () => {
    const w = greeted();
    broken(w);
    const fenced = hold(w, "scoutfs_net_reconn_free_worker", "fenced");
    w.runFor(20 * SECOND);
    expect(fenced.held).toHaveLength(1);
    connected(w);
    expect(notes(w, "dropped a connection")).toHaveLength(1);
    expect(seen(w, "conn_reconn_migrate")).toEqual([]);
  });

  test("of two sockets that come back the one with the later greeting gets the state", () => {
    const w = greeted();
    broken(w);
    const walk = hold(w, "scoutfs_net_server_greeting", "walk");
    const earlier = acceptedByHand(w);
    const greeting = { rid: 101, reconnecting: true, firstContact: false, farewell: false };
    const greet = (conn: ConnHandle, greetingId: number) =>
      start(w, 0, "scoutfs_net_server_greeting", { conn, greetingId, ...greeting });
    const later = acceptedByHand(w);
    greet(later, 9);
    w.runFor(1000);
    release(w, walk);
    w.runFor(10_000);
    greet(earlier, 8);
    w.runFor(10_000);
    const state = (h: ConnHandle) => w.mount(0).state.net.conns.slots[h.id]?.value;
    expect(state(later)).toMatchObject({ rid: 101, greetingId: 9 });
    expect(state(earlier)).toMatchObject({ rid: 0 });
    expect(state(earlier)?.flags.shuttingDown).toBe(true);
    expect(seen(w, "conn_reconn_migrate")).toHaveLength(1);
  });
});

/** An accepted connection without a client behind it. */
function acceptedByHand(w: NetWorld): ConnHandle {
  const m = w.mount(0);
  const { conns } = m.state.net;
  const template = accepted(w)[0] as Connection;
  const h = allocate<Connection>(conns, {
    ...template,
    flags: { ...template.flags, reconnWait: false, shuttingDown: false, validGreeting: false },
    rid: 0 as Rid,
    greetingId: 0,
    accepted: [],
    sendQueue: [],
    resendQueue: [],
    orderedProc: [[]],
  });
  const name = `conn.workq#${h.generation * 1_000_000 + h.id}`;
  m.queues.set(name, { maxActive: 1, active: 0, waiting: [], draining: 0, watchers: [] });
  listener(w).accepted.push({ ...h });
  return h;
}

test("a forced unmount completes what waits, and what comes after it fails", () => {
  const w = greeted();
  const begin = hold(w, "server_alloc_inodes", "begin");
  askFor(w, 1);
  askFor(w, 2);
  w.runFor(10_000);
  w.mount(1).state.super.forcingUnmount = true;
  start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
  w.runFor(10_000);
  askFor(w, 3);
  w.runFor(1000);
  expect(begin.held).toHaveLength(2);
  expect(notes(w, "answer")).toEqual([
    "answer: ECONNABORTED",
    "answer: ECONNABORTED",
    "answer: ENOLINK",
  ]);
  expect(client(w).sock as SocketId | undefined).toBeUndefined();
});
