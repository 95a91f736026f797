// Locks by what they protect: which share one, in which order several are taken, and that a failure
// gives all of them back.

import { beforeEach, describe, expect, test } from "vitest";
import type { Out } from "../../../src/core/index.ts";
import { indexRange, inoRange, isInoKey, wholeRanges } from "../../../src/lock/keys.ts";
import { lockIno, lockInodeIndex, lockInodes, lockRename } from "../../../src/lock/lock-inodes.ts";
import { lockState } from "../../../src/lock/locks.ts";
import type { LockHandle, LockMount, LockProtocol } from "../../../src/lock/types.ts";
import { type FakeOut, fakeOut, outOf, stepper } from "../../support/net-steps.ts";

describe("keys", () => {
  test("inodes share a lock by groups of 1024", () => {
    expect(inoRange(5)).toEqual(inoRange(1023));
    expect(inoRange(1024).start).toBe(inoRange(1023).end + 1);
    expect(isInoKey(inoRange(5).start)).toBe(true);
  });

  test("zones come in the order of scoutfs, and no two ranges overlap", () => {
    const all = [
      indexRange("meta_seq", 0),
      indexRange("meta_seq", 5000),
      indexRange("data_seq", 5000),
      wholeRanges.scoutfs_lock_orphan,
      wholeRanges.scoutfs_lock_quota,
      wholeRanges.scoutfs_lock_xattr_totl,
      wholeRanges.scoutfs_lock_xattr_indx,
      inoRange(1),
      inoRange(2 ** 35),
      wholeRanges.scoutfs_lock_rename,
    ];
    all.reduce((before, { start, end }) => {
      expect(start).toBeGreaterThan(before);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(Number.isSafeInteger(end)).toBe(true);
      return end;
    }, 0);
    expect(isInoKey(wholeRanges.scoutfs_lock_rename.start)).toBe(false);
  });

  test("a number beyond what a key holds is refused", () => {
    expect(() => inoRange(2 ** 36)).toThrow("a number below 2^36");
    expect(() => inoRange(-1)).toThrow("a number below 2^36");
  });
});

let fake: FakeOut;
let out: Out<LockProtocol>;
let given: LockHandle[];
const m = { lock: lockState(1) } as Partial<LockMount> as LockMount;
const handle = (id: number): LockHandle => ({ id, generation: 1 });

beforeEach(() => {
  fake = fakeOut();
  given = [];
  out = outOf<LockProtocol>(fake, { unlock: (_m, _out, lock) => void given.push(lock) });
});

describe("one lock", () => {
  test("an inode, an index and the rename lock ask for their ranges", () => {
    const ino = stepper(lockIno, m, out, { mode: "read", ino: 2000, nonblock: true });
    const args = { mode: "read", nonblock: true, ...inoRange(2000) };
    expect(ino.run()).toEqual({ call: "lock_key_range", args, then: "leave" });
    expect(ino.run({ error: "EAGAIN" })).toEqual({ done: { error: "EAGAIN" } });
    const rename = stepper(lockRename, m, out, { mode: "write" });
    expect(rename.run()).toMatchObject({ args: wholeRanges.scoutfs_lock_rename });
    const index = stepper(lockInodeIndex, m, out, {
      mode: "write_only",
      type: "data_seq",
      major: 1500,
    });
    expect(index.run()).toMatchObject({ args: indexRange("data_seq", 1024) });
    expect(index.run({ value: handle(3) })).toEqual({ done: { value: handle(3) } });
  });
});

describe("scoutfs_lock_inodes", () => {
  const inos = [3000, undefined, 7, 3000];

  test("takes them by number, one twice, and leaves out what is none", () => {
    const s = stepper(lockInodes, m, out, { mode: "write", inos });
    expect(s.run()).toMatchObject({ call: "scoutfs_lock_ino", args: { mode: "write", ino: 7 } });
    expect(s.run({ value: handle(0) })).toMatchObject({ args: { ino: 3000 } });
    expect(s.run({ value: handle(1) })).toMatchObject({ args: { ino: 3000 } });
    expect(s.run({ value: handle(1) })).toEqual({
      done: { value: [handle(1), undefined, handle(0), handle(1)] },
    });
  });

  test("a failure gives back what it has, the last one first", () => {
    const s = stepper(lockInodes, m, out, { mode: "read", inos, interruptible: true });
    expect(s.run()).toMatchObject({ args: { interruptible: true } });
    s.run({ value: handle(0) });
    s.run({ value: handle(1) });
    expect(s.run({ error: "ERESTARTSYS" })).toEqual({ done: { error: "ERESTARTSYS" } });
    expect(given).toEqual([handle(1), handle(0)]);
  });
});
