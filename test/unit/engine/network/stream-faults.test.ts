// Streams when the way is cut, clogged, lossy or reset, and as properties over random faults.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clog, cut, heal, healAll, setLink, unclog } from "../../../../sim/engine/network/links.ts";
import * as streams from "../../../../sim/engine/network/streams.ts";
import { type SocketId, us } from "../../../../src/core/index.ts";
import { at, drain, FakeMachine, ok, pair } from "../../../support/fake-machine.ts";

const SECOND = 1_000_000;
const state = (m: FakeMachine, mount: number, socket: SocketId) =>
  streams.stateOf(m, mount, socket);
const sendAll = (m: FakeMachine, mount: number, socket: SocketId, numbers: number[]) =>
  numbers.map((n) => streams.send(m, mount, socket, n));

describe("a cut way", () => {
  test("short: all arrives after a retransmission, once", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    cut(m, 0, 1);
    sendAll(m, 0, c, [1, 2]);
    m.run(3 * SECOND);
    expect(drain(m, 1, s)).toEqual([]);
    heal(m, 0, 1);
    m.run(5 * SECOND);
    expect(drain(m, 1, s)).toEqual([1, 2]);
    expect(state(m, 0, c)).toBe("established");
    m.run(100 * SECOND);
    expect(m.live()).toEqual([]);
  });

  test("what is sent later does not hurry the retransmission of what was lost", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    cut(m, 0, 1);
    streams.send(m, 0, c, 1);
    m.run(SECOND);
    heal(m, 0, 1);
    streams.send(m, 0, c, 2);
    m.run(SECOND / 10);
    expect(drain(m, 1, s)).toEqual([]);
    m.run(SECOND);
    expect(drain(m, 1, s)).toEqual([1, 2]);
  });

  test("long: the sender breaks at its user timeout, the other end by its probes", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    m.run(50 * SECOND);
    cut(m, 0, 1);
    cut(m, 1, 0);
    const start = m.now;
    streams.send(m, 0, c, 1);
    const brokenAt = (mount: number, socket: SocketId) => {
      while (typeof state(m, mount, socket) === "string") m.run(SECOND / 10);
      return Math.round((m.now - start) / SECOND);
    };
    expect(brokenAt(1, s)).toBe(10);
    expect(brokenAt(0, c)).toBe(60);
    expect(state(m, 1, s)).toEqual({ broken: "ETIMEDOUT" });
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    m.run(200 * SECOND);
    expect(m.live()).toEqual([]);
  });

  test("one way only: the end that hears nothing gives up and its reset reaches the other", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    m.run(50 * SECOND);
    cut(m, 0, 1);
    streams.send(m, 0, c, 1);
    m.run(10 * SECOND + 1000);
    expect(state(m, 1, s)).toEqual({ broken: "ETIMEDOUT" });
    expect(state(m, 0, c)).toEqual({ broken: "ECONNRESET" });
  });

  test("only the acknowledgements: delivered once though the sender breaks", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    cut(m, 1, 0);
    sendAll(m, 0, c, [1, 2]);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([1, 2]);
    m.run(61 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    expect(streams.send(m, 0, c, 3)).toBe("ETIMEDOUT");
    expect(state(m, 1, s)).toBe("established");
    m.run(60 * SECOND);
    expect(drain(m, 1, s)).toEqual(["ETIMEDOUT"]);
  });

  test("only the acknowledgements, for a while: nothing twice, and the stream goes on", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    cut(m, 1, 0);
    sendAll(m, 0, c, [1, 2]);
    m.run(2 * SECOND);
    heal(m, 1, 0);
    streams.send(m, 0, c, 3);
    m.run(5 * SECOND);
    expect(drain(m, 1, s)).toEqual([1, 2, 3]);
    expect(m.net().streams[0]?.ends[0].unacked).toEqual([]);
  });

  test("idle: probes find it out, and a short one leaves the stream whole", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    cut(m, 0, 1);
    m.run(30 * SECOND);
    heal(m, 0, 1);
    m.run(100 * SECOND);
    expect([state(m, 0, c), state(m, 1, s)]).toEqual(["established", "established"]);
    expect(m.live()).toEqual([]);
    cut(m, 0, 1);
    m.run(61 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
  });

  test("leaves other pairs of hosts alone", () => {
    const m = new FakeMachine({ hosts: [0, 1, 2] });
    const [c, s] = pair(m, 2, 1);
    cut(m, 0, 1);
    cut(m, 1, 0);
    streams.send(m, 2, c, 1);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([1]);
    m.run(100 * SECOND);
    expect(state(m, 2, c)).toBe("established");
  });

  test("an end with its own user timeout gives up by that", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    streams.setUserTimeout(m, 0, c, us(10 * SECOND));
    cut(m, 0, 1);
    streams.send(m, 0, c, 1);
    m.run(11 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    expect(state(m, 1, s)).toBe("established");
  });
});

test("a user timeout that comes after the fault moves the probe that the fault armed", () => {
  const m = new FakeMachine();
  const [c] = pair(m);
  cut(m, 0, 1);
  streams.setUserTimeout(m, 0, c, us(10 * SECOND));
  m.run(9 * SECOND);
  expect(state(m, 0, c)).toBe("established");
  m.run(2 * SECOND);
  expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
});

describe("other faults", () => {
  test("loss delays and loses nothing", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    setLink(m, 0, 1, { lossPermille: 300 });
    const numbers = Array.from({ length: 30 }, (_, i) => i);
    sendAll(m, 0, c, numbers);
    m.run(200 * SECOND);
    expect(drain(m, 1, s)).toEqual(numbers);
  });

  test("a clog holds, and lets go without a retransmission", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    clog(m, 0, 1);
    sendAll(m, 0, c, [1, 2]);
    m.run(10 * SECOND);
    expect(drain(m, 1, s)).toEqual([]);
    unclog(m, 0, 1);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([1, 2]);
  });

  test("a clog longer than the user timeout breaks the sender", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    streams.setUserTimeout(m, 0, c, us(30 * SECOND));
    clog(m, 0, 1);
    streams.send(m, 0, c, 1);
    m.run(31 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    unclog(m, 0, 1);
    m.run(SECOND);
    expect(drain(m, 1, s)).not.toContain(1);
  });

  test("resetStreams breaks both ends, each after its delay, and no other stream", () => {
    const m = new FakeMachine({ hosts: [0, 1, 2] });
    const [c, s, l] = pair(m);
    const o = streams.connect(m, 2, at(1), us(SECOND));
    m.run(1000);
    ok(streams.accept(m, 1, l));
    streams.send(m, 0, c, 1);
    m.run(1000);
    streams.resetStreams(m, 0, 1);
    m.run(1000);
    expect(state(m, 0, c)).toEqual({ broken: "ECONNRESET" });
    expect(drain(m, 1, s)).toEqual([1, "ECONNRESET"]);
    expect(state(m, 2, o)).toBe("established");
  });

  test("resetOpenedBy breaks what one mount has opened, and nothing else between its hosts", () => {
    const m = new FakeMachine({ hosts: [0, 0, 0] });
    const [c, s, l] = pair(m);
    const o = streams.connect(m, 2, at(0), us(SECOND));
    m.run(1000);
    ok(streams.accept(m, 1, l));
    streams.resetOpenedBy(m, 1);
    m.run(1000);
    expect([state(m, 0, c), state(m, 2, o)]).toEqual(["established", "established"]);
    streams.resetOpenedBy(m, 0);
    m.run(1000);
    expect(state(m, 0, c)).toEqual({ broken: "ECONNRESET" });
    expect(drain(m, 1, s)).toEqual(["ECONNRESET"]);
    expect(state(m, 2, o)).toBe("established");
  });

  test("a host without power is silent; when it is up again it answers with a reset", () => {
    const m = new FakeMachine();
    const [c] = pair(m);
    streams.send(m, 0, c, 1);
    m.powerOff(1);
    m.run(3 * SECOND);
    expect(state(m, 0, c)).toBe("established");
    m.host(1).up = true;
    m.run(10 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ECONNRESET" });
  });

  test("an idle peer of a host without power is found out by probes", () => {
    const m = new FakeMachine();
    const [c] = pair(m);
    m.powerOff(1);
    m.run(61 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    streams.close(m, 0, c);
    m.run(SECOND);
    expect(m.live()).toEqual([]);
    expect(m.net().streams.every((x) => !x.live)).toBe(true);
  });

  test("a paused host: a short pause delays, a long one breaks its peers", () => {
    const m = new FakeMachine();
    const [c, s] = pair(m);
    m.pause(1);
    streams.send(m, 0, c, 1);
    m.run(30 * SECOND);
    m.resume(1);
    m.run(1000);
    expect(drain(m, 1, s)).toEqual([1]);
    m.pause(1);
    streams.send(m, 0, c, 2);
    m.run(61 * SECOND);
    expect(state(m, 0, c)).toEqual({ broken: "ETIMEDOUT" });
    m.resume(1);
    m.run(61 * SECOND);
    expect(state(m, 1, s)).toEqual({ broken: "ECONNRESET" });
  });
});

// ---- properties --------------------------------------------------------------------------------

const op = fc.oneof(
  { weight: 6, arbitrary: fc.constant("send" as const) },
  { weight: 3, arbitrary: fc.constant("answer" as const) },
  { weight: 4, arbitrary: fc.constant("read" as const) },
  fc.constantFrom("cut", "cut back", "heal", "clog", "unclog", "lossy", "pause", "resume", "copy"),
);
const plan = fc.array(fc.tuple(op, fc.nat({ max: 3_000_000 })), { maxLength: 60 });
type Plan = readonly (readonly [string, number])[];

/** Runs the plan; what each end sent and got. */
function play(m: FakeMachine, steps: Plan) {
  const [c, s] = pair(m);
  const got: [unknown[], unknown[]] = [[], []];
  const sent = [0, 0] as [number, number];
  const read = () => {
    got[0].push(...drain(m, 0, c).filter((x) => typeof x === "number"));
    got[1].push(...drain(m, 1, s).filter((x) => typeof x === "number"));
  };
  const acts: Record<string, () => unknown> = {
    send: () => streams.send(m, 0, c, sent[0]) === true && sent[0]++,
    answer: () => streams.send(m, 1, s, sent[1]) === true && sent[1]++,
    read,
    cut: () => cut(m, 0, 1),
    "cut back": () => cut(m, 1, 0),
    heal: () => healAll(m, 2),
    clog: () => clog(m, 0, 1),
    unclog: () => unclog(m, 0, 1),
    lossy: () => setLink(m, 0, 1, { lossPermille: 400 }),
    pause: () => m.pause(1),
    resume: () => m.resume(1),
    copy: () => m.copyNet(),
  };
  for (const [name, wait] of steps) {
    acts[name]?.();
    m.run(wait);
  }
  return { c, s, got, sent, read };
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test("whatever happens, messages arrive in order, none twice, none left out", () => {
  fc.assert(
    fc.property(plan, fc.string(), (steps, seed) => {
      const m = new FakeMachine({ seed, net: { link: { minUs: 0, maxUs: 400_000 } } });
      const r = play(m, steps);
      m.resume(1);
      healAll(m, 2);
      setLink(m, 0, 1, { lossPermille: 0 });
      for (let i = 0; i < 10; i++) {
        m.run(20 * SECOND);
        r.read();
      }
      const [atClient, atServer] = r.got;
      expect(atServer).toEqual(upTo(atServer.length));
      expect(atClient).toEqual(upTo(atClient.length));
      const whole = state(m, 0, r.c) === "established" && state(m, 1, r.s) === "established";
      if (whole) expect([atServer.length, atClient.length]).toEqual(r.sent);
      // A quiet network comes to rest, and both ends agree on whether there is a stream.
      expect(m.live()).toEqual([]);
      expect(typeof state(m, 0, r.c)).toBe(typeof state(m, 1, r.s));
    }),
    { numRuns: 300 },
  );
});

test("a faulty network that is never mended comes to rest as well", () => {
  fc.assert(
    fc.property(plan, fc.string(), (steps, seed) => {
      const m = new FakeMachine({ seed });
      play(m, steps);
      m.run(400 * SECOND);
      expect(m.live()).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("the same seed and plan give the same records", () => {
  fc.assert(
    fc.property(plan, fc.string(), (steps, seed) => {
      const run = () => {
        const m = new FakeMachine({ seed });
        play(m, steps);
        return [m.records, m.draws, m.now];
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 50 },
  );
});
