// The server takes modes back, while users hold them, while a request is out, while the worker is
// busy with another lock, and after the server that asked is gone.

import { expect, test } from "vitest";
import type { LockRules } from "../../../src/lock/types.ts";
import { grantRefreshesByOwnMode } from "../../../src/variants/grant-refreshes-by-own-mode.ts";
import * as cluster from "./cluster.ts";
import {
  crashes,
  grant,
  held,
  hold,
  idle,
  invalidate,
  isHeld,
  K,
  lockAt,
  lockWorld,
  log,
  notes,
  release,
  run,
  seen,
  sent,
  soon,
  state,
  use,
  waitsOf,
} from "./world.ts";

test("an idle lock is cleaned, answered and freed", () => {
  const w = lockWorld();
  idle(w, "write");
  invalidate(w, 3, ["write", "null"]);
  soon(w, 2000);
  expect(log(w)).toEqual(["sync begins", "sync ends", "drop 100"]);
  expect(sent(w, "cl_lock_response")).toEqual(["3: write to null at 100"]);
  expect(lockAt(w)).toBeUndefined();
  expect(state(w).lock.lru).toEqual([]);
  const [during] = seen(w, "lock_invalidate");
  expect(during).toMatchObject({ mode: "null", invmode: "write", reqp: 0, invp: 1 });
  expect(seen(w, "lock_free")[0]).toMatchObject({ mode: "null", invmode: "null", invp: 0 });
});

test("only what the open transaction may hold is synced, and only for a writer", () => {
  const w = lockWorld();
  idle(w, "write");
  state(w).test.transSeq = 2;
  invalidate(w, 1, ["write", "null"]);
  idle(w, "read", 2);
  invalidate(w, 2, ["read", "null"], 2);
  expect(log(w)).toEqual(["drop 200"]);
});

test("before the first transaction a write lock counts as dirty, a read lock does not", () => {
  const w = lockWorld();
  state(w).test.transSeq = 0;
  idle(w, "read");
  invalidate(w, 1, ["read", "null"]);
  expect(log(w)).toEqual(["drop 100"]);
  idle(w, "write", 2);
  invalidate(w, 2, ["write", "null"], 2);
  expect(log(w)).toEqual(["sync begins"]);
});

test("a write lock that becomes a read lock keeps its items and serves readers meanwhile", () => {
  const w = lockWorld();
  idle(w, "write");
  state(w).test.syncUs = 5000;
  invalidate(w, 1, ["write", "read"]);
  use(w, "reader", "read");
  use(w, "writer", "write");
  expect(log(w)).toEqual(["sync begins", "reader uses read"]);
  soon(w, 10_000);
  expect(log(w)).toEqual(["sync begins", "reader uses read", "sync ends"]);
  expect(lockAt(w)).toMatchObject({ mode: "read", invalidatePending: false });
  expect(sent(w, "cl_lock_request").at(-1)).toBe("ask: read to write at 100");
});

test("it waits for users in its way, and the last one lets it go", () => {
  const w = lockWorld();
  held(w, "write", 1, 3000);
  invalidate(w, 1, ["write", "null"]);
  expect(sent(w, "cl_lock_response")).toEqual([]);
  expect(lockAt(w)).toMatchObject({ mode: "write", invalidatePending: true });
  soon(w, 5000);
  expect(log(w)).toEqual(["u1 leaves", "sync begins", "sync ends", "drop 100"]);
  expect(sent(w, "cl_lock_response")).toHaveLength(1);
});

test("users who overlap keep it waiting: a granted mode is used although it is asked back", () => {
  const w = lockWorld();
  held(w, "read", 1, 3000);
  invalidate(w, 1, ["read", "null"]);
  for (const who of ["a", "b", "c"]) {
    use(w, who, "read", { us: 3000 });
    soon(w, 1500);
  }
  expect(log(w)).toContain("c uses read");
  expect(sent(w, "cl_lock_response")).toEqual([]);
});

test("an invalidation right behind a grant can take the mode before its waiter looks", () => {
  const w = lockWorld();
  const again = hold(w, "lock_key_range", "again");
  use(w, "reader", "read");
  grant(w, "read");
  expect(isHeld(again)).toBe(true);
  invalidate(w, 1, ["read", "null"]);
  expect(lockAt(w)).toMatchObject({ mode: "null", invalidatePending: false });
  release(w, again);
  expect(log(w)).toEqual(["drop 100"]);
  expect(sent(w, "cl_lock_request")).toEqual([
    "ask: null to read at 100",
    "ask: null to read at 100",
  ]);
});

test("one on behalf of a request of this mount goes on while that is pending", () => {
  const w = lockWorld();
  idle(w, "read");
  use(w, "writer", "write");
  invalidate(w, 1, ["read", "null"]);
  expect(lockAt(w)).toMatchObject({ mode: "null", requestPending: true });
  grant(w, "write");
  expect(log(w)).toEqual(["drop 100", "writer uses write"]);
  expect(lockAt(w)?.refreshGen).toBe(2);
});

test("a server that counts on the mode from before grants it without a new generation", () => {
  const generation = (rules: Partial<LockRules> | undefined) => {
    const w = lockWorld(rules === undefined ? {} : { rules });
    idle(w, "read");
    use(w, "writer", "write");
    invalidate(w, 1, ["read", "null"]);
    expect(lockAt(w)).toMatchObject({ mode: "null", refreshGen: 1 });
    grant(w, "write", "read");
    return lockAt(w)?.refreshGen;
  };
  expect(generation(undefined)).toBe(1);
  expect(generation(grantRefreshesByOwnMode.rules)).toBe(2);
});

test("two that are queued are answered one after the other, each with its own id", () => {
  const w = lockWorld();
  held(w, "write", 1, 4000);
  invalidate(w, 5, ["write", "read"]);
  invalidate(w, 6, ["read", "null"]);
  expect(lockAt(w)?.invalidations).toHaveLength(2);
  const finish = hold(w, "lock_invalidate_worker", "finish");
  soon(w, 8000);
  expect(sent(w, "cl_lock_response")).toEqual(["5: write to read at 100"]);
  expect(lockAt(w)).toMatchObject({ mode: "read", invalidatingMode: "write" });
  release(w, finish);
  expect(sent(w, "cl_lock_response")).toEqual([
    "5: write to read at 100",
    "6: read to null at 100",
  ]);
  expect(lockAt(w)).toBeUndefined();
});

test("one that arrives between the answer and the end of the batch is not lost", () => {
  const w = lockWorld();
  idle(w, "write");
  const finish = hold(w, "lock_invalidate_worker", "finish");
  invalidate(w, 1, ["write", "read"]);
  soon(w, 2000);
  invalidate(w, 2, ["read", "null"]);
  expect(sent(w, "cl_lock_response")).toHaveLength(1);
  release(w, finish);
  expect(sent(w, "cl_lock_response")).toHaveLength(2);
  expect(lockAt(w)).toBeUndefined();
});

test("a lock that is answered is settled with the last of its batch, behind its sync", () => {
  const w = lockWorld();
  idle(w, "read", 1);
  idle(w, "write", 2);
  state(w).test.syncUs = 50_000;
  const collect = hold(w, "lock_invalidate_worker", "collect");
  invalidate(w, 1, ["read", "null"], 1);
  invalidate(w, 2, ["write", "null"], 2);
  release(w, collect);
  expect(sent(w, "cl_lock_response")).toEqual(["1: read to null at 100"]);
  use(w, "reader", "read");
  grant(w, "read");
  expect(log(w)).toContain("reader uses read");
  expect(lockAt(w)).toMatchObject({ invalidatePending: true, invalidatingMode: "read" });
  soon(w, 60_000);
  expect(lockAt(w)).toMatchObject({ mode: "read", invalidatePending: false });
});

test("a later one, of the next server, can give a mode back that an earlier one has ended", () => {
  const w = lockWorld();
  held(w, "write", 1, 3000);
  invalidate(w, 1, ["write", "null"]);
  invalidate(w, 1, ["write", "read"]);
  soon(w, 10_000);
  expect(sent(w, "cl_lock_response")).toEqual([
    "1: write to null at 100",
    "1: write to read at 100",
  ]);
  expect(lockAt(w)).toMatchObject({ mode: "read", refreshGen: 1 });
});

test("the answer carries the id of the request, whichever server has connected meanwhile", () => {
  const w = lockWorld();
  idle(w, "write");
  state(w).test.syncUs = 20_000;
  invalidate(w, 41, ["write", "null"]);
  run(w, "scoutfs_lock_recover_request", { netId: 1, key: K(0) });
  soon(w, 30_000);
  expect(sent(w, "cl_lock_response")).toEqual(["41: write to null at 100"]);
});

test("a lock that is not there is answered at once", () => {
  const w = lockWorld();
  invalidate(w, 9, ["write", "null"]);
  expect(sent(w, "cl_lock_response")).toEqual(["9: write to null at 100"]);
  expect(crashes(w)).toEqual([]);
});

test("that answer must be sent: a forced unmount makes it a crash", () => {
  const w = lockWorld();
  state(w).super.forcingUnmount = true;
  state(w).test.responseError = "ENOLINK";
  invalidate(w, 9, ["write", "null"]);
  expect(crashes(w)[0]).toContain("the response for a lock that is gone to be sent");
});

test("the worker bears a forced unmount and a lost connection, and nothing else", () => {
  const failing = (syncError: "ENOLINK" | "EIO" | undefined, responseError?: "ENOTCONN") => {
    const w = lockWorld();
    idle(w, "write");
    Object.assign(state(w).test, { syncError, responseError });
    invalidate(w, 1, ["write", "null"]);
    soon(w, 2000);
    return crashes(w)[0];
  };
  expect(failing("ENOLINK")).toBeUndefined();
  expect(failing(undefined, "ENOTCONN")).toBeUndefined();
  expect(failing("EIO")).toContain("an invalidation to go through, not EIO");
});

test("before 0eb9dfebdc it did not bear a forced unmount", () => {
  const w = lockWorld({ rules: { invalidationBearsForcedUnmount: () => false } });
  idle(w, "write");
  state(w).test.syncError = "ENOLINK";
  invalidate(w, 1, ["write", "null"]);
  soon(w, 2000);
  expect(crashes(w)[0]).toContain("an invalidation to go through, not ENOLINK");
});

test("to go from read to write_only is no invalidation", () => {
  const w = lockWorld();
  idle(w, "read");
  invalidate(w, 1, ["read", "write_only"]);
  expect(crashes(w)[0]).toContain("an invalidation from read to write_only");
});

test("after lock shutdown it is answered and nothing is cleaned", () => {
  const w = lockWorld();
  idle(w, "write");
  run(w, "scoutfs_lock_shutdown");
  invalidate(w, 1, ["write", "null"]);
  expect(log(w)).toEqual([]);
  expect(sent(w, "cl_lock_response")).toEqual(["1: write to null at 100"]);
});

test("lock shutdown does not wait for one that has begun, which then syncs behind its back", () => {
  const w = lockWorld();
  idle(w, "write");
  const enter = hold(w, "lock_invalidate", "enter");
  invalidate(w, 1, ["write", "null"]);
  run(w, "scoutfs_lock_shutdown");
  expect(waitsOf(w)).toEqual(["lock_invalidate @ enter"]);
  release(w, enter);
  expect(log(w)).toEqual(["sync begins"]);
  expect(notes(w)).toEqual([]);
});

// As scoutfs has it: the next server takes the late answer, for lock 2, for the answer to its own
// request with the same id, which is for lock 1, and the answer for lock 1 for one to nothing.
test("a late answer can use up the next server's request for another lock, for good", () => {
  const w = cluster.mountedCluster("late");
  const [a, b] = cluster.others(w) as [number, number];
  for (const lock of [8, 9]) {
    cluster.takeAndLeave(w, a, lock, "write");
    cluster.takeAndLeave(w, b, lock, "write");
  }
  for (const lock of [1, 2]) cluster.takeAndLeave(w, a, lock, "write");
  const sync = cluster.holdOn(w, a, ["scoutfs_trans_sync", "sync"]);
  cluster.take(w, b, 2, "write");
  cluster.stopServer(w);
  cluster.take(w, b, 1, "write");
  cluster.awaitServer(w);
  cluster.release(w, sync);
  w.runFor(600e6);
  expect(cluster.uses(w, b, 2, "write")).toBe(true);
  expect(cluster.lockIn(w, a, 1)).toBeUndefined();
  expect(cluster.lockIn(w, b, 1)).toMatchObject({ mode: "null", requestPending: true });
});
