// lock_key_range step by step: who sends the request, who waits, what ends the wait.

import { beforeEach, describe, expect, test } from "vitest";
import type { Out } from "../../../src/core/index.ts";
import { lookup } from "../../../src/core/index.ts";
import { lockApi } from "../../../src/lock/api.ts";
import { grantResponse } from "../../../src/lock/grant.ts";
import { inoRange } from "../../../src/lock/keys.ts";
import { lockKeyRange } from "../../../src/lock/lock-key-range.ts";
import { insertLock, lockOf, lockState, lookupLock } from "../../../src/lock/locks.ts";
import { countsMatch, MODES, modesMatch, noCounts } from "../../../src/lock/modes.ts";
import { tryShrinkLock } from "../../../src/lock/shrink.ts";
import type {
  LockHandle,
  LockKey,
  LockMode,
  LockMount,
  LockProtocol,
  LockRange,
  RangeCached,
} from "../../../src/lock/types.ts";
import { unlock } from "../../../src/lock/unlock.ts";
import { type FakeOut, fakeOut, outOf, stepper } from "../../support/net-steps.ts";

const START = 100 as LockKey;
const END = 199 as LockKey;

const mount = () =>
  ({ lock: lockState(10), super: { forcingUnmount: false } }) as unknown as LockMount;

const clean: RangeCached = { cached: false, dirty: false };
let cached: RangeCached;
let m: LockMount;
let fake: FakeOut;
let out: Out<LockProtocol>;

beforeEach(() => {
  cached = clean;
  m = mount();
  fake = fakeOut();
  out = outOf<LockProtocol>(fake, { transSampleSeq: () => 77, itemRangeCached: () => cached });
});

const range = (mode: LockMode): LockRange => ({ mode, start: START, end: END });
const locking = (mode: LockMode, over: Partial<LockRange> = {}) =>
  stepper(lockKeyRange, m, out, { ...range(mode), ...over });
/** The call up to its own end of the shrink that each begins with. */
function begun(mode: LockMode, over: Partial<LockRange> = {}) {
  const s = locking(mode, over);
  expect(s.run()).toMatchObject({ call: "try_shrink_lock", args: { force: false } });
  return s;
}
const theLock = (): LockHandle => {
  const h = lookupLock(m, START);
  if (h === undefined) throw new Error("no lock");
  return h;
};
const grant = (newMode: LockMode, oldMode: LockMode = "null") =>
  grantResponse(m, out, { key: START, writeSeq: 4, oldMode, newMode });
/** A lock that is granted and idle. */
function granted(mode: LockMode): LockHandle {
  const s = begun(mode);
  s.run();
  s.run();
  grant(mode);
  s.run();
  unlock(m, out, theLock(), mode);
  fake.log.length = 0;
  return theLock();
}

describe("lock modes", () => {
  test("a write lock serves readers, and no other mode serves another", () => {
    const serves = MODES.flatMap((g) =>
      MODES.filter((r) => g !== r && modesMatch(g, r)).map((r) => `${g} serves ${r}`),
    );
    expect(serves).toEqual(["write serves read"]);
    expect(countsMatch("read", noCounts())).toBe(true);
    expect(countsMatch("read", { ...noCounts(), read: 1, write_only: 1 })).toBe(false);
  });
});

describe("lock_key_range", () => {
  test("creates the lock, requests the mode, and uses it once granted", () => {
    const s = begun("write");
    expect(s.run()).toEqual({
      call: "scoutfs_client_lock_request",
      args: { key: START, writeSeq: 0, oldMode: "null", newMode: "write" },
      then: "sent",
    });
    expect(s.labels).toEqual(["enter", "find", "create", "send"]);
    const lock = lockOf(m, theLock());
    expect(lock.waiters.write).toBe(1);
    expect(s.run()).toMatchObject({ wait: "answered", then: "again" });
    expect(s.holds()).toBe(false);
    grant("write");
    expect(s.holds()).toBe(true);
    expect(s.run()).toEqual({ done: { value: theLock() } });
    expect(lock).toMatchObject({ requestPending: false, refreshGen: 1, writeSeq: 4 });
    expect(lock.users.write).toBe(1);
    expect(lock.waiters.write).toBe(0);
    expect(m.lock.lru).toEqual([]);
  });

  test("sends no second request while one is pending, and looks again after it", () => {
    const first = begun("read");
    first.run();
    first.run();
    const second = begun("write");
    expect(second.run()).toMatchObject({ wait: "answered" });
    grant("read");
    expect(second.holds()).toBe(true);
    expect(second.run()).toMatchObject({
      call: "scoutfs_client_lock_request",
      args: { oldMode: "read", newMode: "write" },
    });
  });

  test("uses a granted mode at once, off the LRU", () => {
    const h = granted("write");
    expect(m.lock.lru).toEqual([h]);
    expect(begun("read").run()).toEqual({ done: { value: h } });
    expect(m.lock.lru).toEqual([]);
  });

  test("a nonblocking caller sends nothing and leaves the lock idle", () => {
    const h = granted("read");
    const s = begun("write", { nonblock: true });
    expect(s.run()).toEqual({ done: { error: "EAGAIN" } });
    expect(m.lock.lru).toEqual([h]);
  });

  test("a nonblocking caller of a new lock frees it again", () => {
    expect(begun("read", { nonblock: true }).run()).toEqual({ done: { error: "EAGAIN" } });
    expect(m.lock.tree).toEqual([]);
  });

  test("a failed send ends this call, and the other waiters send for themselves", () => {
    const first = begun("read");
    first.run();
    const second = begun("read");
    second.run();
    expect(second.holds()).toBe(false);
    expect(first.run({ error: "ENOLINK" })).toEqual({ done: { error: "ENOLINK" } });
    expect(second.holds()).toBe(true);
    expect(second.run()).toMatchObject({ call: "scoutfs_client_lock_request" });
    expect(second.run({ error: "ENOLINK" })).toEqual({ done: { error: "ENOLINK" } });
    expect(m.lock.tree).toEqual([]);
  });

  test("a mode that serves ends the wait although another request is out by then", () => {
    const first = begun("write");
    first.run();
    first.run();
    const second = begun("write");
    second.run();
    grant("write");
    begun("write_only").run();
    expect(lockOf(m, theLock()).requestPending).toBe(true);
    expect(second.holds()).toBe(true);
    expect(second.run()).toEqual({ done: { value: theLock() } });
  });

  test("an interrupted caller leaves its request pending, and the grant finds the lock", () => {
    const s = begun("write", { interruptible: true });
    s.run();
    expect(s.run()).toMatchObject({ interrupted: "interrupted" });
    expect(s.run({}, "interrupted")).toEqual({ done: { error: "ERESTARTSYS" } });
    const h = theLock();
    grant("write");
    expect(m.lock.lru).toEqual([h]);
  });

  test("a caller that cannot be interrupted says so", () => {
    const s = begun("write");
    s.run();
    expect(s.run()).not.toHaveProperty("interrupted");
  });

  test("lock shutdown refuses calls and ends waits", () => {
    const s = begun("read");
    s.run();
    s.run();
    m.lock.shutdown = true;
    expect(locking("read").run()).toEqual({ done: { error: "ENOLCK" } });
    expect(s.holds()).toBe(true);
    expect(s.run()).toEqual({ done: { error: "ESHUTDOWN" } });
    expect(lockOf(m, theLock()).requestPending).toBe(true);
  });

  test("finds the lock that another inserted while it allocated", () => {
    const s = begun("read");
    let other: LockHandle | undefined;
    const program = {
      ...lockKeyRange,
      steps: {
        ...lockKeyRange.steps,
        create: ((l, mount, verbs, ret) => {
          other = insertLock(m, out, START, END);
          return lockKeyRange.steps.create(l, mount, verbs, ret);
        }) as typeof lockKeyRange.steps.create,
      },
    };
    s.run();
    m = mount();
    const raced = stepper(program, m, out, range("read"));
    raced.run();
    raced.run();
    expect(theLock()).toEqual(other);
    expect(m.lock.tree).toHaveLength(1);
  });

  test("an overlapping range is refused", () => {
    granted("read");
    const s = begun("read", { start: 150 as LockKey, end: 250 as LockKey });
    expect(s.run()).toEqual({ done: { error: "ENOMEM" } });
    expect(fake.log).toContain("note WARN inserting a lock that overlaps another");
  });

  test("blames the users whom an invalidation waits for", () => {
    granted("read");
    begun("read").run();
    const s = begun("write");
    s.run();
    s.run();
    expect(s.blames()).toContain("the lock server");
    m.super.forcingUnmount = true;
    expect(s.blames()).toContain("lock shutdown");
    lockOf(m, theLock()).invalidatePending = true;
    expect(s.blames()).toBe("users in read: an invalidation waits for them");
  });
});

describe("scoutfs_lock_grant_response", () => {
  test("needs a lock and a request", () => {
    expect(() => grant("read")).toThrow("a lock at 100 for the grant");
    granted("read");
    expect(() => grant("read")).toThrow("a request to be pending");
  });

  test("does not bear a cache that the modes do not cover", () => {
    const pending = (is: RangeCached) => {
      m = mount();
      const s = begun("write");
      s.run();
      s.run();
      cached = is;
    };
    pending({ cached: true, dirty: true });
    expect(() => grant("write", "read")).toThrow("the item cache to fit the grant");
    pending({ cached: true, dirty: false });
    expect(() => grant("write", "null")).toThrow("the item cache to fit the grant");
    pending({ cached: true, dirty: false });
    expect(() => grant("write", "read")).not.toThrow();
  });

  test("counts the refresh generation only where reading begins", () => {
    granted("read");
    const h = theLock();
    const s = begun("write");
    s.run();
    s.run();
    grant("write", "read");
    expect(lockOf(m, h).refreshGen).toBe(1);
    expect(m.lock.nextRefreshGen).toBe(1);
  });
});

describe("what neighbours ask", () => {
  test("whether a lock covers an access, and how fresh an inode is", () => {
    const { lockProtected, lockInoRefreshGen } = lockApi;
    const h = granted("write");
    expect(lockProtected(m, h, 150 as LockKey, "read")).toBe(true);
    expect(lockProtected(m, h, 200 as LockKey, "read")).toBe(false);
    expect(lockProtected(m, h, 150 as LockKey, "write_only")).toBe(false);
    expect(lockInoRefreshGen(m, 5)).toBe(0);
    m = mount();
    const ino = insertLock(m, out, inoRange(5).start, inoRange(5).end);
    Object.assign(lockOf(m, ino as LockHandle), { mode: "read", refreshGen: 9 });
    expect(lockInoRefreshGen(m, 5)).toBe(9);
    lockOf(m, ino as LockHandle).mode = "write_only";
    expect(lockInoRefreshGen(m, 5)).toBe(0);
  });
});

describe("scoutfs_unlock", () => {
  test("wakes, remembers the transaction of a writer, and kicks a waiting invalidation", () => {
    const h = granted("write");
    begun("write").run();
    m.lock.invList = [h];
    unlock(m, out, h, "write");
    expect(lockOf(m, h).dirtyTransSeq).toBe(77);
    expect(fake.log).toContain("queue lock_invalidate_worker#0 on lock.workq");
    expect(fake.log.some((line) => line.startsWith("wake lock.waitq"))).toBe(true);
    expect(() => unlock(m, out, h, "write")).toThrow("somebody to be counted");
  });
});

describe("try_shrink_lock", () => {
  const shrinking = (force: boolean) => stepper(tryShrinkLock, m, out, { force });

  test("asks for null on the oldest idle lock, which its grant frees", () => {
    const h = granted("write");
    expect(shrinking(false).run()).toEqual({ done: { value: false } });
    const s = shrinking(true);
    expect(s.run()).toMatchObject({ args: { oldMode: "write", newMode: "null" } });
    expect(s.run()).toEqual({ done: { value: true } });
    grant("null", "write");
    expect(lookup(m.lock.locks, h)).toBeUndefined();
  });

  test("a failed request puts the lock back in front", () => {
    const h = granted("read");
    m.lock.idleCount = 0;
    const s = shrinking(false);
    s.run();
    expect(s.run({ error: "ENOLINK" })).toEqual({ done: { value: false } });
    expect(m.lock.lru).toEqual([h]);
    expect(lockOf(m, h).requestPending).toBe(false);
  });
});
