// The world: bounds with clear errors, clones, fingerprints, crashes, what may happen next.

import { describe, expect, test } from "vitest";
import { build, planAt, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import { type Op, type Script, scriptPrograms, scriptWorld } from "../../support/script.ts";

const log = (text: string): Op => ({ op: "log", text });
const sleep = (us: number): Op => ({ op: "sleep", us });
const forever: Op[] = [
  { op: "create", queue: "q", maxActive: 1 },
  { op: "queue", queue: "q", job: 1 },
];
const again: Op[] = [{ op: "queue", queue: "q", job: 1 }];

describe("a bound", () => {
  test("on events ends the run with what, how many, when and what to do", () => {
    const w = scriptWorld([forever, again], [0], { bounds: { events: 100 } });
    expect(() => w.runFor(1_000_000)).toThrow(
      /^more than 100 events at \d+ us, event 100: raise the bound or end the run before$/,
    );
  });

  test("on time ends the run", () => {
    const w = scriptWorld([forever, again], [0], { bounds: { timeUs: 5_000 } });
    expect(() => w.runFor(1_000_000)).toThrow("more than 5000 us of simulated time");
  });

  test("on jumps ends a step that loops", () => {
    const endless = Array.from({ length: 300 }, () => log("x"));
    const w = scriptWorld([endless], [0], { bounds: { jumps: 100 } });
    expect(() => w.runFor(1000)).toThrow("more than 100 jumps of job in one event");
  });

  test("on tasks, on queued work and on pending events is named", () => {
    const sleepers = Array.from({ length: 20 }, () => 0);
    const tasks = () => scriptWorld([[sleep(1)]], sleepers, { bounds: { tasks: 10 } });
    expect(tasks).toThrow("more than 10 tasks of m0");
    const jobs: Op[][] = [
      [
        { op: "create", queue: "q", maxActive: 1 },
        ...Array.from({ length: 20 }, (_, i): Op => ({ op: "queue", queue: "q", job: i + 1 })),
      ],
    ];
    const queued = scriptWorld(jobs, [0], { bounds: { queued: 10 } });
    expect(() => queued.runFor(1000)).toThrow("more than 10 work on q");
    const pending = () => scriptWorld([[sleep(1)]], sleepers, { bounds: { pending: 10 } });
    expect(pending).toThrow("more than 10 pending events");
  });

  test("on pending events does not count what is stale", () => {
    const rearm = Array.from({ length: 50 }, (): Op => ({ op: "arm", job: 1, afterUs: 9000 }));
    const w = scriptWorld([rearm, [log("fired")]], [0], { bounds: { pending: 20 } });
    w.runFor(20_000);
    expect(w.peekMount(0).state.log).toEqual(["fired"]);
  });
});

describe("a clone", () => {
  test("leaves its original alone, and the original the clone", () => {
    const w = scriptWorld([[sleep(100), log("one"), sleep(100), log("two")]]);
    w.runFor(150);
    const copy = w.clone();
    w.runFor(1000);
    expect(copy.peekMount(0).state.log).toEqual(["one"]);
    copy.runFor(1000);
    expect(copy.peekMount(0).state.log).toEqual(["one", "two"]);
    expect(w.peekMount(0).state.log).toEqual(["one", "two"]);
  });

  test("takes the monitors' state along", () => {
    const counter: Monitor<Script, { seen: number }> = {
      promise: "FEW",
      wants: ["note", "step"],
      start: () => ({ seen: 0 }),
      on(_entry, state, view) {
        state.seen++;
        if (state.seen === 8) view.violate("here", "eight steps");
      },
    };
    const w = scriptWorld([[log("a"), sleep(50), log("b"), sleep(50), log("c")]], [0], {
      monitors: [counter],
    });
    w.runFor(70);
    const copy = w.clone();
    w.runFor(1000);
    copy.runFor(1000);
    expect(copy.violations).toEqual(w.violations);
    expect(copy.violations.map((v) => v.promise)).toEqual(["FEW"]);
  });
});

describe("a fingerprint", () => {
  const twoMounts = (): World<Script> =>
    build<Script>({
      programs: scriptPrograms,
      rules: {},
      api: {},
      chooser: seeded("two"),
      hosts: 2,
      mounts: [0, 1].map((host) => ({
        host,
        name: `m${host}`,
        state: { log: [], flags: new Set(), jobs: [[{ op: "set", flag: "f" }], [sleep(400)]] },
      })),
      scheduling: { start: { min: 0, max: 100 }, preemptWithin: 0 },
      ordering: {},
    });

  test("is the same whichever of two independent things came first", () => {
    const one = twoMounts();
    start(one, 0, "job", { of: 0 });
    start(one, 1, "job", { of: 0 });
    const other = one.clone();
    const [a, b] = one.mayHappenNext();
    if (a === undefined || b === undefined) throw new Error("both tasks may start");
    one.stepTo(a);
    one.stepTo(b);
    other.stepTo(b);
    expect(other.fingerprint()).not.toBe(one.fingerprint());
    other.stepTo(a);
    expect(other.fingerprint()).toBe(one.fingerprint());
    expect(other.hash).not.toBe(one.hash);
  });

  test("is of times relative to now", () => {
    const early = twoMounts();
    start(early, 0, "job", { of: 1 });
    const late = twoMounts();
    late.now = 5_000;
    start(late, 0, "job", { of: 1 });
    expect(late.fingerprint()).toBe(early.fingerprint());
  });

  test("changes with the state of one mount", () => {
    const w = twoMounts();
    const before = w.fingerprint();
    w.mount(1).state.flags.add("x");
    expect(w.fingerprint()).not.toBe(before);
  });
});

describe("what may happen next", () => {
  const inOrder = (jobs: Op[][], max: number) =>
    scriptWorld(
      jobs,
      jobs.map((_, i) => i),
      {
        ordering: {},
        scheduling: { start: { min: 10, max }, preemptWithin: 0 },
      },
    );

  test("is one event in time mode", () => {
    const w = scriptWorld([[log("a")], [log("b")]], [0, 1]);
    expect(w.mayHappenNext()).toHaveLength(1);
  });

  test("in order mode is everything whose window is open before another's closes", () => {
    expect(inOrder([[log("a")], [log("b")], [log("c")]], 50).mayHappenNext()).toHaveLength(3);
  });

  test("leaves out what cannot come before a deadline of something else", () => {
    const w = inOrder([[{ op: "arm", job: 1, afterUs: 500 }], [log("b")]], 50);
    const [first] = w.mayHappenNext();
    if (first === undefined) throw new Error("a task may start");
    w.stepTo(first);
    expect(w.mayHappenNext().every((e) => e.at <= 60)).toBe(true);
  });

  test("a start without delay comes before all else", () => {
    const w = scriptWorld([[log("a")], [log("b")]], [0, 1], {
      ordering: {},
      scheduling: { start: { min: 0, max: 0 }, preemptWithin: 0 },
    });
    expect(w.mayHappenNext()).toHaveLength(1);
  });
});

describe("a CRASH", () => {
  test("names its place and ends the mount, not the world", () => {
    const w = build<Script>({
      programs: scriptPrograms,
      rules: {},
      api: {},
      chooser: seeded("crash"),
      hosts: 2,
      mounts: [0, 1].map((host) => ({
        host,
        name: `m${host}`,
        state: {
          log: [],
          flags: new Set(),
          jobs: [[{ op: "unlock", mutex: "m" }], [log("alive")]],
        },
      })),
    });
    start(w, 0, "job", { of: 0 });
    start(w, 1, "job", { of: 1 });
    w.runFor(1000);
    expect(w.violations.map((v) => [v.promise, v.place, v.mount])).toEqual([
      ["CRASH", "job @ run", 0],
    ]);
    expect(w.peekMount(0).alive).toBe(false);
    expect(w.peekMount(1).state.log).toEqual(["alive"]);
  });
});

describe("the plan", () => {
  test("acts at its time, and an unknown action is refused by name", () => {
    const seen: number[] = [];
    const act = (w: World<Script>) => seen.push(w.now);
    const plan = new Map([["look", act as never]]);
    const w = scriptWorld([[]], [], { plan });
    planAt(w, 700, { do: "look" });
    w.runFor(1000);
    expect(seen).toEqual([700]);
    planAt(w, 1, { do: "dance" });
    expect(() => w.runFor(10)).toThrow("no plan action is called dance");
  });
});
