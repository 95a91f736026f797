// One run of the server in a world: the order of start and stop, every exit, recovery in time and
// not, and stops that come while it starts; see src/server/worker.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import { each } from "../../../src/core/index.ts";
import { newLogTrees } from "../../../src/server/super.ts";
import {
  answerFences,
  becomes,
  causes,
  elect,
  fencedRids,
  hold,
  isStatus,
  putLeader,
  putSuper,
  reaches,
  release,
  SECOND,
  seen,
  serverWorld,
  stateOf,
  statuses,
  type WholeWorld,
} from "./world.ts";

const client = (n: number) => ({ rid: n as Rid, address: n as Address, quorum: false });
const stop = (w: WholeWorld) => start(w, 0, "scoutfs_server_stop_wait", { cause: "test" });
const exits = (w: WholeWorld) => seen(w, "server.work_exit").map(({ data }) => data.error);

const armed = (w: WholeWorld) =>
  [...w.peekMount(0).timers].flatMap(([timer, it]) => (it.armed ? [timer] : []));

/** Nothing of a run is left when it has ended. */
function expectDrained(w: WholeWorld): void {
  w.runFor(SECOND);
  const { server, fence, recov, net, lockServer, omap } = stateOf(w);
  expect(server.status).toBe("DOWN");
  expect(server.conn).toBeUndefined();
  expect(server.cusers).toMatchObject({ holding: [], applying: [], committing: false });
  expect([server.clients, server.farewellRequests, server.dirtyBlocks]).toEqual([[], [], 0]);
  expect([fence.list, [...each(fence.fences)]]).toEqual([[], []]);
  expect(recov).toEqual({ pending: [], begun: false });
  expect([...each(net.conns)]).toEqual([]);
  expect([lockServer.locks, omap.rids, omap.requests]).toEqual([[], [], []]);
  const { works, tasks, sockets } = w.peekMount(0);
  expect(armed(w)).toEqual([]);
  expect([...works.values()].filter(({ pending }) => pending)).toEqual([]);
  expect(tasks.filter((task) => task !== undefined)).toEqual([]);
  expect(sockets.filter((socket) => socket !== undefined)).toEqual([]);
  expect(w.violations).toEqual([]);
}

let w: WholeWorld;
beforeEach(() => {
  w = serverWorld();
});

describe("a server", () => {
  test("comes up, is stopped with everything drained, and starts again in the same mount", () => {
    putSuper(w, { seq: 40, hdrSeq: 3 });
    for (const term of [3, 5]) {
      elect(w, term);
      expect(becomes(w, "UP")).toBe(true);
      expect(stateOf(w).server).toMatchObject({ term, seq: 40, stableSuper: { hdrSeq: 3 } });
      w.runFor(5 * SECOND);
      expect(isStatus(w, "UP")).toBe(true);
      stop(w);
      expectDrained(w);
    }
    const life = ["STARTING", "UP", "STOPPING", "DOWN"];
    expect(statuses(w)).toEqual([...life, ...life]);
    expect(exits(w)).toEqual([undefined, undefined]);
  });

  test("is not started twice", () => {
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    elect(w, 4);
    w.runFor(SECOND);
    expect(stateOf(w).server.term).toBe(3);
    expect(seen(w, "server.work_enter")).toHaveLength(1);
  });

  test("takes a seq above those of all log trees", () => {
    putSuper(w, { seq: 40, logTrees: [{ ...newLogTrees(7 as Rid, 1), maxItemSeq: 90 }] });
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    expect(stateOf(w).server.seq).toBe(90);
  });

  test("reads nothing before earlier leaders are fenced, then reclaims them", () => {
    putLeader(w, 7, 2);
    putSuper(w, { mountedClients: [client(7)] });
    elect(w, 3);
    w.runFor(5 * SECOND);
    expect(isStatus(w, "STARTING")).toBe(true);
    expect(stateOf(w).server.dirtySuper.mountedClients).toEqual([]);
    answerFences(w);
    expect(becomes(w, "UP")).toBe(true);
    w.runFor(SECOND);
    expect(seen(w, "reclaim_rid_ret").map(({ data }) => data.rid)).toEqual([7]);
    expect(seen(w, "finished_recovery")).toHaveLength(1);
    expect(stateOf(w).server.stableSuper.mountedClients).toEqual([]);
    expect(fencedRids(w)).toEqual([]);
    stop(w);
    expectDrained(w);
  });

  test("stops when the agent could not fence", () => {
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    const args = { rid: 9, address: 9, reason: "client_reconnect" };
    start(w, 0, "scoutfs_fence_start", args);
    w.runFor(SECOND);
    answerFences(w, "error");
    expect(becomes(w, "DOWN", 3 * SECOND)).toBe(true);
    expect(causes(w)).toContain("reclaim_worker: fence error for rid 9");
    expectDrained(w);
  });
});

describe("a start that fails ends down with nothing left", () => {
  const fails = (error: string) => {
    expect(becomes(w, "DOWN", 20 * SECOND)).toBe(true);
    expect(statuses(w)).not.toContain("UP");
    w.runFor(1000);
    expect(exits(w)).toEqual([error]);
  };
  const goOnAfter = () => {
    elect(w, 4);
    expect(becomes(w, "UP")).toBe(true);
  };

  test("where a quorum block cannot be read", () => {
    failIo(w, 0, 1000);
    elect(w, 3);
    w.runFor(100_000);
    fails("EIO");
    expect(statuses(w)).toEqual(["STARTING", "DOWN"]);
    expectDrained(w);
    failIo(w, 0, 0);
    goOnAfter();
  });

  test("where nobody fences the leader before it", () => {
    putLeader(w, 7, 2);
    elect(w, 3);
    w.runFor(SECOND);
    expect(fencedRids(w)).toEqual([7]);
    fails("ETIMEDOUT");
    expectDrained(w);
  });

  test("where its port is taken", () => {
    start(w, 0, "take_port");
    w.runFor(1000);
    elect(w, 3);
    w.runFor(1000);
    fails("EADDRINUSE");
    w.runFor(SECOND);
    expect([...each(stateOf(w).net.conns)]).toEqual([]);
    expect(seen(w, "start_recovery")).toEqual([]);
  });

  test("where the super block cannot be read", () => {
    const it = hold(w, "scoutfs_server_worker", "readSuper");
    elect(w, 3);
    expect(reaches(w, it)).toBe(true);
    failIo(w, 0, 1000);
    release(w, it);
    fails("EIO");
    expectDrained(w);
    failIo(w, 0, 0);
    goOnAfter();
  });

  test("where its mount is unmounted by force before it reads the super block", () => {
    const it = hold(w, "scoutfs_server_worker", "readSuper");
    elect(w, 3);
    expect(reaches(w, it)).toBe(true);
    start(w, 0, "scoutfs_umount_begin");
    w.runFor(1000);
    release(w, it);
    fails("ENOLINK");
    expectDrained(w);
  });

  test.each(["scoutfs_forest_get_max_seq", "start_recovery"])(
    "where a tree fails in %s",
    (name) => {
      const label = name === "start_recovery" ? "prepare" : "read";
      const it = hold(w, name, label);
      elect(w, 3);
      expect(reaches(w, it)).toBe(true);
      stateOf(w).server.btreeError = "EIO";
      release(w, it);
      fails("EIO");
      expectDrained(w);
      stateOf(w).server.btreeError = undefined;
      goOnAfter();
    },
  );
});

describe("recovery", () => {
  const start3 = () => {
    putSuper(w, { mountedClients: [client(7), client(8), client(9)] });
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    expect(stateOf(w).recov.pending.map(({ rid }) => rid)).toEqual([7, 8, 9]);
  };
  const finish = (rid: number) => start(w, 0, "scoutfs_server_recov_finish", { rid, which: 3 });

  test("that ends in time fences nobody", () => {
    start3();
    for (const rid of [8, 7, 9]) finish(rid);
    w.runFor(40 * SECOND);
    expect(seen(w, "finished_recovery")).toHaveLength(1);
    expect(armed(w)).toEqual([]);
    expect(seen(w, "fence.start")).toEqual([]);
    stop(w);
    expectDrained(w);
  });

  test("that takes 30 s has all who still recover fenced, and goes on without them", () => {
    start3();
    finish(8);
    w.runFor(29 * SECOND);
    expect(fencedRids(w)).toEqual([]);
    w.runFor(2 * SECOND);
    expect(fencedRids(w)).toEqual([7, 9]);
    answerFences(w);
    w.runFor(3 * SECOND);
    expect(seen(w, "reclaim_rid_ret").map(({ data }) => data.rid)).toEqual([7, 9]);
    expect(seen(w, "finished_recovery")).toHaveLength(1);
    expect(stateOf(w).server.dirtySuper.mountedClients.map(({ rid }) => rid)).toEqual([8]);
    expect(isStatus(w, "UP")).toBe(true);
  });

  test("that is cut short by a stop leaves no timer and no request", () => {
    start3();
    w.runFor(29 * SECOND);
    stop(w);
    expectDrained(w);
    w.runFor(5 * SECOND);
    expect(seen(w, "fence.start")).toEqual([]);
  });

  test("that is stopped while it fences waits for that, and takes the requests back", () => {
    start3();
    const it = hold(w, "fence_pending_recov_worker", "fence");
    w.runFor(31 * SECOND);
    stop(w);
    w.runFor(SECOND);
    expect(isStatus(w, "STOPPING")).toBe(true);
    release(w, it);
    expectDrained(w);
    expect(seen(w, "fence.stop").map(({ data }) => data.rid)).toEqual([7]);
  });

  test("stops the server when the timer finds a rid whose item was reclaimed just before", () => {
    start3();
    for (const rid of [8, 9]) finish(rid);
    w.runFor(28 * SECOND);
    start(w, 0, "scoutfs_fence_start", { rid: 7, address: 7, reason: "client_reconnect" });
    w.runFor(100_000);
    const it = hold(w, "reclaim_worker", "finishRecovery");
    answerFences(w);
    w.runFor(5 * SECOND);
    release(w, it);
    expect(becomes(w, "DOWN")).toBe(true);
    expect(causes(w)).toContain("fence_pending_recov: address of rid 7: ENOENT");
  });
});

describe("a stop while the server starts", () => {
  test("drains wherever it comes, in 200 runs", () => {
    const ends = new Set<string>();
    for (let n = 0; n < 200; n++) {
      w = serverWorld(`stop ${n}`);
      putSuper(w, { mountedClients: [client(7), client(8)] });
      elect(w, 3);
      w.runFor(n * 10);
      stop(w);
      w.runFor(SECOND);
      start(w, 0, "stop_server", { cause: "again, if the first was early or lost" });
      expectDrained(w);
      ends.add(statuses(w).join());
    }
    const life = "STARTING,UP,STOPPING,DOWN";
    expect([...ends].sort()).toEqual(["STARTING,STOPPING,DOWN", life].sort());
  });

  test("is obeyed when the start is complete: it listens, but is never up", () => {
    putLeader(w, 7, 2);
    elect(w, 3);
    w.runFor(SECOND);
    stop(w);
    w.runFor(SECOND);
    expect(isStatus(w, "STOPPING")).toBe(true);
    answerFences(w);
    expect(becomes(w, "DOWN")).toBe(true);
    expect(statuses(w)).toEqual(["STARTING", "STOPPING", "DOWN"]);
    expectDrained(w);
  });

  test("is lost when the server comes up between its look and its swap", () => {
    const beforeUp = hold(w, "scoutfs_server_worker", "up");
    elect(w, 3);
    expect(reaches(w, beforeUp)).toBe(true);
    const it = hold(w, "stop_server", "swap");
    const stopper = stop(w);
    expect(reaches(w, it)).toBe(true);
    release(w, beforeUp);
    expect(becomes(w, "UP")).toBe(true);
    release(w, it);
    w.runFor(60 * SECOND);
    expect(isStatus(w, "UP")).toBe(true);
    expect(w.peekMount(0).tasks[stopper]).toBeDefined();
    start(w, 0, "stop_server", { cause: "again" });
    expectDrained(w);
  });

  test("takes the down from a start that failed: the server is stopping for ever", () => {
    failIo(w, 0, 1000);
    const it = hold(w, "server_down", "swap");
    elect(w, 3);
    expect(reaches(w, it)).toBe(true);
    stop(w);
    w.runFor(1000);
    release(w, it);
    failIo(w, 0, 0);
    w.runFor(SECOND);
    expect(isStatus(w, "STOPPING")).toBe(true);
    elect(w, 4);
    w.runFor(60 * SECOND);
    expect(isStatus(w, "STOPPING")).toBe(true);
    expect(seen(w, "server.work_enter")).toHaveLength(1);
  });
});
