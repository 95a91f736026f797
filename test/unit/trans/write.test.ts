// Who may hold a transaction while it is written, what a sync waits for, and what ends the retries;
// see src/trans/hold.ts, write.ts and setup.ts.

import { describe, expect, test } from "vitest";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo, powerOff } from "../../../sim/engine/hosts.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { transApi } from "../../../src/trans/api.ts";
import { holdTrans } from "../../../src/trans/hold.ts";
import type { TransHolder } from "../../../src/trans/types.ts";
import { bindings, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";
import {
  type Cluster,
  fields,
  hold,
  mounted,
  notes,
  ops,
  peek,
  reaches,
  read,
  release,
  SECOND,
  state,
  sync,
  write,
} from "./world.ts";

const writes = (w: Cluster) => fields(w, "trans_write_func").length;
const opens = (w: Cluster) => fields(w, "trans_open").length;
const syncs = (w: Cluster) => ops(w).filter(({ what }) => what === "sync");

describe("holders and the write of a transaction", () => {
  test("the write waits for a holder, and what that writes is in it", () => {
    const w = mounted();
    const it = hold(w, "write_file", "held", 1);
    start(w, 1, "write_file", { ino: 7, value: 70 });
    expect(reaches(w, it)).toBe(true);
    start(w, 1, "sync");
    w.runFor(5 * SECOND);
    expect([writes(w), syncs(w).length]).toEqual([0, 0]);
    expect(peek(w, 1).trans).toMatchObject({ writing: true, holders: [{ count: 1 }] });
    release(w, it);
    w.runFor(SECOND);
    expect(fields(w, "trans_write_func")).toMatchObject([{ dirty_item_pages: 1 }]);
    expect(syncs(w)).toMatchObject([{ error: undefined }]);
    expect(read(w, 0, 7)).toBe(70);
    expect(writes(w)).toBe(1);
  });

  test("a holder that comes while it is written waits, and is in the next one", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    const it = hold(w, "commit_current_log_trees", "commit", 1);
    start(w, 1, "sync");
    expect(reaches(w, it)).toBe(true);
    const { seq } = peek(w, 1).trans;
    start(w, 1, "write_file", { ino: 8, value: 80 });
    w.runFor(5 * SECOND);
    expect(ops(w).filter(({ key }) => key === 8)).toEqual([]);
    release(w, it);
    w.runFor(SECOND);
    const [late] = ops(w).filter(({ key }) => key === 8);
    expect(late?.seq).toBe(peek(w, 1).trans.seq);
    expect(late?.seq).toBeGreaterThan(seq);
    expect(peek(w, 1).item.pages[0]?.items.map(({ dirty }) => dirty)).toContain(true);
  });

  test("a sync that finds a write under way waits for that one only", () => {
    const w = mounted();
    const it = hold(w, "commit_current_log_trees", "commit", 1);
    start(w, 1, "scoutfs_trans_sync", { wait: true });
    expect(reaches(w, it)).toBe(true);
    start(w, 1, "scoutfs_trans_sync", { wait: true });
    w.runFor(1000);
    release(w, it);
    w.runUntil(() => peek(w, 1).trans.writeCount === 1, w.now + SECOND);
    w.runFor(100);
    const waiting = w.peekMount(1).tasks.map((task) => task?.frames.at(-1)?.program);
    expect(waiting).not.toContain("scoutfs_trans_sync");
  });

  const m = () => mountState({ rid: rid(7) });
  const self = { id: 3, generation: 1 };
  const options = { ...bindings, api: { ...bindings.api, ...transApi, itemDirtyPages: () => 0 } };
  const holding = (change: object) => {
    const mount = m();
    Object.assign(mount.trans, { setUp: true, seq: 5 }, change);
    const ran = runSteps<Scoutfs>(holdTrans, {}, mount, { ...options, self });
    return { mount, ran };
  };
  test("who holds it already holds it again, although it is to be written", () => {
    const holders: TransHolder[] = [{ task: { ...self }, count: 1 }];
    const { mount, ran } = holding({ holders, writing: true });
    expect(ran.parked).toBeUndefined();
    expect(mount.trans.holders).toEqual([{ task: self, count: 2 }]);
  });
  test("who writes it is let through", () => {
    const { mount, ran } = holding({ writer: { ...self }, writing: true });
    expect([ran.parked, mount.trans.holders]).toEqual([undefined, []]);
  });
  test("before the mount has one it is EINVAL", () => {
    const { ran } = holding({ seq: 0 });
    expect(ran.ret.error).toBe("EINVAL");
    expect(ran.notes).toEqual(["WARN a transaction is held before the mount has one"]);
  });
  test("after the shutdown it is a crash", () => {
    expect(() => holding({ setUp: false })).toThrow("expected transactions to be set up");
  });
});

describe("a commit that fails", () => {
  const RETRIES = "transaction commit failure: EIO, retrying";
  const REFUSED = "a block whose write has failed cannot be read";
  /** The device fails for 7 s, in which a sync begins. */
  const afterFailing = (names: readonly string[]) => {
    const w = mounted({ variants: variantsOf(names) });
    write(w, 1, 7, 70);
    failIo(w, 1, 1000);
    start(w, 1, "sync");
    w.runFor(7 * SECOND);
    expect(notes(w, RETRIES)).toBe(4);
    expect(syncs(w)).toEqual([]);
    failIo(w, 1, 0);
    return w;
  };
  test("is tried again every two seconds, and the sync hears only of its success", () => {
    const w = afterFailing(["failed-blocks-are-written-again"]);
    w.runFor(2 * SECOND);
    expect(syncs(w)).toMatchObject([{ error: undefined }]);
    expect(peek(w, 1).trans.writeFailed).toBe(false);
    expect(read(w, 0, 7)).toBe(70);
    expect(notes(w, REFUSED)).toBe(0);
  });

  test("at the device reads a block whose write has failed, and fails for ever in main", () => {
    const w = afterFailing([]);
    expect(notes(w, REFUSED)).toBe(3);
    w.runFor(60 * SECOND);
    expect(notes(w, RETRIES)).toBe(34);
    expect(notes(w, REFUSED)).toBe(33);
    expect(syncs(w)).toEqual([]);
  });

  test("with nothing dirty has no such block", () => {
    const w = mounted();
    failIo(w, 1, 1000);
    expect(sync(w, 1)?.error).toBeUndefined();
  });

  test("because the server cannot write is tried again as well", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    failIo(w, 0, 1000);
    start(w, 1, "sync");
    w.runFor(SECOND);
    expect(notes(w, RETRIES)).toBe(1);
    expect(peek(w, 1).item.pages.flatMap(({ items }) => items)).toMatchObject([{ dirty: true }]);
  });
});

describe("a forced unmount", () => {
  test("ends a sync that waits for a server with ENOLINK, and loses what was dirty", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    powerOff(w, 0);
    start(w, 1, "sync");
    w.runFor(5 * SECOND);
    expect(syncs(w)).toEqual([]);
    start(w, 1, "scoutfs_umount_begin");
    w.runFor(3 * SECOND);
    expect(syncs(w)).toMatchObject([{ error: "ENOLINK" }]);
    expect(notes(w, "transaction commit failure: ECONNABORTED")).toBe(1);
  });

  test("ends one that waits for its next try at the end of that wait", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    failIo(w, 1, 1000);
    start(w, 1, "sync");
    w.runFor(SECOND);
    start(w, 1, "scoutfs_umount_begin");
    w.runFor(SECOND / 2);
    expect(syncs(w)).toEqual([]);
    w.runFor(SECOND);
    expect(syncs(w)).toMatchObject([{ error: "ENOLINK" }]);
  });

  test("leaves whoever waits for the next transaction waiting", () => {
    const w = mounted();
    const before = peek(w, 1).trans.seq;
    state(w, 1).super.forcingUnmount = true;
    start(w, 1, "scoutfs_trans_sync", { wait: true });
    w.runFor(SECOND);
    expect(peek(w, 1).trans).toMatchObject({ seq: before, writeRet: "ENOLINK", writing: false });
  });
});

describe("an unmount", () => {
  test("commits what was dirty, once more at the shutdown, and nobody loses anything", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    const before = opens(w);
    start(w, 1, "umount", { force: false });
    w.runFor(5 * SECOND);
    expect(fields(w, "sync_fs").map(({ wait }) => wait)).toEqual([0, 1]);
    expect(writes(w)).toBeGreaterThanOrEqual(2);
    expect(opens(w) - before).toBe(writes(w));
    expect(peek(w, 1).trans).toMatchObject({ setUp: false, seq: 0, holders: [] });
    expect(read(w, 0, 7)).toBe(70);
    expect(sync(w, 0)?.error).toBeUndefined();
    expect(w.violations).toEqual([]);
  });
});
