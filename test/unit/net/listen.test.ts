// The listening connection: the backlog, the accept loop, and the end of both.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import { each, seconds } from "../../../src/core/index.ts";
import {
  accepted,
  client,
  connected,
  hold,
  listener,
  listenerConn,
  type NetWorld,
  netWorld,
  notes,
  PORT,
  release,
  SECOND,
  seen,
} from "./world.ts";

const connect = (w: NetWorld, mount: number) =>
  start(w, mount, "test_connect", { timeout: seconds(1) });
const alive = (w: NetWorld, mount: number): number =>
  [...each(w.mount(mount).state.net.conns)].length;

describe("scoutfs_net_bind", () => {
  test("fails on a port that is taken, and on a connection that has a socket", () => {
    const w = netWorld();
    const bind = (conn: unknown) => start(w, 0, "scoutfs_net_bind", { conn, address: PORT });
    bind(listenerConn(w));
    w.runFor(1000);
    expect(notes(w, "WARN bind")).toHaveLength(1);
    expect(seen(w, "net_bind")[0]?.data).toMatchObject({ port: PORT });
  });
});

describe("scoutfs_net_listen_worker", () => {
  test("accepts in the order of arrival, each with the listener's functions", () => {
    const w = netWorld({ mounts: 3 });
    connected(w, 1);
    connected(w, 2);
    expect(accepted(w).map(({ rid }) => rid)).toEqual([101, 102]);
    expect(accepted(w)[0]).toMatchObject({ reqFuncs: "server", notifyUp: "server_notify_up" });
    expect(accepted(w)[0]?.peer).toBe(accepted(w)[0]?.lastPeer);
    expect(seen(w, "conn_accept")[0]?.data).toMatchObject({
      flags: "established",
      conn_rid: 0,
      accepted: true,
    });
  });

  test("whoever connects before it runs is in the backlog, and is accepted then", () => {
    const w = netWorld({ listens: false });
    const accept = hold(w, "scoutfs_net_listen_worker", "accept");
    start(w, 0, "test_listen");
    w.runFor(1000);
    connected(w);
    expect(client(w).flags).toMatchObject({ established: true, validGreeting: false });
    expect(accepted(w)).toEqual([]);
    release(w, accept);
    w.runFor(10_000);
    expect(accepted(w).map(({ rid }) => rid)).toEqual([101]);
    expect(client(w).flags.validGreeting).toBe(true);
  });

  test("a socket that was reset before its turn is released, its connection destroyed", () => {
    const w = netWorld();
    const alloc = hold(w, "scoutfs_net_listen_worker", "alloc");
    connect(w, 1);
    w.runFor(1000);
    expect(alloc.held).toHaveLength(1);
    resetStreams(w, 1, 0);
    w.runFor(1000);
    release(w, alloc);
    w.runFor(10_000);
    expect(notes(w, "accepted a socket that was broken already")).toHaveLength(1);
    expect(accepted(w)).toEqual([]);
    expect(alive(w, 0)).toBe(1);
    expect(w.mount(0).sockets.filter((socket) => socket !== undefined)).toHaveLength(1);
    connected(w);
    expect(accepted(w)).toHaveLength(1);
  });

  test("the shutdown of the listener ends it, the backlog and all that was accepted", () => {
    const w = netWorld({ mounts: 3 });
    connected(w, 1);
    const alloc = hold(w, "scoutfs_net_listen_worker", "publish");
    connect(w, 2);
    w.runFor(10_000);
    start(w, 0, "scoutfs_net_free_conn", { conn: listenerConn(w) });
    w.runFor(10_000);
    expect(alive(w, 0)).toBe(3);
    release(w, alloc);
    w.runFor(100_000);
    expect(alive(w, 0)).toBe(0);
    expect(notes(w, "server_notify_down").sort()).toEqual([
      "server_notify_down",
      "server_notify_down 101",
      "server_notify_down 102",
    ]);
    expect(client(w, 1).flags.established).toBe(false);
    expect(seen(w, "conn_destroy_free", 0)).toHaveLength(3);
  });

  /** It never greeted, and waits for its reconnect like any; rid 0 stands for the listener. */
  test("an accepted connection that goes before its greeting: rid 0 is fenced and down", () => {
    const w = netWorld();
    const sent = hold(w, "submit_send", "check", 1);
    connect(w, 1);
    w.runFor(10_000);
    expect(sent.held).toHaveLength(1);
    resetStreams(w, 1, 0);
    w.runFor(19.9 * SECOND);
    expect(notes(w, "fence")).toEqual([]);
    w.runFor(0.2 * SECOND);
    expect(notes(w, "fence")).toEqual(["fence 0"]);
    expect(notes(w, "server_notify_down")).toEqual(["server_notify_down 0"]);
    expect(listener(w).accepted).toEqual([]);
  });
});
