// Worlds of equal fingerprint must go on alike: random walks in order mode, and whenever a
// fingerprint is met again, what can follow there must have the same fingerprints as before.

import { expect, test } from "vitest";
import { build } from "../../sim/engine/build.ts";
import { fromValues, odometer, seeded } from "../../sim/engine/chooser.ts";
import { Kind } from "../../sim/engine/event.ts";
import { killMount, pause, resume } from "../../sim/engine/hosts.ts";
import { clog, cut, healAll } from "../../sim/engine/network/links.ts";
import * as streams from "../../sim/engine/network/streams.ts";
import type { World } from "../../sim/engine/world.ts";
import { address, type HostId, type Protocol, type SocketId, us } from "../../src/core/index.ts";
import { leaseWorld } from "../protocols/leases.ts";
import { type Op, type Script, scriptPrograms, scriptWorld } from "../support/script.ts";

/** The fingerprints of all that may follow at once. */
function successors<P extends Protocol>(w: World<P>): { worlds: World<P>[]; prints: string } {
  const worlds: World<P>[] = [];
  const prints = new Set<string>();
  for (const event of w.mayHappenNext()) {
    const digits = odometer({ maxDigits: 12 });
    do {
      const next = w.clone();
      next.chooser = digits;
      next.stepTo(event);
      next.chooser = fromValues([]);
      const print = next.fingerprint();
      if (!prints.has(print)) worlds.push(next);
      prints.add(print);
    } while (digits.next());
  }
  return { worlds, prints: [...prints].sort().join(" ") };
}

/** How often a fingerprint was met again; throws when two worlds of one go on differently. */
function walk<P extends Protocol>(make: () => World<P>, walks: number, steps: number): number {
  const known = new Map<string, string>();
  const chance = seeded("walks");
  let again = 0;
  for (let i = 0; i < walks; i++) {
    let w = make();
    for (let s = 0; s < steps && w.violations.length === 0; s++) {
      const print = w.fingerprint();
      const { worlds, prints } = successors(w);
      const before = known.get(print);
      if (before === undefined) known.set(print, prints);
      else {
        again++;
        expect(prints, `walk ${i}, step ${s}`).toBe(before);
      }
      const next = worlds[chance.pick(0, "way", Math.max(1, worlds.length))];
      if (next === undefined) break;
      w = next;
    }
  }
  return again;
}

const OPS: readonly Op[] = [
  { op: "sleep", us: 10 },
  { op: "sleep", us: 25 },
  { op: "queue", queue: "q", job: 4 },
  { op: "queue", queue: "q", job: 5 },
  { op: "queue", queue: "r", job: 5 },
  { op: "queue", queue: "q", job: 4, afterUs: 20 },
  { op: "mod", queue: "r", job: 5, afterUs: 15 },
  { op: "flush", job: 4 },
  { op: "flush", job: 5, hurry: true },
  { op: "cancel", job: 4 },
  { op: "cancel", job: 5 },
  { op: "drain", queue: "q" },
  { op: "arm", job: 6, afterUs: 12 },
  { op: "disarm", job: 6 },
  { op: "wait", flag: "f", timeoutUs: 30 },
  { op: "wake" },
  { op: "lock", mutex: "m" },
];

const scripted = (seed: string) => () => {
  const chance = seeded(seed);
  const one = (): Op[] => {
    const op = OPS[chance.pick(0, "op", OPS.length)] as Op;
    const unlock: Op[] = [
      { op: "sleep", us: 5 },
      { op: "unlock", mutex: "m" },
    ];
    return op.op === "lock" ? [op, ...unlock] : [op];
  };
  const some = (n: number) => Array.from({ length: n }, one).flat();
  const work: Op[] = [{ op: "sleep", us: 8 }];
  return scriptWorld(
    [
      [
        { op: "create", queue: "q", maxActive: 1 },
        { op: "create", queue: "r", maxActive: 2 },
        ...some(4),
      ],
      [{ op: "sleep", us: 1 }, ...some(4)],
      [{ op: "sleep", us: 1 }, ...some(3), { op: "set", flag: "f" }, { op: "wake" }],
      [],
      work,
      [...work, { op: "queue", queue: "q", job: 4 }],
      [{ op: "wake" }],
    ],
    [0, 1, 2],
    {
      ordering: { preempt: 1 },
      chooser: fromValues([]),
      scheduling: { start: { min: 0, max: 6 }, preemptWithin: 0 },
    },
  );
};

test.each(Array.from({ length: 12 }, (_, i) => `${i}`))("work, tasks, timers: seed %s", (seed) => {
  expect(walk(scripted(seed), 60, 60)).toBeGreaterThan(100);
});

test("the lease service over a bad network", () => {
  const make = () =>
    leaseWorld({
      clients: 2,
      keys: 2,
      chooser: fromValues([]),
      blueprint: {
        ordering: { "datagram loss": 1, "datagram twice": 1, preempt: 1 },
        net: { link: { minUs: 0, maxUs: 900, lossPermille: 1, duplicatePermille: 1 } },
        device: { landMin: 0, landMax: 900, completeMin: 0, completeMax: 0 },
        scheduling: { start: { min: 0, max: 20 }, preemptWithin: 0 },
      },
    });
  expect(walk(make, 150, 40)).toBeGreaterThan(200);
});

type Act = { readonly do: string; readonly mount: number; readonly what: string };
const WHAT = ["send", "send", "receive", "accept", "shutdown", "close", "connect", "listen"];
// (Pauses and clogs keep events with their numbers: such worlds are only merged less often.)
const FAULTS = ["cut", "heal", "kill", "reset"];

function befall(w: World<Script>, { mount, what }: Act): void {
  const peer = 1 - mount;
  if (what === "cut") return cut(w, mount, peer);
  if (what === "clog") return clog(w, mount, peer);
  if (what === "heal") return healAll(w, 2);
  if (what === "kill") return killMount(w, mount);
  if (what === "pause") return pause(w, mount);
  if (what === "resume") return resume(w, mount);
  streams.resetStreams(w, mount, peer);
}

/** The first stream socket of the mount does it, or the first listener. */
function use(w: World<Script>, { mount, what }: Act): void {
  if (!w.peekMount(mount).alive) return;
  const { sockets } = w.peekMount(mount);
  const find = (kind: string) => sockets.findIndex((s) => s?.kind === kind) as SocketId;
  const stream = find("stream");
  const listener = find("listener");
  if (what === "connect") streams.connect(w, mount, address((1 - mount) as HostId, 7), us(3000));
  else if (what === "listen" && listener < 0) {
    const socket = streams.bind(w, mount, 7);
    if (typeof socket === "number") streams.listen(w, mount, socket);
  } else if (what === "accept" && listener >= 0) streams.accept(w, mount, listener);
  else if (stream < 0) return;
  else if (what === "send") streams.send(w, mount, stream, { n: 1 });
  else if (what === "receive") streams.receive(w, mount, stream);
  else if (what === "shutdown") streams.shutdown(w, mount, stream);
  else if (what === "close")
    streams.close(w, mount, listener >= 0 && mount === 1 ? listener : stream);
}

const streaming = (seed: string) => () => {
  const chance = seeded(seed);
  const w = build<Script>({
    programs: scriptPrograms,
    rules: {},
    api: {},
    chooser: fromValues([]),
    hosts: 2,
    mounts: [0, 1].map((host) => ({
      host,
      name: `m${host}`,
      state: { log: [], flags: new Set<string>(), jobs: [] },
    })),
    net: {
      link: { minUs: 0, maxUs: 300, lossPermille: chance.pick(0, "lossy", 2) },
      limits: { userTimeoutUs: 4000, keepIntervalUs: 500, sendBuffer: 2, receiveBuffer: 1 },
    },
    plan: new Map([
      ["use", use as never],
      ["befall", befall as never],
    ]),
    ordering: { "stream loss": 1 },
  });
  for (const what of ["listen", "connect"]) {
    use(w, { do: "use", mount: what === "listen" ? 1 : 0, what });
  }
  for (let i = 0; i < 5; i++) {
    const at = 200 + chance.pick(0, "at", 4) * 400;
    const isFault = chance.pick(0, "fault", 4) === 0;
    const [list, name] = isFault ? [FAULTS, "befall"] : [WHAT, "use"];
    const what = list[chance.pick(0, name, list.length)] ?? "send";
    const body: Act = { do: name, mount: chance.pick(0, "who", 2), what };
    const event = { kind: Kind.plan, mount: -1, who: 0, gen: 0, body };
    w.schedule(event, { min: at, max: at + 300 }, 0, "plan");
  }
  return w;
};

test.each(Array.from({ length: 12 }, (_, i) => `${i}`))("streams: seed %s", (seed) => {
  expect(walk(streaming(seed), 60, 40)).toBeGreaterThan(20);
});
