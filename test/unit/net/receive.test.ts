// The receive worker: what breaks a connection, what is dropped, what is acknowledged, and what a
// greeting holds up.

import { describe, expect, test } from "vitest";
import * as streams from "../../../sim/engine/network/streams.ts";
import type { SocketId } from "../../../src/core/index.ts";
import type { NetMessage } from "../../../src/net/types.ts";
import {
  accepted,
  askFor,
  client,
  connected,
  hold,
  inject,
  type NetWorld,
  netWorld,
  notes,
  release,
  seen,
} from "./world.ts";

function greeted(seed = "receive"): NetWorld {
  const w = netWorld({ seed });
  connected(w);
  return w;
}
const isBroken = (w: NetWorld): boolean => seen(w, "conn_shutdown_start", 0).length > 0;

describe("an invalid message breaks the connection", () => {
  test.each<[string, Partial<NetMessage>]>([
    ["without a seq", { seq: 0 }],
    ["without an id", { id: 0 }],
    ["a request with an error", { error: "EIO" }],
    ["a second greeting on one socket", { cmd: "GREETING", data: undefined }],
  ])("%s", (why, it) => {
    const w = greeted();
    inject(w, 1, it, { seq: 60, id: 60 });
    w.runFor(10_000);
    expect(notes(w, `invalid message: ${why.slice(0, 9)}`)).toHaveLength(1);
    expect(notes(w, "handled")).toEqual([]);
    expect(isBroken(w)).toBe(true);
  });

  test("a greeting of the wrong kind", () => {
    const w = netWorld();
    const sent = hold(w, "submit_send", "check", 1);
    connected(w);
    inject(w, 1, { cmd: "GREETING", response: true });
    w.runFor(10_000);
    expect(sent.held).toHaveLength(1);
    expect(notes(w, "invalid message: a greeting of the wrong kind")).toHaveLength(1);
  });
});

describe("receiving", () => {
  test("drops what has a seq that was received before, after recording it", () => {
    const w = greeted();
    inject(w, 1, {}, {}, { seq: 49, id: 49 }, { seq: 51, id: 51, data: { count: 2 } });
    w.runFor(20_000);
    expect(notes(w, "handled")).toEqual(["handled 1", "handled 2"]);
    expect(seen(w, "ignored", 0).map(({ data }) => data.text)).toEqual([
      "a message that was received before",
      "a message that was received before",
    ]);
    const received = seen(w, "net_recv_message", 0).filter(({ data }) => data.cmd !== "GREETING");
    expect(received.map(({ data }) => data.seq)).toEqual([50, 50, 49, 51]);
    expect(accepted(w)[0]?.recvSeq).toBe(51);
  });

  test("frees the responses that the peer has received, and keeps the others", () => {
    const w = greeted();
    askFor(w, 1);
    w.runFor(10_000);
    expect(accepted(w)[0]?.resendQueue.map(({ response }) => response)).toEqual([true, true]);
    askFor(w, 1);
    w.runFor(500);
    expect(accepted(w)[0]?.resendQueue).toEqual([]);
    expect(client(w).resendQueue).toHaveLength(1);
    expect(notes(w, "answer")).toEqual(["answer: 1"]);
  });

  test("handles all that has arrived, though a reset comes behind it", () => {
    const w = greeted();
    const first = hold(w, "scoutfs_net_recv_worker", "dispatch", 0);
    for (const count of [1, 2, 3]) inject(w, 1, { seq: 50 + count, id: count, data: { count } });
    w.runFor(1000);
    const second = hold(w, "scoutfs_net_recv_worker", "acknowledge", 0);
    release(w, first);
    w.runFor(1000);
    expect(second.held).toHaveLength(1);
    streams.resetStreams(w, 0, 1);
    w.runFor(1000);
    release(w, second);
    w.runFor(20_000);
    expect(notes(w, "begins").sort()).toEqual(["begins 1", "begins 2", "begins 3"]);
    expect(isBroken(w)).toBe(true);
  });

  test("its end, by the peer or by an error, shuts the connection down", () => {
    for (const end of ["peer", "reset"]) {
      const w = greeted(end);
      if (end === "reset") streams.resetStreams(w, 0, 1);
      else streams.shutdown(w, 1, client(w).sock as SocketId);
      w.runFor(10_000);
      expect(isBroken(w)).toBe(true);
      expect(accepted(w)[0]?.flags).toMatchObject({ reconnWait: true, established: false });
    }
  });

  test("processes a greeting before it looks at what came with it", () => {
    const w = netWorld();
    const sent = hold(w, "submit_send", "check", 1);
    const take = hold(w, "scoutfs_net_recv_worker", "receive", 0);
    connected(w);
    const greeting = { serverTerm: 0, rid: 101 as never, farewell: false, quorum: false };
    inject(w, 1, { cmd: "GREETING", id: 1, seq: 1, data: greeting }, { seq: 2, id: 2 });
    w.runFor(1000);
    const walk = hold(w, "scoutfs_net_server_greeting", "walk");
    release(w, take);
    w.runFor(10_000);
    expect([sent.held, walk.held].map(({ length }) => length)).toEqual([1, 1]);
    expect(seen(w, "net_recv_message", 0)).toHaveLength(1);
    release(w, walk);
    w.runFor(10_000);
    expect(notes(w, "handled")).toEqual(["handled 1"]);
  });
});
