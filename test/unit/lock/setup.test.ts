// The end of a mount's locks: shutdown with waiters, a forced unmount with a request that nobody
// answers, what destroy gives up on, and what it does not bear.

import { expect, test } from "vitest";
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

test("shutdown ends the waits, and later calls are refused", () => {
  const w = lockWorld();
  use(w, "first", "read");
  use(w, "second", "write");
  run(w, "scoutfs_lock_shutdown");
  use(w, "late", "read");
  expect(log(w).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "first ESHUTDOWN",
    "late ENOLCK",
    "second ESHUTDOWN",
  ]);
  expect(notes(w)).toContain("WARN lock call after lock shutdown");
});

test("a request that is pending keeps its lock until destroy", () => {
  const w = lockWorld();
  use(w, "reader", "read");
  run(w, "scoutfs_lock_shutdown");
  expect(lockAt(w)).toMatchObject({ requestPending: true });
  run(w, "scoutfs_lock_destroy");
  expect(crashes(w)).toEqual([]);
  expect(state(w).lock.tree).toEqual([]);
  expect(state(w).parts).toEqual([]);
});

test("destroy frees granted locks and what waits for an invalidation", () => {
  const w = lockWorld();
  idle(w, "write");
  held(w, "read", 2, 5000);
  run(w, "scoutfs_lock_shutdown");
  invalidate(w, 1, ["read", "null"], 2);
  soon(w, 10_000);
  run(w, "scoutfs_lock_destroy");
  expect(crashes(w)).toEqual([]);
  expect(seen(w, "lock_free").map(({ key, mode }) => `${mode} at ${key}`)).toEqual([
    "null at 200",
    "write at 100",
  ]);
});

test("destroy gives up on an invalidation that its queue takes no more", () => {
  const w = lockWorld();
  idle(w, "read");
  run(w, "scoutfs_lock_shutdown");
  const drained = hold(w, "scoutfs_lock_destroy", "free");
  const worker = hold(w, "lock_invalidate_worker", "collect");
  run(w, "scoutfs_lock_destroy");
  expect(isHeld(drained)).toBe(true);
  const m = state(w);
  const [h] = m.lock.tree;
  if (h !== undefined) m.lock.invList.push(h);
  Object.assign(lockAt(w) ?? {}, { invalidatePending: true });
  release(w, drained);
  expect(isHeld(worker)).toBe(false);
  expect(crashes(w)).toEqual([]);
  expect(m.lock.tree).toEqual([]);
});

test("destroy warns of a user and then crashes on it", () => {
  const w = lockWorld();
  held(w, "read");
  run(w, "scoutfs_lock_shutdown");
  run(w, "scoutfs_lock_destroy");
  expect(notes(w)).toContain("WARN a lock has a user after lock shutdown");
  expect(crashes(w)[0]).toContain("to have neither waiters nor users");
});

test("a waiter that has not run since shutdown is such a user", () => {
  const w = lockWorld();
  const again = hold(w, "lock_key_range", "again");
  use(w, "reader", "read");
  run(w, "scoutfs_lock_shutdown");
  expect(isHeld(again)).toBe(true);
  run(w, "scoutfs_lock_destroy");
  expect(crashes(w)[0]).toContain("to have neither waiters nor users");
});

test("destroy waits for the worker", () => {
  const w = lockWorld();
  idle(w, "write");
  state(w).test.syncUs = 50_000;
  invalidate(w, 1, ["write", "null"]);
  run(w, "scoutfs_lock_shutdown");
  run(w, "scoutfs_lock_destroy");
  expect(state(w).parts).toEqual(["lock"]);
  soon(w, 60_000);
  expect(sent(w, "cl_lock_response")).toHaveLength(1);
  expect(state(w).parts).toEqual([]);
});

test("unmount and put_super wait for what the worker has begun, not for users", () => {
  for (const name of ["scoutfs_lock_unmount_begin", "scoutfs_lock_flush_invalidate"]) {
    const w = lockWorld();
    idle(w, "write");
    held(w, "read", 2);
    state(w).test.syncUs = 50_000;
    invalidate(w, 1, ["write", "null"]);
    invalidate(w, 2, ["read", "null"], 2);
    run(w, name);
    expect(waitsOf(w).join()).toContain(name);
    soon(w, 60_000);
    expect(waitsOf(w).join()).not.toContain(name);
    expect(lockAt(w, 2)).toMatchObject({ invalidatePending: true });
  }
});

test("what was never set up is not torn down, and can be set up again", () => {
  const w = lockWorld();
  idle(w, "read");
  run(w, "scoutfs_lock_shutdown");
  run(w, "scoutfs_lock_destroy");
  for (const name of ["unmount_begin", "flush_invalidate", "shutdown", "destroy"]) {
    run(w, `scoutfs_lock_${name}`);
  }
  expect(crashes(w)).toEqual([]);
  run(w, "scoutfs_lock_setup");
  expect(state(w).lock).toMatchObject({ shutdown: false, idleCount: 100, nextRefreshGen: 0 });
  use(w, "reader", "read");
  grant(w, "read");
  expect(log(w)).toEqual(["reader uses read"]);
});

test("a forced unmount leaves a waiter to lock shutdown", () => {
  const w = lockWorld();
  use(w, "reader", "read");
  state(w).super.forcingUnmount = true;
  state(w).test.requestError = "ENOLINK";
  soon(w, 60_000_000);
  expect(log(w)).toEqual([]);
  use(w, "late", "read", { key: 2 });
  expect(log(w)).toEqual(["late ENOLINK"]);
  use(w, "beside", "read");
  expect(log(w)).toEqual(["late ENOLINK"]);
  run(w, "scoutfs_lock_shutdown");
  expect(log(w)).toContain("reader ESHUTDOWN");
  expect(log(w)).toContain("beside ESHUTDOWN");
});

test("a request that cannot be sent lets the others who wait send theirs", () => {
  const w = lockWorld();
  const submit = hold(w, "scoutfs_client_lock_request", "submit");
  use(w, "first", "read");
  use(w, "second", "read");
  state(w).test.requestError = "ENOLINK";
  release(w, submit);
  expect(log(w)).toEqual(["first ENOLINK", "second ENOLINK"]);
  expect(lockAt(w)).toBeUndefined();
});

test("a wait that can be interrupted ends with its signal, and its request goes on", () => {
  const w = lockWorld();
  use(w, "reader", "read", { interruptible: true });
  run(w, "signal", { who: "reader" });
  expect(log(w)).toEqual(["reader ERESTARTSYS"]);
  expect(seen(w, "lock_failed")[0]).toMatchObject({ key: K(1), reqp: 1, error: "ERESTARTSYS" });
  grant(w, "read");
  expect(state(w).lock.lru).toHaveLength(1);
});

test("other waits hear no signal", () => {
  const w = lockWorld();
  const look = hold(w, "lock_key_range", "again");
  use(w, "reader", "read");
  run(w, "signal", { who: "reader" });
  expect(isHeld(look)).toBe(false);
  grant(w, "read");
  release(w, look);
  expect(log(w)).toEqual(["reader uses read"]);
});
