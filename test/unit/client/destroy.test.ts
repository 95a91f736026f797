// Leaving: who says farewell, what ends the wait for its answer, and what is taken away when; see
// src/client/destroy.ts.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import {
  answer,
  breakSocket,
  type ClientWorld,
  clientWorld,
  commands,
  greet,
  hold,
  isGone,
  MS,
  notes,
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

const destroy = (w: ClientWorld, forUs = 10 * MS) => {
  start(w, 0, "scoutfs_client_destroy");
  w.runFor(forUs);
};
/** A client that some server has let in, and whose item is on the device. */
function connected(): ClientWorld {
  const w = clientWorld();
  setUp(w);
  greet(w, 5);
  putItem(w, [RID, 8]);
  return w;
}
function expectNothingLeft(w: ClientWorld): void {
  const { queues, tasks } = w.peekMount(0);
  expect([...queues.keys()]).toEqual([]);
  expect(tasks.filter((task) => task !== undefined)).toEqual([]);
  expect(w.pendingEvents().filter(({ kind }) => kind !== 0)).toEqual([]);
  expect(stateOf(w)).toMatchObject({ parts: [], client: { conn: undefined } });
  expect(playOf(w).freed).toBe(true);
  expect(w.violations).toEqual([]);
}
const blame = (w: ClientWorld) => {
  const task = w.peekMount(0).tasks.find((t) => t?.park?.on === "wait");
  const frame = task?.frames.at(-1);
  const wait = w.tables.programs.get(frame?.program ?? "")?.waits.farewell;
  return wait?.blames(frame?.locals, stateOf(w));
};

describe("a client that a server has let in", () => {
  test("waits for the answer to its farewell, however long, and says whom it waits for", () => {
    const w = connected();
    destroy(w, 3600 * SECOND);
    expect(isGone(w)).toBe(false);
    expect(commands(w)).toEqual(["GREETING", "FAREWELL"]);
    expect(blame(w)).toEqual({
      who: "the server, last seen in term 5",
      because: "it has not answered the farewell of 7, whose item is still there",
    });
    answer(w, "client_farewell_response");
    w.runFor(MS);
    expect(isGone(w)).toBe(true);
    expect(seen(w, "client_farewell_resp").map(({ data }) => data)).toEqual([{ error: 0 }]);
    expect(seen(w, "client_destroy").map(({ data }) => data)).toEqual([{ rid: RID }]);
    expectNothingLeft(w);
  });

  test("goes also when the farewell is answered by an error", () => {
    const w = connected();
    destroy(w);
    answer(w, "client_farewell_response", { error: "EIO" });
    w.runFor(MS);
    expect(isGone(w)).toBe(true);
    expect(notes(w)).toContain("client saw farewell error EIO");
  });

  test("connects again while its item is there, and goes once it is not, without an answer", () => {
    const w = connected();
    destroy(w);
    breakSocket(w);
    w.runFor(MS);
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data)).toEqual([
      { rid: RID, ret: 1 },
    ]);
    expect(playOf(w).connects).toHaveLength(2);
    expect(isGone(w)).toBe(false);
    putItem(w, [8]);
    breakSocket(w);
    w.runFor(150 * MS);
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data.ret)).toEqual([1, 0]);
    expect(seen(w, "client_farewell_resp")).toEqual([]);
    expect(playOf(w).connects).toHaveLength(2);
    expectNothingLeft(w);
  });

  test("takes a look that fails for an item that is there", () => {
    const w = connected();
    putItem(w, []);
    destroy(w);
    failIo(w, 0, 1000);
    breakSocket(w);
    w.runFor(MS);
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data.ret)).toEqual(["EIO"]);
    expect(playOf(w).connects).toHaveLength(2);
    expect(isGone(w)).toBe(false);
    failIo(w, 0, 0);
    breakSocket(w);
    w.runFor(150 * MS);
    expect(isGone(w)).toBe(true);
  });

  test("does not read the device once a forced unmount has begun", () => {
    const w = connected();
    putItem(w, []);
    destroy(w);
    const it = hold(w, "scoutfs_client_connect_worker", "enter");
    breakSocket(w);
    expect(reaches(w, it)).toBe(true);
    stateOf(w).super.forcingUnmount = true;
    release(w, it);
    w.runFor(SECOND);
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data.ret)).toEqual(["ENOLINK"]);
    expect(seen(w, "io")).toEqual([]);
    // It goes on to its greeting, which is refused: the shutdown after that ends the farewell.
    expect(seen(w, "client_farewell_resp").map(({ data }) => data.error)).toEqual(["ECONNABORTED"]);
    expectNothingLeft(w);
  });

  test("looks at nothing while no farewell is under way", () => {
    const w = connected();
    putItem(w, []);
    breakSocket(w);
    expect(playOf(w).connects).toHaveLength(2);
    expect(seen(w, "lookup_mounted_client")).toEqual([]);
  });

  test("is let go by a forced unmount", () => {
    const w = connected();
    destroy(w);
    stateOf(w).super.forcingUnmount = true;
    start(w, 0, "scoutfs_client_net_shutdown");
    w.runFor(MS);
    expect(seen(w, "client_farewell_resp").map(({ data }) => data.error)).toEqual(["ECONNABORTED"]);
    expectNothingLeft(w);
  });

  test("sends none once a forced unmount has begun", () => {
    const w = connected();
    stateOf(w).super.forcingUnmount = true;
    destroy(w);
    expect(commands(w)).toEqual([]);
    expect(notes(w)).toEqual([]);
    expectNothingLeft(w);
  });

  test("goes when the forced unmount begins right before the farewell is submitted", () => {
    const w = connected();
    const it = hold(w, "submit_send", "submit");
    start(w, 0, "scoutfs_client_destroy");
    expect(reaches(w, it)).toBe(true);
    stateOf(w).super.forcingUnmount = true;
    release(w, it);
    w.runFor(10 * MS);
    expect(notes(w)).toContain("client saw farewell error ENOLINK");
    expectNothingLeft(w);
  });
});

describe("a client that no server has answered", () => {
  test("goes without a farewell, also while its greeting is under way", () => {
    const w = clientWorld();
    setUp(w);
    expect(commands(w)).toEqual(["GREETING"]);
    destroy(w);
    expect(commands(w)).toEqual(["GREETING"]);
    expectNothingLeft(w);
  });

  test("waits for an attempt that runs, and for no other", () => {
    const w = clientWorld({ connectError: "ESHUTDOWN", connectTakesUs: 700 * MS });
    setUp(w);
    destroy(w, 100 * MS);
    expect(isGone(w)).toBe(false);
    w.runFor(700 * MS);
    expect(playOf(w).connects).toHaveLength(1);
    expectNothingLeft(w);
  });

  test("goes at once between two attempts", () => {
    const w = clientWorld({ connectError: "ESHUTDOWN" });
    setUp(w, 50 * MS);
    destroy(w);
    expectNothingLeft(w);
  });

  test("whose worker has just decided to go on is not queued any more", () => {
    const w = clientWorld({ connectError: "ESHUTDOWN" });
    const it = hold(w, "scoutfs_client_connect_worker", "queue");
    start(w, 0, "scoutfs_client_setup");
    expect(reaches(w, it)).toBe(true);
    start(w, 0, "scoutfs_client_destroy");
    w.runFor(MS);
    release(w, it);
    w.runFor(SECOND);
    expect(playOf(w).connects).toHaveLength(1);
    expectNothingLeft(w);
  });
});

test("a client that was never set up is not there to be destroyed or shut down", () => {
  const w = clientWorld();
  destroy(w);
  start(w, 0, "scoutfs_client_net_shutdown");
  w.runFor(MS);
  expect(playOf(w)).toMatchObject({ shutdowns: 0, freed: false });
  expect(w.violations).toEqual([]);
});

test("a request after the destroy crashes", () => {
  const w = connected();
  stateOf(w).super.forcingUnmount = true;
  destroy(w);
  start(w, 0, "scoutfs_client_statfs");
  w.runFor(MS);
  expect(w.violations.map(({ promise }) => promise)).toEqual(["CRASH"]);
});
