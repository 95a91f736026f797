// The Linux semantics of work queues, timers, flush, cancel and drain, one test for each.

import { describe, expect, test } from "vitest";
import { start } from "../../../../sim/engine/build.ts";
import { logOf, type Op, scriptWorld } from "../../../support/script.ts";

const log = (text: string): Op => ({ op: "log", text });
const sleep = (us: number): Op => ({ op: "sleep", us });
const create = (queue: string, maxActive = 8): Op => ({ op: "create", queue, maxActive });
const queue = (q: string, job: number): Op => ({ op: "queue", queue: q, job });

describe("a work item", () => {
  test("that is queued while it is pending is not queued again", () => {
    const w = scriptWorld([[create("q"), queue("q", 1), queue("q", 1)], [log("ran")]]);
    expect(logOf(w)).toEqual(["queue 1 false", "ran"]);
  });

  test("that is queued while it runs runs once more, and never twice at once", () => {
    const w = scriptWorld([
      [create("q"), queue("q", 1), sleep(50), queue("q", 1), queue("q", 1)],
      [log("enter"), sleep(500), log("leave")],
    ]);
    expect(logOf(w)).toEqual(["enter", "queue 1 false", "leave", "enter", "leave"]);
  });

  test("can queue itself from its own function", () => {
    const w = scriptWorld([
      [create("q"), queue("q", 1)],
      [log("ran"), sleep(100), queue("q", 1)],
    ]);
    expect(logOf(w, 1000).length).toBeGreaterThan(3);
  });
});

describe("a queue", () => {
  test("runs no more items at once than its limit", () => {
    const body = (n: number): Op[] => [log(`enter ${n}`), sleep(500), log(`leave ${n}`)];
    const w = scriptWorld([
      [create("q", 2), queue("q", 1), queue("q", 2), queue("q", 3)],
      body(1),
      body(2),
      body(3),
    ]);
    const order = logOf(w);
    expect(order.indexOf("enter 3")).toBeGreaterThan(order.indexOf("leave 1"));
    expect(order.indexOf("enter 2")).toBeLessThan(order.indexOf("leave 1"));
    expect(order).toHaveLength(6);
  });

  test("of one item at a time keeps the order of queueing", () => {
    const w = scriptWorld([
      [create("q", 1), queue("q", 2), queue("q", 1), queue("q", 3)],
      [log("1")],
      [log("2")],
      [log("3")],
    ]);
    expect(logOf(w)).toEqual(["2", "1", "3"]);
  });

  test("that drains drops what others queue and lets chained work in", () => {
    const w = scriptWorld(
      [
        [create("q"), queue("q", 1), sleep(50), { op: "drain", queue: "q" }],
        [log("first"), sleep(500), queue("q", 2)],
        [log("chained"), sleep(500), log("end of chained")],
        [log("dropped")],
        [sleep(200), queue("q", 3), queue("q", 3)],
      ],
      [0, 4],
    );
    expect(logOf(w)).toEqual([
      "first",
      "queue 3 false", // PENDING stays set on what was dropped
      "chained",
      "end of chained",
      "drain done",
    ]);
  });

  test("that drains does not wait for delayed work, which it drops when its timer fires", () => {
    const w = scriptWorld([
      [
        create("q"),
        { op: "queue", queue: "q", job: 2, afterUs: 300 },
        queue("q", 1),
        sleep(50),
        { op: "drain", queue: "q" },
      ],
      [sleep(1000)],
      [log("dropped")],
    ]);
    expect(logOf(w)).toEqual(["drain done"]);
    expect(w.peekMount(0).works.get("job#2")?.dropped).toBe(true);
  });
});

describe("drain_workqueue", () => {
  test("drops what others queue until the one who drains has run", () => {
    const w = scriptWorld(
      [
        [create("q"), queue("q", 1), sleep(50), { op: "drain", queue: "q" }, log("drained")],
        [sleep(500)],
        [log("came in between")],
        [queue("q", 2)],
      ],
      [0],
    );
    const ended = (x: typeof w) => x.peekMount(0).works.has("job#1") === false;
    w.runUntil((x) => x.now > 100 && ended(x));
    start(w, 0, "job", { of: 3 });
    const late = w.pendingEvents().at(-1);
    if (late !== undefined) w.stepTo(late);
    expect(logOf(w)).toEqual(["drain done", "drained"]);
    expect(w.peekMount(0).works.get("job#2")?.dropped).toBe(true);
  });

  test("ends when the last item that waits is cancelled while it runs on another queue", () => {
    const w = scriptWorld(
      [
        [create("q"), create("r"), queue("r", 1), sleep(50), queue("q", 1), sleep(50)],
        [sleep(1000)],
        [sleep(60), { op: "drain", queue: "q" }],
        [sleep(200), { op: "cancel", job: 1 }],
      ],
      [0, 2, 3],
    );
    expect(logOf(w)).toEqual(["drain done", "cancel done true"]);
  });
});

describe("flush_work", () => {
  test("waits for the instance that is queued, not for those that come later", () => {
    const w = scriptWorld(
      [
        [create("q"), queue("q", 1), { op: "flush", job: 1 }, log("flushed")],
        [log("ran"), sleep(100), queue("q", 1)],
      ],
      [0],
    );
    expect(logOf(w, 300).slice(0, 4)).toEqual(["ran", "flush done true", "flushed", "ran"]);
  });

  test("returns at once for idle work", () => {
    expect(logOf(scriptWorld([[{ op: "flush", job: 1 }]]))).toEqual(["flush done false"]);
  });

  test("does not wait for a timer, flush_delayed_work does not let it wait", () => {
    const delayed: Op = { op: "queue", queue: "q", job: 1, afterUs: 5000 };
    const plain = scriptWorld([[create("q"), delayed, { op: "flush", job: 1 }], [log("ran")]]);
    expect(logOf(plain)).toEqual(["flush done false", "ran"]);
    const hurry: Op = { op: "flush", job: 1, hurry: true };
    const hurried = scriptWorld([[create("q"), delayed, hurry], [log("ran")]]);
    expect(logOf(hurried)).toEqual(["ran", "flush done true"]);
    expect(hurried.pendingEvents()).toEqual([]);
  });
});

describe("cancel_work_sync", () => {
  test("takes a pending item off its queue", () => {
    const w = scriptWorld([[create("q"), queue("q", 1), { op: "cancel", job: 1 }], [log("ran")]]);
    expect(logOf(w)).toEqual(["cancel done true"]);
  });

  test("of a running item waits for it and keeps it from queueing itself meanwhile", () => {
    const w = scriptWorld([
      [create("q"), queue("q", 1), sleep(50), { op: "cancel", job: 1 }, queue("q", 2)],
      [log("enter"), sleep(500), queue("q", 1), log("leave")],
      [log("the queue is alive")],
    ]);
    expect(logOf(w)).toEqual([
      "enter",
      "queue 1 false",
      "leave",
      "cancel done false",
      "the queue is alive",
    ]);
  });

  test("stops delayed work before its timer fires", () => {
    const w = scriptWorld([
      [
        create("q"),
        { op: "queue", queue: "q", job: 1, afterUs: 500 },
        { op: "cancel", job: 1 },
        { op: "queue", queue: "q", job: 1, afterUs: 900 },
      ],
      [log("ran")],
    ]);
    w.runFor(800);
    expect(w.peekMount(0).state.log).toEqual(["cancel done true"]);
    expect(logOf(w)).toEqual(["cancel done true", "ran"]);
  });

  test("never returns for an item that a draining queue dropped", () => {
    const w = scriptWorld(
      [
        [create("q"), queue("q", 1), sleep(50), { op: "drain", queue: "q" }],
        [sleep(500)],
        [log("dropped")],
        [sleep(100), queue("q", 2), sleep(1000), { op: "cancel", job: 2 }],
      ],
      [0, 3],
    );
    expect(logOf(w)).toEqual(["drain done"]);
  });
});

describe("delayed work and timers", () => {
  test("mod_delayed_work moves the timer", () => {
    const w = scriptWorld([
      [
        create("q"),
        { op: "queue", queue: "q", job: 1, afterUs: 500 },
        { op: "mod", queue: "q", job: 1, afterUs: 5000 },
      ],
      [log("ran")],
    ]);
    w.runFor(4000);
    expect(w.peekMount(0).state.log).toEqual(["mod 1 true"]);
    expect(logOf(w)).toEqual(["mod 1 true", "ran"]);
  });

  test("a timer that was moved does not fire for the item that has its name later", () => {
    const w = scriptWorld([
      [
        create("q"),
        { op: "queue", queue: "q", job: 1, afterUs: 1000 },
        { op: "mod", queue: "q", job: 1, afterUs: 0 },
        sleep(500),
        { op: "queue", queue: "q", job: 1, afterUs: 50_000 },
      ],
      [log("ran")],
    ]);
    w.runFor(5000);
    expect(w.peekMount(0).state.log).toEqual(["mod 1 true", "ran"]);
    expect(logOf(w)).toEqual(["mod 1 true", "ran", "ran"]);
  });

  test("a timer's callback is not preempted", () => {
    const steps = Array.from({ length: 40 }, () => log("fired"));
    const scheduling = { start: { min: 10, max: 10 }, preemptWithin: 2 };
    const w = scriptWorld([[{ op: "arm", job: 1, afterUs: 100 }], steps], [0], { scheduling });
    w.runUntil((x) => x.peekMount(0).state.log.length > 0);
    expect(w.peekMount(0).state.log).toHaveLength(40);
  });

  test("a timer fires once, and not after it was disarmed", () => {
    const w = scriptWorld([
      [
        { op: "arm", job: 1, afterUs: 100 },
        { op: "arm", job: 2, afterUs: 100 },
        sleep(50),
        { op: "disarm", job: 2 },
        sleep(500),
        { op: "disarm", job: 1 },
      ],
      [log("fired")],
      [log("disarmed")],
    ]);
    expect(logOf(w)).toEqual(["disarm 2 true", "fired", "disarm 1 false"]);
  });

  test("a timer's callback that sleeps is a CRASH", () => {
    const w = scriptWorld([[{ op: "arm", job: 1, afterUs: 100 }], [sleep(10)]]);
    logOf(w);
    expect(w.violations.map((v) => v.promise)).toEqual(["CRASH"]);
    expect(w.violations[0]?.text).toMatch(/callback job not to sleep/);
  });

  test("queueing on a queue that does not exist is a CRASH", () => {
    const w = scriptWorld([[queue("gone", 1)], [log("ran")]]);
    logOf(w);
    expect(w.violations[0]?.text).toMatch(/expected the work queue gone to exist/);
  });
});
