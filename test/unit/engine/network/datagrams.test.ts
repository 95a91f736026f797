// Datagrams: every fault alone, what it does and what it leaves alone.

import { describe, expect, test } from "vitest";
import {
  closeDatagrams,
  openDatagrams,
  receiveDatagram,
  sendDatagram,
} from "../../../../sim/engine/network/datagrams.ts";
import { clog, cut, heal, setLink, unclog } from "../../../../sim/engine/network/links.ts";
import type { NetOptions } from "../../../../sim/engine/network/net.ts";
import { receive, send } from "../../../../sim/engine/network/streams.ts";
import type { SocketId } from "../../../../src/core/index.ts";
import { at, FakeMachine, ok, PORT, pair } from "../../../support/fake-machine.ts";

interface Two {
  readonly m: FakeMachine;
  readonly a: SocketId;
  readonly b: SocketId;
}

function two(net: NetOptions = {}): Two {
  const m = new FakeMachine({ net });
  return { m, a: ok(openDatagrams(m, 0, PORT)), b: ok(openDatagrams(m, 1, PORT)) };
}

function take(m: FakeMachine, mount: number, socket: SocketId): string[] {
  const got: string[] = [];
  for (let d = receiveDatagram(m, mount, socket); d; d = receiveDatagram(m, mount, socket)) {
    got.push(d.body);
  }
  return got;
}

/** Sends that many from a to b, lets them travel, and says what came. */
function flood({ m, a, b }: Two, count: number): string[] {
  for (let i = 0; i < count; i++) sendDatagram(m, 0, a, at(1), `${i}`);
  m.run(100_000);
  return take(m, 1, b);
}

describe("ports", () => {
  test("one that is open is in use on that host only, and free once it is closed", () => {
    const m = new FakeMachine({ hosts: [0, 0, 1] });
    const first = ok(openDatagrams(m, 0, PORT));
    expect(openDatagrams(m, 1, PORT)).toBe("EADDRINUSE");
    ok(openDatagrams(m, 2, PORT));
    closeDatagrams(m, 0, first);
    expect(openDatagrams(m, 1, PORT)).toBe(0);
  });

  test("a new socket takes the lowest free slot, and a closed one is a crash", () => {
    const m = new FakeMachine();
    const ids = [1, 2, 3].map((port) => ok(openDatagrams(m, 0, port)));
    expect(ids).toEqual([0, 1, 2]);
    closeDatagrams(m, 0, ids[1] as SocketId);
    expect(() => receiveDatagram(m, 0, ids[1] as SocketId)).toThrow("it was closed");
    expect(openDatagrams(m, 0, 4)).toBe(1);
  });
});

describe("a healthy way", () => {
  test("delivers within its latency, says who sent it, and wakes the socket", () => {
    const { m, a, b } = two({ link: { minUs: 100, maxUs: 200 } });
    sendDatagram(m, 0, a, at(1), "hello");
    m.run(99);
    expect(receiveDatagram(m, 1, b)).toBeUndefined();
    m.run(101);
    expect(receiveDatagram(m, 1, b)).toMatchObject({ from: at(0), body: "hello" });
    expect(m.wakes).toEqual([`m1:${b}`]);
    expect(m.drops()).toEqual([]);
    expect(m.draws).toEqual(["datagram delay"]);
  });

  test("keeps the two mounts of a host apart and brings them together fast", () => {
    const m = new FakeMachine({ hosts: [0, 0] });
    const a = ok(openDatagrams(m, 0, 1));
    const b = ok(openDatagrams(m, 1, 2));
    sendDatagram(m, 0, a, at(0, 2), "near");
    m.run(20);
    expect(take(m, 1, b)).toEqual(["near"]);
    expect(take(m, 0, a)).toEqual([]);
  });
});

describe("each fault alone", () => {
  test("loss drops that share, in that direction", () => {
    const t = two();
    setLink(t.m, 0, 1, { lossPermille: 500 });
    const got = flood(t, 200);
    expect(got.length).toBeGreaterThan(60);
    expect(got.length).toBeLessThan(140);
    expect(t.m.drops()).toEqual(Array.from({ length: 200 - got.length }, () => "lost"));
    for (let i = 0; i < 50; i++) sendDatagram(t.m, 1, t.b, at(0), "back");
    t.m.run(1000);
    expect(take(t.m, 0, t.a)).toHaveLength(50);
  });

  test("duplication delivers twice and loses nothing", () => {
    const t = two();
    setLink(t.m, 0, 1, { duplicatePermille: 1000 });
    expect(flood(t, 20).sort((x, y) => Number(x) - Number(y))).toEqual(
      Array.from({ length: 40 }, (_, i) => `${Math.trunc(i / 2)}`),
    );
  });

  test("reordering delays some, loses none and doubles none", () => {
    const t = two({ link: { minUs: 100, maxUs: 100 } });
    setLink(t.m, 0, 1, { reorderPermille: 300, reorderUs: 5000 });
    const got = flood(t, 50);
    expect(got).not.toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    expect(new Set(got).size).toBe(50);
    expect(got).toHaveLength(50);
  });

  test("a cut drops that direction, leaves the other and streams alone, and heals", () => {
    const t = two();
    const [c, s] = pair(t.m);
    cut(t.m, 0, 1, { streams: false });
    expect(flood(t, 3)).toEqual([]);
    expect(t.m.drops()).toEqual(["cut", "cut", "cut"]);
    sendDatagram(t.m, 1, t.b, at(0), "back");
    send(t.m, 0, c, 1);
    t.m.run(1000);
    expect(take(t.m, 0, t.a)).toEqual(["back"]);
    expect(receive(t.m, 1, s)).toEqual({ message: 1 });
    heal(t.m, 0, 1);
    expect(flood(t, 1)).toEqual(["0"]);
  });

  test("a cut takes what is in flight with it", () => {
    const { m, a, b } = two();
    sendDatagram(m, 0, a, at(1), "late");
    cut(m, 0, 1);
    m.run(1000);
    expect(take(m, 1, b)).toEqual([]);
    expect(m.drops()).toEqual(["cut in flight"]);
  });

  test("a clog holds what is sent and lets it go in another order", () => {
    const t = two({ link: { minUs: 100, maxUs: 100 } });
    clog(t.m, 0, 1);
    expect(flood(t, 20)).toEqual([]);
    sendDatagram(t.m, 1, t.b, at(0), "back");
    t.m.run(1000);
    expect(take(t.m, 0, t.a)).toEqual(["back"]);
    unclog(t.m, 0, 1);
    t.m.run(1000);
    const got = take(t.m, 1, t.b);
    expect(got).not.toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
    expect(new Set(got).size).toBe(20);
    expect(t.m.drops()).toEqual([]);
  });

  test("a clogged way holds only so many", () => {
    const t = two({ limits: { held: 3 } });
    clog(t.m, 0, 1);
    flood(t, 5);
    expect(t.m.drops()).toEqual(["clogged way is full", "clogged way is full"]);
    unclog(t.m, 0, 1);
    t.m.run(1000);
    expect(take(t.m, 1, t.b)).toHaveLength(3);
  });

  test("a full receive queue drops what comes after", () => {
    const t = two({ limits: { receiveQueue: 4 } });
    expect(flood(t, 6)).toHaveLength(4);
    expect(t.m.drops()).toEqual(["receive queue full", "receive queue full"]);
  });

  test("nobody there: the record says whether port, mount or host is missing", () => {
    const m = new FakeMachine({ hosts: [0, 1, 2, 3] });
    const a = ok(openDatagrams(m, 0, PORT));
    for (const mount of [2, 3]) ok(openDatagrams(m, mount, PORT));
    m.powerOff(2);
    m.mount(3).sockets.length = 0;
    for (const host of [1, 2, 3]) sendDatagram(m, 0, a, at(host), "x");
    m.run(1000);
    expect(m.drops().toSorted()).toEqual(["host down", "mount dead", "not bound"]);
  });
});

test("a fault that is taken away does not change the draws of what is left", () => {
  const delays = (withFault: boolean) => {
    const m = new FakeMachine({ hosts: [0, 1, 2] });
    const [a, b, c] = [0, 1, 2].map((mount) => ok(openDatagrams(m, mount, PORT)));
    if (withFault) setLink(m, 0, 2, { lossPermille: 500, duplicatePermille: 500 });
    for (let i = 0; i < 20; i++) {
      sendDatagram(m, 0, a as SocketId, at(1), `${i}`);
      sendDatagram(m, 0, a as SocketId, at(2), `${i}`);
    }
    m.run(1000);
    take(m, 2, c as SocketId);
    return take(m, 1, b as SocketId);
  };
  expect(delays(true)).toEqual(delays(false));
});
