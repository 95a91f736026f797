// The shutdown of a connection and what comes after it: drain, destroy, the reconnect window.

import { beforeEach, describe, expect, test } from "vitest";
import type { Address, Out, Rid, SocketId } from "../../../src/core/index.ts";
import { lookup, seconds, table, us } from "../../../src/core/index.ts";
import { allocConn, connNumber, connOf, shutdownConn } from "../../../src/net/connections.ts";
import { netDestroyWorker, netFreeConn, netShutdown } from "../../../src/net/destroy.ts";
import { netReconnFreeWorker } from "../../../src/net/reconn-free.ts";
import { netShutdownWorker } from "../../../src/net/shutdown.ts";
import type { ConnHandle, MessageSend, NetMount, NetProtocol } from "../../../src/net/types.ts";
import { type FakeOut, fakeOut, outOf, stepper } from "../../support/net-steps.ts";

let m: NetMount;
let fake: FakeOut;
let out: Out<NetProtocol>;
let client: ConnHandle;

beforeEach(() => {
  m = {
    net: { conns: table("connection"), syncRequests: table("sync request") },
    super: { forcingUnmount: false, unmounting: false },
  } as Partial<NetMount> as NetMount;
  fake = fakeOut();
  out = outOf<NetProtocol>(fake, {
    serverIsRunning: () => true,
    notifyDownLocked: (_m, _out, name) => fake.log.push(name),
    serverStop: () => fake.log.push("stop"),
  });
  client = allocConn(m, out, {
    reqFuncs: "client",
    notifyUp: undefined,
    notifyDown: "client_notify_down",
  });
  fake.log.length = 0;
});

const message = (over: Partial<MessageSend>): MessageSend => ({
  seq: 1,
  id: 1,
  cmd: "LOCK",
  response: false,
  error: undefined,
  data: undefined,
  recvSeq: 0,
  dead: false,
  respFunc: undefined,
  respData: undefined,
  ...over,
});

function accept(listener: ConnHandle, rid: number): ConnHandle {
  const h = allocConn(m, out, {
    reqFuncs: "server",
    notifyUp: "server_notify_up",
    notifyDown: "server_notify_down",
  });
  const c = connOf(m, h);
  c.listening = listener;
  c.rid = rid as Rid;
  c.lastPeer = 7 as Address;
  connOf(m, listener).accepted.push(h);
  fake.log.length = 0;
  return h;
}

function reconnWait(listener: ConnHandle, rid: number, deadline: number): ConnHandle {
  const h = accept(listener, rid);
  connOf(m, h).flags.reconnWait = true;
  connOf(m, h).reconnDeadlineAt = us(deadline);
  return h;
}

const shutdownOf = (conn: ConnHandle) =>
  stepper(netShutdownWorker, m, out, { of: connNumber(conn) });
/** Through the drain, the cancel, the flush and the wait. */
function untilWait(conn: ConnHandle) {
  const s = shutdownOf(conn);
  s.run();
  for (const asks of ["cancel", "flush", "wait"]) expect(s.run()).toHaveProperty(asks);
  return s;
}

describe("shutdownConn", () => {
  test("queues the work once for a live socket", () => {
    connOf(m, client).flags.established = true;
    shutdownConn(m, out, client);
    shutdownConn(m, out, client);
    expect(fake.log).toEqual([
      "emit conn_shutdown_queued",
      "queue scoutfs_net_shutdown_worker#1000000 on net.shutdown_workq",
    ]);
    expect(connOf(m, client).flags).toMatchObject({ established: false, shuttingDown: true });
  });
});

describe("scoutfs_net_shutdown_worker", () => {
  test("drains the work before it releases the socket", () => {
    const c = connOf(m, client);
    c.sock = 5 as SocketId;
    c.peer = 9 as Address;
    const s = shutdownOf(client);
    expect(s.run()).toEqual({ drain: ["conn.workq", 1_000_000], then: "release" });
    expect(fake.log).toEqual(["emit conn_shutdown_start", "shutdown 5"]);
    expect(c.sock).toBe(5);
    s.run();
    expect(fake.log.at(-1)).toBe("close 5");
    expect(c).toMatchObject({ sock: undefined, peer: undefined });
  });

  test("leaves a client ready for the next socket, greetings dropped, the rest to resend", () => {
    const c = connOf(m, client);
    c.flags.shuttingDown = true;
    c.flags.sawGreeting = true;
    c.connectTo = 3 as Address;
    c.resendQueue = [message({ id: 1 })];
    c.sendQueue = [message({ cmd: "GREETING", id: 3 }), message({ id: 2 })];
    const s = untilWait(client);
    expect(s.run()).toEqual({ done: {} });
    expect(c.resendQueue.map((msend) => msend.id)).toEqual([1, 2]);
    expect(c).toMatchObject({ sendQueue: [], connectTo: undefined });
    expect(c.flags).toMatchObject({ shuttingDown: false, sawGreeting: false });
    expect(fake.log.slice(-3)).toEqual([
      "wake conn.waitq#1000000",
      "client_notify_down",
      "emit conn_shutdown_complete",
    ]);
  });

  test("of a listener shuts down what it accepted and waits for it to be gone", () => {
    const acc = accept(client, 11);
    const s = untilWait(client);
    expect(connOf(m, acc).flags.shuttingDown).toBe(true);
    expect(s.holds()).toBe(false);
    expect(s.blames()).toContain(`accepted connections ${connNumber(acc)}`);
    connOf(m, client).accepted = [];
    expect(s.holds()).toBe(true);
  });

  test("keeps an accepted connection for a reconnect, and still shutting down", () => {
    const acc = accept(client, 11);
    connOf(m, acc).flags.shuttingDown = true;
    fake.now = 1_000_000;
    const s = untilWait(acc);
    expect(s.run()).toEqual({ done: {} });
    expect(connOf(m, acc).flags).toMatchObject({ reconnWait: true, shuttingDown: true });
    expect(connOf(m, acc).reconnDeadlineAt).toBe(seconds(21));
    expect(fake.log).toContain(
      "queue scoutfs_net_reconn_free_worker#1000000 on conn.workq#1000000 after 20000000",
    );
    expect(fake.log).not.toContain("server_notify_down");
  });

  test.each(["farewell", "listener"])("destroys an accepted connection after %s", (why) => {
    const acc = accept(client, 11);
    if (why === "farewell") connOf(m, acc).flags.sawFarewell = true;
    else connOf(m, client).flags.shuttingDown = true;
    const s = untilWait(acc);
    expect(s.run()).toEqual({ done: {} });
    expect(s.labels.slice(-2)).toEqual(["settle", "destroy"]);
    expect(fake.log.at(-1)).toBe(
      `queue scoutfs_net_destroy_worker#${connNumber(acc)} on net.destroy_workq`,
    );
    expect(connOf(m, acc).flags.reconnWait).toBe(false);
  });

  test("completes every queued message under forced unmount, one call a step", () => {
    const c = connOf(m, client);
    m.super.forcingUnmount = true;
    c.sendQueue = [message({ id: 3, respFunc: "sync_response", respData: client })];
    c.resendQueue = [
      message({ id: 1, respFunc: "client_lock_response" }),
      message({ id: 2, response: true }),
    ];
    const s = untilWait(client);
    expect(s.run()).toMatchObject({
      call: "client_lock_response",
      args: { error: "ECONNABORTED", data: undefined },
    });
    expect(c.resendQueue.map((msend) => msend.id)).toEqual([2, 3]);
    expect(s.run({ error: "EINVAL" })).toMatchObject({
      call: "sync_response",
      args: { respData: client },
    });
    expect(s.run()).toEqual({ done: {} });
    expect(c.resendQueue).toEqual([]);
    expect(s.labels.slice(-4)).toEqual(["abort", "abort", "abort", "settle"]);
  });
});

describe("scoutfs_net_destroy_worker", () => {
  test("tells, forgets, leaves the listener, and frees", () => {
    const acc = accept(client, 11);
    connOf(m, acc).resendQueue = [message({ respFunc: "lock_response" })];
    const s = stepper(netDestroyWorker, m, out, { of: connNumber(acc) });
    const args = { conn: acc, rid: 11 };
    expect(s.run()).toEqual({ call: "server_notify_down", args, then: "freeMessages" });
    expect(s.run()).toMatchObject({ drain: ["conn.workq", connNumber(acc)] });
    expect(connOf(m, client).accepted).toEqual([]);
    expect(fake.log).toContain("wake conn.waitq#1000000");
    expect(s.run()).toEqual({ done: {} });
    expect(lookup(m.net.conns, acc)).toBeUndefined();
  });

  test("work that comes after it is found out", () => {
    const s = stepper(netDestroyWorker, m, out, { of: connNumber(client) });
    s.run();
    s.run();
    expect(() => shutdownOf(client).run()).toThrow("to be alive");
    const next = allocConn(m, out, {
      reqFuncs: "client",
      notifyUp: undefined,
      notifyDown: undefined,
    });
    expect(connNumber(next)).toBe(2_000_000);
    expect(() => shutdownOf(client).run()).toThrow("to be alive");
  });
});

describe("scoutfs_net_reconn_free_worker", () => {
  const worker = () => stepper(netReconnFreeWorker, m, out, { of: connNumber(client) });

  test("fences outside the lock, destroys, and starts over", () => {
    const late = reconnWait(client, 11, 100);
    fake.now = 100;
    const s = worker();
    const args = { rid: 11, address: 7, reason: "client_reconnect" };
    expect(s.run()).toEqual({ call: "scoutfs_fence_start", args, then: "fenced" });
    expect(connOf(m, late).flags.reconnFreeing).toBe(true);
    expect(s.run()).toEqual({ done: {} });
    expect(s.labels).toEqual(["enter", "walk", "checkStopping", "fenced", "destroy", "walk"]);
  });

  test("stops the server when fencing cannot start, and destroys all the same", () => {
    reconnWait(client, 11, 100);
    fake.now = 100;
    const s = worker();
    s.run();
    s.run({ error: "ENOMEM" });
    expect(fake.log.slice(-2)[0]).toBe("stop");
    expect(fake.log.at(-1)).toContain("scoutfs_net_destroy_worker");
  });

  test("frees all at once without a fence while the listener shuts down", () => {
    reconnWait(client, 11, 900);
    reconnWait(client, 12, 800);
    connOf(m, client).flags.shuttingDown = true;
    expect(worker().run()).toEqual({ done: {} });
    expect(fake.log.filter((line) => line.includes("destroy"))).toHaveLength(2);
  });

  test("comes back at the deadline of the last in the list, not of the first to expire", () => {
    reconnWait(client, 11, 300);
    reconnWait(client, 12, 900);
    fake.now = 100;
    worker().run();
    expect(fake.log).toEqual([
      "queue scoutfs_net_reconn_free_worker#1000000 on conn.workq#1000000 after 800",
    ]);
  });

  test("fences rid 0 for a connection that never had a valid greeting", () => {
    reconnWait(client, 0, 100);
    fake.now = 100;
    expect(worker().run()).toMatchObject({ call: "scoutfs_fence_start", args: { rid: 0 } });
  });
});

test("scoutfs_net_free_conn shuts down, waits for both works, and queues the end", () => {
  const s = stepper(netFreeConn, m, out, { conn: client });
  expect(s.run()).toMatchObject({ call: "scoutfs_net_shutdown" });
  s.run();
  expect(fake.log).toEqual(["queue scoutfs_net_destroy_worker#1000000 on net.destroy_workq"]);
  const shut = stepper(netShutdown, m, out, { conn: client });
  expect(shut.run()).toMatchObject({ flush: ["scoutfs_net_shutdown_worker", 1_000_000] });
  expect(shut.run()).toMatchObject({ flush: ["scoutfs_net_destroy_worker", 1_000_000] });
  expect(shut.run()).toEqual({ done: {} });
  expect(stepper(netFreeConn, m, out, { conn: undefined }).run()).toEqual({ done: {} });
});
