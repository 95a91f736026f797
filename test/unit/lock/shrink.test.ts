// Null requests for idle locks, racing with users, invalidations and their own answer.

import { expect, test } from "vitest";
import {
  crashes,
  grant,
  hold,
  idle,
  invalidate,
  isHeld,
  lockAt,
  lockWorld,
  log,
  notes,
  release,
  run,
  seen,
  sent,
  state,
  use,
} from "./world.ts";

const shrink = (w: ReturnType<typeof lockWorld>) => run(w, "try_shrink_lock", { force: true });

test("the server invalidates first, and then grants null: that frees the lock", () => {
  const w = lockWorld();
  idle(w, "read");
  shrink(w);
  expect(sent(w, "cl_lock_request").at(-1)).toBe("ask: read to null at 100");
  expect(seen(w, "lock_shrink")[0]).toMatchObject({ reqp: 1, mode: "read" });
  invalidate(w, 1, ["read", "null"]);
  expect(lockAt(w)).toMatchObject({ mode: "null", requestPending: true });
  grant(w, "null");
  expect(lockAt(w)).toBeUndefined();
  expect(crashes(w)).toEqual([]);
});

test("who uses it again meanwhile is waited for, and who comes later asks anew", () => {
  const w = lockWorld();
  idle(w, "read");
  shrink(w);
  use(w, "quick", "read", { us: 3000 });
  expect(log(w)).toEqual(["quick uses read"]);
  invalidate(w, 1, ["read", "null"]);
  expect(sent(w, "cl_lock_response")).toEqual([]);
  w.runFor(5000);
  expect(sent(w, "cl_lock_response")).toHaveLength(1);
  use(w, "later", "read");
  expect(sent(w, "cl_lock_request")).toHaveLength(2);
  grant(w, "null");
  expect(sent(w, "cl_lock_request").at(-1)).toBe("ask: null to read at 100");
  grant(w, "read");
  expect(log(w).at(-1)).toBe("later uses read");
});

test("a lock that is being invalidated is not on the LRU, so it is not shrunk", () => {
  const w = lockWorld();
  idle(w, "write");
  state(w).test.syncUs = 50_000;
  invalidate(w, 1, ["write", "read"]);
  shrink(w);
  expect(sent(w, "cl_lock_request")).toHaveLength(1);
});

test("the answer may free the lock before the tracepoint reads it", () => {
  const w = lockWorld();
  idle(w, "read");
  const after = hold(w, "try_shrink_lock", "sent");
  shrink(w);
  expect(isHeld(after)).toBe(true);
  grant(w, "null", "read");
  expect(lockAt(w)).toBeUndefined();
  release(w, after);
  expect(notes(w)).toEqual(["a tracepoint reads a lock that is freed"]);
  expect(crashes(w)).toEqual([]);
});

test("each lock call shrinks one while there are more than the idle count", () => {
  const w = lockWorld({ idleCount: 2 });
  for (const key of [1, 2, 3]) idle(w, "read", key);
  use(w, "u1", "read", { key: 3, us: 1 });
  expect(sent(w, "cl_lock_request").at(-1)).toBe("ask: read to null at 100");
  grant(w, "null", "read", 1);
  use(w, "u2", "read", { key: 3, us: 1 });
  expect(state(w).lock.tree).toHaveLength(2);
});

test("all that is idle is asked to go, until a request fails", () => {
  const w = lockWorld();
  for (const key of [1, 2, 3]) idle(w, "read", key);
  run(w, "scoutfs_free_unused_locks");
  expect(sent(w, "cl_lock_request").slice(3)).toEqual([
    "ask: read to null at 100",
    "ask: read to null at 200",
    "ask: read to null at 300",
  ]);
  const refused = lockWorld();
  for (const key of [1, 2]) idle(refused, "read", key);
  state(refused).test.requestError = "ENOLINK";
  run(refused, "scoutfs_free_unused_locks");
  expect(sent(refused, "cl_lock_request")).toHaveLength(3);
  expect(state(refused).lock.lru).toHaveLength(2);
});

test("a lock whose request failed is the next to be tried again", () => {
  const w = lockWorld();
  for (const key of [1, 2]) idle(w, "read", key);
  state(w).test.requestError = "ENOTCONN";
  shrink(w);
  shrink(w);
  expect(sent(w, "cl_lock_request").slice(2)).toEqual([
    "ask: read to null at 100",
    "ask: read to null at 100",
  ]);
});

test("a failed shrink wakes who came to wait for the lock meanwhile", () => {
  const w = lockWorld();
  idle(w, "read");
  const submit = hold(w, "scoutfs_client_lock_request", "submit");
  shrink(w);
  use(w, "writer", "write");
  expect(sent(w, "cl_lock_request")).toHaveLength(2);
  state(w).test.requestError = "ENOTCONN";
  release(w, submit);
  expect(sent(w, "cl_lock_request").at(-1)).toBe("ask: read to write at 100");
});
