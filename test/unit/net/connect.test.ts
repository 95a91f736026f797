// scoutfs_net_connect and its worker: connected, refused, timed out, broken by a shutdown, and the
// races between the two.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { cut } from "../../../sim/engine/network/links.ts";
import { seconds, us } from "../../../src/core/index.ts";
import {
  client,
  clientConn,
  connected,
  hold,
  type NetWorld,
  netWorld,
  notes,
  release,
  SECOND,
  seen,
} from "./world.ts";

const connect = (w: NetWorld, timeout = seconds(1)) => start(w, 1, "test_connect", { timeout });
const kinds = (w: NetWorld, ...wanted: string[]) => wanted.map((kind) => seen(w, kind, 1).length);

describe("connecting", () => {
  test("establishes the connection, without a greeting yet", () => {
    const w = netWorld();
    const sent = hold(w, "submit_send", "check", 1);
    connect(w);
    w.runFor(10_000);
    expect(sent.held).toHaveLength(1);
    expect(client(w).flags).toMatchObject({ established: true, validGreeting: false });
    expect(notes(w, "connect")).toEqual(["connect: done"]);
    const [ret] = seen(w, "net_connect_ret");
    expect(ret?.data.ret).toBe(0);
    expect(seen(w, "conn_connect_complete")[0]?.data).toMatchObject({
      flags: "established",
      accepted: false,
      conn_rid: 0,
      next_send_seq: 1,
    });
  });

  test("gives the socket the mount's keepalive timeout", () => {
    const w = netWorld();
    connected(w);
    const timeouts = w.net().streams[0]?.ends.map((end) => end.userTimeoutUs);
    expect(timeouts).toEqual([24 * SECOND, 24 * SECOND]);
  });

  test("refused: hears of it while the shutdown is still under way", () => {
    const w = netWorld({ listens: false });
    const waits = hold(w, "scoutfs_net_connect", "wait");
    const shuts = hold(w, "scoutfs_net_shutdown_worker", "shutSocket");
    connect(w);
    w.runFor(100_000);
    expect([waits.held.length, shuts.held.length]).toEqual([1, 1]);
    release(w, waits);
    w.runFor(1000);
    expect(notes(w, "connect")).toContain("connect: ESHUTDOWN");
    expect(notes(w, "client_notify_down")).toHaveLength(0);
    release(w, shuts);
    w.runFor(100_000);
    expect(notes(w, "client_notify_down")).toHaveLength(1);
  });

  test("refused: the connection shuts down and is ready for the next attempt", () => {
    const w = netWorld({ listens: false });
    connect(w);
    w.runFor(100_000);
    expect(notes(w, "connect")).toEqual(["connect failed: ECONNREFUSED", "connect: ESHUTDOWN"]);
    expect(client(w)).toMatchObject({ sock: undefined, connectTo: undefined });
    expect(client(w).flags.shuttingDown).toBe(false);
    expect(notes(w, "client_notify_down")).toHaveLength(1);
    start(w, 0, "test_listen");
    connect(w);
    w.runFor(100_000);
    expect(client(w).flags).toMatchObject({ established: true, validGreeting: true });
  });

  test("gives up after its timeout, which is cut to whole seconds", () => {
    const w = netWorld();
    cut(w, 1, 0);
    connect(w, us(2_900_000));
    w.runFor(1_990_000);
    expect(notes(w, "connect")).toEqual([]);
    w.runFor(20_000);
    expect(notes(w, "connect")).toEqual(["connect failed: ETIMEDOUT", "connect: ESHUTDOWN"]);
  });

  test("less than a second is no timeout: TCP's own ends it", () => {
    const w = netWorld();
    cut(w, 1, 0);
    connect(w, us(900_000));
    w.runFor(126 * SECOND);
    expect(notes(w, "connect")).toEqual([]);
    w.runFor(2 * SECOND);
    expect(notes(w, "connect: ")).toEqual(["connect: ESHUTDOWN"]);
  });
});

describe("a shutdown", () => {
  test("breaks a connect that blocks", () => {
    const w = netWorld();
    cut(w, 1, 0);
    connect(w);
    w.runFor(10_000);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(10_000);
    expect(notes(w, "connect")).toContain("connect failed: ECONNABORTED");
    expect(notes(w, "connect")).toContain("connect: ESHUTDOWN");
    expect(client(w).flags.shuttingDown).toBe(false);
    expect(kinds(w, "conn_shutdown_start", "conn_shutdown_complete")).toEqual([1, 1]);
  });

  test("that ends before the worker is queued takes its address away", () => {
    const w = netWorld();
    const queue = hold(w, "scoutfs_net_connect", "queue");
    connect(w);
    w.runFor(1000);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(10_000);
    release(w, queue);
    w.runFor(10_000);
    expect(notes(w, "a connect whose address")).toHaveLength(1);
    expect(notes(w, "connect: ")).toEqual(["connect: ESHUTDOWN"]);
    expect(client(w).flags.shuttingDown).toBe(false);
  });

  test("that has not begun to work makes a new attempt fail at once", () => {
    const w = netWorld();
    const queue = hold(w, "scoutfs_net_connect", "queue");
    const work = hold(w, "scoutfs_net_shutdown_worker", "enter");
    connect(w);
    w.runFor(1000);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(1000);
    release(w, queue);
    w.runFor(40);
    expect(work.held).toHaveLength(1);
    expect(notes(w, "connect: ")).toEqual(["connect: ESHUTDOWN"]);
  });

  test("that comes when the connect is up leaves it established, without a socket", () => {
    const w = netWorld();
    const establish = hold(w, "scoutfs_net_connect_worker", "establish");
    connect(w);
    w.runFor(1000);
    w.mount(1).state.super.forcingUnmount = true;
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(10_000);
    release(w, establish);
    w.runFor(10_000);
    expect(kinds(w, "conn_shutdown_start", "conn_shutdown_complete")).toEqual([1, 1]);
    expect(client(w)).toMatchObject({ sock: undefined });
    expect(client(w).flags).toMatchObject({ established: true, shuttingDown: false });
  });

  /** It found no socket to shut; the receive worker of the one that came after it never ends. */
  test("that looks for the socket before there is one drains for as long as the peer lives", () => {
    const w = netWorld();
    const create = hold(w, "scoutfs_net_connect_worker", "create");
    connect(w);
    w.runFor(1000);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(10_000);
    release(w, create);
    w.runFor(300 * SECOND);
    expect(notes(w, "connected while the connection shuts down")).toHaveLength(1);
    expect(client(w).flags).toMatchObject({ established: true, shuttingDown: true });
    expect(kinds(w, "conn_shutdown_start", "conn_shutdown_complete")).toEqual([1, 0]);
  });
});
