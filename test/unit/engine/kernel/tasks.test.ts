// Tasks: calls, waits with timeout and signal, mutexes that can be stolen, preemption.

import { describe, expect, test } from "vitest";
import { start } from "../../../../sim/engine/build.ts";
import { logOf, type Op, scriptWorld } from "../../../support/script.ts";

const log = (text: string): Op => ({ op: "log", text });
const sleep = (us: number): Op => ({ op: "sleep", us });
const lock: Op = { op: "lock", mutex: "m" };
const unlock: Op = { op: "unlock", mutex: "m" };

describe("a call", () => {
  test("returns its value or its error to the step after it", () => {
    const w = scriptWorld([
      [
        { op: "call", job: 1 },
        { op: "call", job: 2 },
      ],
      [log("called"), sleep(10)],
      [{ op: "fail" }],
    ]);
    expect(logOf(w)).toEqual(["called", "call done 1", "call done EIO"]);
  });

  test("keeps a mutex that the called program took", () => {
    const w = scriptWorld(
      [
        [{ op: "call", job: 1 }, sleep(500), log("unlocking"), unlock],
        [lock],
        [sleep(100), lock, log("mine now"), unlock],
      ],
      [0, 2],
    );
    expect(logOf(w)).toEqual(["call done 1", "unlocking", "mine now"]);
  });
});

describe("a wait", () => {
  const wait: Op = { op: "wait", flag: "f" };

  test("goes on at once when its condition holds", () => {
    expect(logOf(scriptWorld([[{ op: "set", flag: "f" }, wait]]))).toEqual(["wait done"]);
  });

  test("is not ended by the condition alone: somebody must wake its queue", () => {
    const w = scriptWorld([[wait], [sleep(100), { op: "set", flag: "f" }]], [0, 1]);
    expect(logOf(w)).toEqual([]);
    const woken = scriptWorld([[wait], [{ op: "set", flag: "f" }, { op: "wake" }]], [0, 1]);
    expect(logOf(woken)).toEqual(["wait done"]);
  });

  test("is tried and parks again when it is woken for nothing", () => {
    const w = scriptWorld(
      [[wait], [sleep(50), { op: "wake" }, sleep(50), { op: "set", flag: "f" }, { op: "wake" }]],
      [0, 1],
    );
    expect(logOf(w)).toEqual(["wait done"]);
  });

  test("times out, but looks at its condition a last time", () => {
    const timed: Op = { op: "wait", flag: "f", timeoutUs: 200 };
    expect(logOf(scriptWorld([[timed]]))).toEqual(["f timed out"]);
    const late = scriptWorld([[timed], [sleep(150), { op: "set", flag: "f" }]], [0, 1]);
    expect(logOf(late)).toEqual(["wait done"]);
  });

  test("of a task that is gone does not time out for the next task in its slot", () => {
    const w = scriptWorld(
      [
        [{ op: "wait", flag: "f", timeoutUs: 1000 }],
        [{ op: "set", flag: "f" }, { op: "wake" }],
        [sleep(50_000), log("slept")],
      ],
      [0, 1],
    );
    w.runFor(500);
    start(w, 0, "job", { of: 2 });
    w.runFor(5000);
    expect(w.peekMount(0).state.log).toEqual(["wait done"]);
    expect(logOf(w)).toEqual(["wait done", "slept"]);
  });

  test("ends when its task is signalled, where it says so", () => {
    const w = scriptWorld([[wait], [sleep(100), { op: "signal", task: { id: 0, generation: 1 } }]]);
    start(w, 0, "job", { of: 1 });
    expect(logOf(w)).toEqual(["f interrupted"]);
    const deaf = scriptWorld([
      [{ op: "wait", flag: "f", timeoutUs: 5000 }],
      [sleep(100), { op: "signal", task: { id: 0, generation: 1 } }],
    ]);
    start(deaf, 0, "job", { of: 1 });
    deaf.runFor(4000);
    expect(deaf.peekMount(0).state.log).toEqual([]);
  });
});

describe("a mutex", () => {
  const hold = (name: string, us: number): Op[] => [lock, log(name), sleep(us), unlock];

  test("has one owner at a time", () => {
    const w = scriptWorld(
      [
        [...hold("a", 200), log("a done")],
        [sleep(20), ...hold("b", 200), log("b done")],
      ],
      [0, 1],
    );
    expect(logOf(w)).toEqual(["a", "a done", "b", "b done"]);
  });

  test("can be stolen by a third before the one that was woken runs", () => {
    // a unlocks at about 130; b is woken then and would run 10 later; c asks in between
    const w = scriptWorld(
      [[lock, sleep(100), unlock], [sleep(20), lock, log("b"), unlock], hold("c", 50)],
      [0, 1],
    );
    w.runUntil((x) => x.peekMount(0).mutexes.get("m")?.owner === 0);
    w.runUntil((x) => x.peekMount(0).mutexes.get("m")?.owner === -1);
    start(w, 0, "job", { of: 2 });
    const b = w.pendingEvents().find((e) => e.who === 1);
    const c = w.pendingEvents().find((e) => e.who === 0);
    if (b === undefined || c === undefined) throw new Error("b and c should both be about to run");
    w.stepTo(c);
    expect(w.peekMount(0).state.log).toEqual(["c"]);
    expect(logOf(w)).toEqual(["c", "b"]);
  });

  test("is handed over to a waiter from whom it was stolen once", () => {
    const w = scriptWorld(
      [
        [lock, sleep(100), unlock],
        [sleep(20), lock, log("b"), unlock],
        hold("c", 50),
        hold("d", 9),
      ],
      [0, 1],
    );
    w.runUntil((x) => x.peekMount(0).mutexes.get("m")?.owner === 0);
    w.runUntil((x) => x.peekMount(0).mutexes.get("m")?.owner === -1);
    start(w, 0, "job", { of: 2 });
    const c = w.pendingEvents().find((e) => e.who === 0);
    if (c !== undefined) w.stepTo(c);
    w.runFor(30); // b runs, finds it stolen
    start(w, 0, "job", { of: 3 });
    expect(logOf(w)).toEqual(["c", "b", "d"]);
  });

  test("is not unlocked by another task, nor kept by one that ends", () => {
    const stranger = scriptWorld(
      [
        [lock, sleep(500), unlock],
        [sleep(50), unlock],
      ],
      [0, 1],
    );
    logOf(stranger);
    expect(stranger.violations[0]?.text).toMatch(/expected the task that unlocks m to own it/);
    const careless = scriptWorld([[lock]]);
    logOf(careless);
    expect(careless.violations[0]?.text).toMatch(/expected job to unlock m before it ends/);
  });
});

describe("preemption", () => {
  const busy = (name: string): Op[] => Array.from({ length: 40 }, () => log(name));
  const alternations = (order: readonly string[]) =>
    order.filter((x, i) => i > 0 && x !== order[i - 1]).length;

  test("lets another task run between two steps when the countdown ends", () => {
    const start = { min: 10, max: 10 };
    const never = scriptWorld([busy("a"), busy("b")], [0, 1]);
    expect(alternations(logOf(never))).toBe(1);
    const often = scriptWorld([busy("a"), busy("b")], [0, 1], {
      scheduling: { start, preemptWithin: 4 },
    });
    expect(alternations(logOf(often))).toBeGreaterThan(5);
  });
});
