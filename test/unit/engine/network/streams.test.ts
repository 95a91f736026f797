// Streams: order, breaks that the two ends learn of at different times, nothing delivered twice.

import { describe, expect, test } from "vitest";
import { clog, cut, heal, unclog } from "../../../../sim/engine/network/links.ts";
import * as streams from "../../../../sim/engine/network/streams.ts";
import { type SocketId, us } from "../../../../src/core/index.ts";
import { at, drain, FakeMachine, listener, ok, PORT, pair } from "../../../support/fake-machine.ts";

const SECOND = 1_000_000;
const state = (m: FakeMachine, mount: number, socket: SocketId) =>
  streams.stateOf(m, mount, socket);
const sendAll = (m: FakeMachine, mount: number, socket: SocketId, numbers: number[]) =>
  numbers.map((n) => streams.send(m, mount, socket, n));

describe("connecting", () => {
  test("takes a round trip, then the listener has the connection", () => {
    const m = new FakeMachine({ net: { link: { minUs: 100, maxUs: 100 } } });
    const l = listener(m);
    const c = streams.connect(m, 0, at(1), us(5 * SECOND));
    m.run(199);
    expect(state(m, 0, c)).toBe("connecting");
    expect(streams.send(m, 0, c, 1)).toBe(false);
    m.run(1);
    expect(state(m, 0, c)).toBe("established");
    expect(streams.accept(m, 1, l)).toBeUndefined();
    m.run(100);
    const s = ok(streams.accept(m, 1, l));
    expect(state(m, 1, s)).toBe("established");
    expect(streams.peerOf(m, 0, c)).toBe(at(1));
    expect(m.live()).toEqual([]);
  });

  test("is refused where nobody listens: no port, bound only, or closed", () => {
    const m = new FakeMachine();
    const refused = () => {
      const c = streams.connect(m, 0, at(1), us(5 * SECOND));
      m.run(1000);
      return state(m, 0, c);
    };
    expect(refused()).toEqual({ broken: "ECONNREFUSED" });
    const l = ok(streams.bind(m, 1, PORT));
    expect(streams.bind(m, 1, PORT)).toBe("EADDRINUSE");
    expect(refused()).toEqual({ broken: "ECONNREFUSED" });
    streams.listen(m, 1, l);
    expect(refused()).toBe("established");
    streams.close(m, 1, l);
    expect(refused()).toEqual({ broken: "ECONNREFUSED" });
    ok(streams.bind(m, 1, PORT));
  });

  test("gets no answer from a host that is down and gives up at its timeout", () => {
    const m = new FakeMachine();
    m.powerOff(1);
    const c = streams.connect(m, 0, at(1), us(5 * SECOND));
    m.run(5 * SECOND - 1);
    expect(state(m, 0, c)).toBe("connecting");
    m.run(1);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    expect(m.live()).toEqual([]);
  });

  test.each([
    [0, 1],
    [1, 0],
  ])("is repeated after 1, 2, 4 s while the way %i -> %i is cut", (from, to) => {
    const m = new FakeMachine();
    listener(m);
    cut(m, from, to);
    const c = streams.connect(m, 0, at(1), us(60 * SECOND));
    m.run(1.5 * SECOND);
    heal(m, from, to);
    m.run(1.4 * SECOND);
    expect(state(m, 0, c)).toBe("connecting");
    m.run(0.2 * SECOND);
    expect(state(m, 0, c)).toBe("established");
  });

  test("is broken by a shutdown of its socket", () => {
    const m = new FakeMachine();
    m.powerOff(1);
    const c = streams.connect(m, 0, at(1), us(5 * SECOND));
    m.run(1000);
    streams.shutdown(m, 0, c);
    expect(state(m, 0, c)).toEqual({ broken: "ECONNABORTED" });
    expect(streams.receive(m, 0, c)).toBe("ECONNABORTED");
    m.run(20 * SECOND);
    expect(m.live()).toEqual([]);
  });

  test("gets no answer while the backlog is full", () => {
    const m = new FakeMachine({ net: { limits: { backlog: 1 } } });
    const l = listener(m);
    const [, second] = [1, 2].map(() => {
      const c = streams.connect(m, 0, at(1), us(5 * SECOND));
      m.run(1000);
      return c;
    }) as [SocketId, SocketId];
    expect(state(m, 0, second)).toBe("connecting");
    ok(streams.accept(m, 1, l));
    m.run(SECOND);
    expect(state(m, 0, second)).toBe("established");
  });

  test("a listener that closes resets what it had not accepted", () => {
    const m = new FakeMachine();
    const l = listener(m);
    const c = streams.connect(m, 0, at(1), us(5 * SECOND));
    m.run(1000);
    streams.close(m, 1, l);
    m.run(1000);
    expect(state(m, 0, c)).toEqual({ broken: "ECONNRESET" });
    expect(m.mount(1).sockets.every((s) => s === undefined)).toBe(true);
  });

  test("a listener that was shut down says so to accept and keeps its port until closed", () => {
    const m = new FakeMachine();
    const l = listener(m);
    streams.shutdown(m, 1, l);
    expect(streams.accept(m, 1, l)).toBe("EINVAL");
    expect(streams.bind(m, 1, PORT)).toBe("EADDRINUSE");
  });
});

describe("sending", () => {
  test("keeps the order and leaves nothing pending when healthy", () => {
    const m = new FakeMachine({ net: { link: { minUs: 10, maxUs: 5000 } } });
    const [c, s] = pair(m);
    sendAll(m, 0, c, [1, 2, 3]);
    sendAll(m, 1, s, [7, 8]);
    m.run(20_000);
    expect(drain(m, 1, s)).toEqual([1, 2, 3]);
    expect(drain(m, 0, c)).toEqual([7, 8]);
    expect(m.live()).toEqual([]);
  });

  test("messages sent together travel together", () => {
    const m = new FakeMachine({ net: { link: { minUs: 100, maxUs: 100 } } });
    const [c, s] = pair(m);
    sendAll(m, 0, c, [1, 2, 3]);
    m.run(100);
    expect(drain(m, 1, s)).toEqual([1, 2, 3]);
  });

  test("says false when its buffer is full, and wakes the sender when there is room", () => {
    const m = new FakeMachine({ net: { limits: { sendBuffer: 2 } } });
    const [c, s] = pair(m);
    expect(sendAll(m, 0, c, [1, 2, 3])).toEqual([true, true, false]);
    m.wakes.length = 0;
    m.run(1000);
    expect(m.wakes).toContain(`m0:${c}`);
    expect(streams.send(m, 0, c, 3)).toBe(true);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([1, 2, 3]);
  });

  test("a receiver that does not read stalls the sender, for any time, until it reads", () => {
    const m = new FakeMachine({ net: { limits: { receiveBuffer: 2 } } });
    const [c, s] = pair(m);
    sendAll(m, 0, c, [1, 2, 3, 4]);
    m.run(300 * SECOND);
    expect(m.live()).toEqual([]);
    expect(drain(m, 1, s)).toEqual([1, 2]);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([3, 4]);
  });
});

describe("ending", () => {
  test("shutdown: this end at once, the peer behind what was sent", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    sendAll(m, 0, c, [1, 2]);
    streams.shutdown(m, 0, c);
    expect(state(m, 0, c)).toBe("shut");
    expect(streams.receive(m, 0, c)).toBe("end");
    expect(streams.send(m, 0, c, 3)).toBe("EPIPE");
    m.run(1000);
    expect(state(m, 1, s)).toBe("peer-closed");
    expect(drain(m, 1, s)).toEqual([1, 2, "end"]);
  });

  test("what has arrived is read before the end, also behind the reader's own shutdown", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    sendAll(m, 0, c, [1, 2]);
    m.run(1000);
    streams.shutdown(m, 1, s);
    expect(state(m, 1, s)).toBe("shut");
    expect(drain(m, 1, s)).toEqual([1, 2, "end"]);
    streams.close(m, 1, s);
    m.run(1000);
    expect(state(m, 0, c)).toBe("peer-closed");
  });

  test("what has arrived is read before the error when nobody answers any more", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    streams.send(m, 0, c, 1);
    m.run(1000);
    cut(m, 0, 1);
    cut(m, 1, 0);
    m.run(300 * SECOND);
    expect(state(m, 1, s)).toEqual({ broken: "ETIMEDOUT" });
    expect(drain(m, 1, s)).toEqual([1, "ETIMEDOUT"]);
  });

  test("data for an end that was shut is answered with a reset", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    streams.shutdown(m, 0, c);
    streams.send(m, 1, s, 1);
    m.run(10_000);
    expect(typeof state(m, 1, s)).toBe("object");
    expect(state(m, 0, c)).toBe("shut");
  });

  test("close with unread data resets the peer", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    streams.send(m, 0, c, 1);
    m.run(1000);
    streams.close(m, 1, s);
    m.run(1000);
    expect(streams.receive(m, 0, c)).toBe("ECONNRESET");
  });

  test("close delivers what was sent, and both closed leave nothing behind", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    sendAll(m, 0, c, [1, 2, 3]);
    streams.close(m, 0, c);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([1, 2, 3, "end"]);
    streams.close(m, 1, s);
    m.run(1000);
    expect(m.net().streams.map((x) => x.live)).toEqual([false]);
    expect(m.live()).toEqual([]);
    expect(m.records.filter((r) => r.kind === "broken")).toEqual([]);
  });

  test("a slot that is used again is not touched by events of the stream before", () => {
    const m = new FakeMachine();
    const [c, s, l] = pair(m);
    cut(m, 0, 1);
    heal(m, 0, 1);
    streams.close(m, 0, c);
    m.run(1000);
    streams.close(m, 1, s);
    m.run(1000);
    const again = streams.connect(m, 0, at(1), us(SECOND));
    expect(m.net().streams).toHaveLength(1);
    m.run(1000);
    const served = ok(streams.accept(m, 1, l));
    m.run(200 * SECOND);
    expect([state(m, 0, again), state(m, 1, served)]).toEqual(["established", "established"]);
  });

  test("a reset that was held back does not hit the next stream in that slot", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    streams.send(m, 0, c, 1);
    m.run(1000);
    clog(m, 1, 0);
    streams.close(m, 1, s);
    streams.close(m, 0, c);
    m.run(100 * SECOND);
    expect(m.net().streams.map((x) => x.live)).toEqual([false]);
    const again = streams.connect(m, 0, at(1), us(10 * SECOND));
    unclog(m, 1, 0);
    m.run(SECOND);
    expect(state(m, 0, again)).toBe("established");
  });
});
