// The connect worker: when it tries, what it says, and when it gives up; see
// src/client/connect.ts.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import {
  breakSocket,
  clientWorld,
  commands,
  greet,
  hold,
  MS,
  playOf,
  putItem,
  RID,
  reaches,
  release,
  SECOND,
  seen,
  setUp,
  stateOf,
} from "./world.ts";

const DELAY = 100 * MS;
/** Between one attempt and the next: the delay, and the start of the worker. */
function gaps(connects: readonly number[]): number[] {
  return connects.slice(1).map((at, i) => at - (connects[i] ?? 0));
}
const expectDelay = (gap: number, took = 0) => {
  expect(gap).toBeGreaterThanOrEqual(DELAY + took);
  expect(gap).toBeLessThan(DELAY + took + 2 * MS);
};

describe("attempts", () => {
  test("begin with the mount, at once", () => {
    const w = clientWorld();
    setUp(w);
    expect(playOf(w).connects).toHaveLength(1);
    expect(commands(w)).toEqual(["GREETING"]);
  });

  test("that are refused follow each other after 100 ms, as those to a dead leader do", () => {
    const w = clientWorld({ connectError: "ESHUTDOWN", connectTakesUs: 3 * MS });
    setUp(w, SECOND);
    const { connects } = playOf(w);
    expect(connects.length).toBeGreaterThanOrEqual(9);
    for (const gap of gaps(connects)) expectDelay(gap, 3 * MS);
  });

  test("that hang are given up after 1 s, and the next one waits its 100 ms all the same", () => {
    const w = clientWorld({ connectError: "ESHUTDOWN", connectTakesUs: 60 * SECOND });
    setUp(w, 4 * SECOND);
    for (const gap of gaps(playOf(w).connects)) expectDelay(gap, SECOND);
    expect(playOf(w).connects).toHaveLength(4);
  });

  test("wait the same where nobody has been elected yet", () => {
    const w = clientWorld({ sinError: "ENOENT" });
    setUp(w, SECOND);
    expect(playOf(w).connects).toEqual([]);
    playOf(w).sinError = undefined;
    w.runFor(DELAY + 2 * MS);
    expect(playOf(w).connects).toHaveLength(1);
  });

  test("are one at a time: one that falls due during another begins right after it", () => {
    const w = clientWorld({ connectError: "ESHUTDOWN", connectTakesUs: 300 * MS });
    setUp(w);
    breakSocket(w);
    breakSocket(w);
    w.runFor(500 * MS);
    const [gap = 0, ...more] = gaps(playOf(w).connects);
    expect(more).toEqual([]);
    expect(gap).toBeGreaterThanOrEqual(300 * MS);
    expect(gap).toBeLessThan(302 * MS);
  });
});

describe("after a break", () => {
  test("of a connection whose greeting was answered the next attempt is at once", () => {
    const w = clientWorld();
    setUp(w);
    greet(w, 5);
    w.runFor(SECOND);
    const before = w.now;
    breakSocket(w);
    const [, again = 0] = playOf(w).connects;
    expect(again - before).toBeLessThan(MS);
  });

  test("of one whose greeting was not, the next waits its 100 ms", () => {
    const w = clientWorld();
    setUp(w);
    w.runFor(SECOND);
    breakSocket(w);
    expect(playOf(w).connects).toHaveLength(1);
    w.runFor(DELAY);
    expect(playOf(w).connects).toHaveLength(2);
  });

  test("the second break in a row waits again, for each attempt sets the delay anew", () => {
    const w = clientWorld();
    setUp(w);
    greet(w, 5);
    breakSocket(w);
    expect(playOf(w).connects).toHaveLength(2);
    breakSocket(w);
    expect(playOf(w).connects).toHaveLength(2);
  });
});

describe("a greeting", () => {
  test("names the last server that answered, and whether the mount is a quorum member", () => {
    const w = clientWorld({}, 2);
    setUp(w);
    expect(playOf(w).sent[0]).toMatchObject({
      ...{ cmd: "GREETING", response: false, respFunc: "client_greeting" },
      data: { serverTerm: 0, rid: RID, farewell: false, quorum: true },
    });
    greet(w, 5);
    breakSocket(w);
    expect(playOf(w).sent[1]?.data).toMatchObject({ serverTerm: 5 });
  });

  test("says that a farewell is under way", () => {
    const w = clientWorld();
    setUp(w);
    greet(w, 5);
    putItem(w, [RID]);
    start(w, 0, "scoutfs_client_destroy");
    w.runFor(MS);
    breakSocket(w);
    w.runFor(MS);
    expect(commands(w)).toEqual(["GREETING", "FAREWELL", "GREETING"]);
    expect(playOf(w).sent[2]?.data).toMatchObject({ farewell: true, quorum: false });
  });

  test("that cannot be submitted shuts the connection down", () => {
    const w = clientWorld();
    const it = hold(w, "scoutfs_client_connect_worker", "greet");
    setUp(w);
    expect(reaches(w, it)).toBe(true);
    stateOf(w).super.forcingUnmount = true;
    release(w, it);
    w.runFor(SECOND);
    expect(playOf(w)).toMatchObject({ sent: [], shutdowns: 1 });
    expect(playOf(w).connects).toHaveLength(1);
  });
});

describe("nobody connects again", () => {
  test.each(["forcingUnmount", "shuttingDown"] as const)("once %s is set", (flag) => {
    const w = clientWorld({ connectError: "ESHUTDOWN", connectTakesUs: 10 * MS });
    setUp(w);
    if (flag === "forcingUnmount") stateOf(w).super.forcingUnmount = true;
    else stateOf(w).client.shuttingDown = true;
    w.runFor(SECOND);
    expect(playOf(w).connects).toHaveLength(1);
    breakSocket(w);
    w.runFor(SECOND);
    expect(playOf(w).connects).toHaveLength(1);
    expect(seen(w, "ignored").length).toBeGreaterThan(0);
  });
});
