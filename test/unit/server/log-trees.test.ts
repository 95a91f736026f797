// Log trees are handed out, committed, finalized together and merged; see src/server/get-log-trees,
// commit-log-trees, finalize, finalize-parts, merge and srch.

import { beforeEach, describe, expect, test } from "vitest";
import { peekBlock, putBlock } from "../../../sim/engine/device.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import type { Rid } from "../../../src/core/index.ts";
import type { ItemBlock, NetRoots, Value } from "../../../src/item/types.ts";
import type { LockKey } from "../../../src/lock/types.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import { EXTENTS_PER_COMMIT } from "../../../src/server/log-trees.ts";
import { copyLogTrees, type LogTrees, newLogTrees } from "../../../src/server/super.ts";
import { SRCH_LOG_BLOCK_LIMIT } from "../../../src/srch/api.ts";
import {
  accepted,
  ask,
  call,
  hold,
  reaches,
  release,
  request,
  returned,
  SECOND,
  seen,
  sentTo,
  serverWorld,
  stateOf,
  upWithClient,
  type WholeWorld,
} from "./world.ts";

let w: WholeWorld;
let conn: ConnHandle;
const ME = 40;
beforeEach(() => {
  w = serverWorld();
  conn = upWithClient(w);
  mount(ME);
});

const dirty = () => stateOf(w).server.dirtySuper;
const stable = () => stateOf(w).server.stableSuper;
const trees = () => stable().logTrees.map(({ rid, nr, finalized }) => ({ rid, nr, finalized }));
function mount(rid: number): void {
  dirty().mountedClients.push({ rid: rid as Rid, address: 7 as never, quorum: false });
}
function joined(rid: number): ConnHandle {
  mount(rid);
  return accepted(w, rid);
}
const getTrees = (c = conn) => ask(w, c, "GET_LOG_TREES").data as LogTrees;

/** Writes the block that a mount would, and returns what it then asks to be committed. */
function changed(lt: LogTrees, items: readonly (readonly [number, number])[]): LogTrees {
  const block = `test.${lt.rid}.${lt.getTransSeq}`;
  const seq = lt.getTransSeq;
  const versions = items.map(([key, value]) => ({
    ...{ key: key as LockKey, value: value as Value, seq },
  }));
  putBlock(w.device(), block, { kind: "items", seq, items: versions } as ItemBlock);
  return { ...copyLogTrees(lt), itemRoot: { block, seq, height: 1 }, maxItemSeq: seq };
}
const commit = (lt: LogTrees, c = conn) => ask(w, c, "COMMIT_LOG_TREES", copyLogTrees(lt));

describe("log trees", () => {
  test("are opened by a get, closed by a commit, and opened again with a new seq", () => {
    const lt = getTrees();
    expect(lt).toMatchObject({ rid: ME, nr: 1, commitTransSeq: 0 });
    expect(lt.getTransSeq).toBeGreaterThan(0);
    expect(commit(changed(lt, [[1, 10]])).error).toBeUndefined();
    expect(stable().logTrees[0]?.commitTransSeq).toBe(lt.getTransSeq);
    const next = getTrees();
    expect(next).toMatchObject({ nr: 1, commitTransSeq: lt.getTransSeq });
    expect(next.getTransSeq).toBeGreaterThan(lt.getTransSeq);
    expect(next.itemRoot).toMatchObject({ seq: lt.getTransSeq });
  });

  test("that are open are given as they are to who asks twice", () => {
    expect(getTrees()).toEqual(getTrees());
    expect(seen(w, "log_trees")).toHaveLength(1);
  });

  test("are named by the roots once they are committed and stable, not before", () => {
    const roots = () => (ask(w, conn, "GET_ROOTS").data as NetRoots).logRoots;
    const lt = changed(getTrees(), [[1, 10]]);
    const it = hold(w, "scoutfs_server_commit_func", "setStable");
    request(w, conn, { name: "server_commit_log_trees", cmd: "COMMIT_LOG_TREES", data: lt });
    expect(reaches(w, it)).toBe(true);
    expect(roots()).toEqual([]);
    release(w, it);
    w.runFor(SECOND);
    expect(roots()).toEqual([lt.itemRoot]);
  });

  test("that are committed twice succeed twice", () => {
    const lt = changed(getTrees(), [[1, 10]]);
    expect(commit(lt).error).toBeUndefined();
    const { hdrSeq } = stable();
    expect(commit(lt).error).toBeUndefined();
    expect(stable().logTrees[0]?.itemRoot).toEqual(lt.itemRoot);
    expect(stable().hdrSeq).toBeGreaterThan(hdrSeq);
  });

  test("of another rid, transaction or nr are refused", () => {
    const lt = getTrees();
    const { hdrSeq } = stable();
    expect(commit({ ...lt, rid: 41 as Rid }).error).toBe("EIO");
    expect(commit({ ...lt, getTransSeq: lt.getTransSeq + 1 }).error).toBe("EIO");
    expect(commit({ ...lt, nr: 2 }).error).toBe("ENOENT");
    expect(stable().hdrSeq).toBe(hdrSeq);
  });

  test("whose commit cannot be written stay open, and the error is told", () => {
    const lt = changed(getTrees(), [[1, 10]]);
    failIo(w, 0, 1000);
    expect(commit(lt).error).toBe("EIO");
    failIo(w, 0, 0);
    expect(commit(lt).error).toBeUndefined();
    expect(stable().logTrees[0]?.itemRoot).toEqual(lt.itemRoot);
  });

  test("with extents for several commits are given when all are moved", () => {
    const lt = { ...changed(getTrees(), [[1, 10]]), dataExtents: 3 * EXTENTS_PER_COMMIT };
    commit(lt);
    const { hdrSeq } = stable();
    expect(getTrees().dataExtents).toBe(0);
    expect(stable().hdrSeq - hdrSeq).toBe(3);
    expect(stable().logTrees[0]?.dataExtents).toBe(0);
  });

  test("that are reclaimed under a commit swallow it: it succeeds, its items are nowhere", () => {
    const lt = changed(getTrees(), [[1, 10]]);
    const it = hold(w, "server_commit_log_trees", "lock");
    request(w, conn, { name: "server_commit_log_trees", cmd: "COMMIT_LOG_TREES", data: lt });
    expect(reaches(w, it)).toBe(true);
    call(w, "reclaim_open_log_tree", { rid: ME });
    w.runFor(1000);
    release(w, it);
    w.runFor(SECOND);
    expect(sentTo(w, conn).at(-1)).toMatchObject({ cmd: "COMMIT_LOG_TREES", error: undefined });
    expect(dirty().logTrees[0]).toMatchObject({ finalized: true, itemRoot: undefined });
  });
});

describe("a mount that leaves", () => {
  const leave = (rid: number) => {
    call(w, "reclaim_rid", { rid: rid as Rid });
    w.runFor(SECOND);
    expect(returned(w, "reclaim_rid")).toEqual([undefined]);
  };

  test("has its tree finalized with what it committed, and the next get merges it", () => {
    const other = joined(41);
    commit(
      changed(getTrees(other), [
        [1, 10],
        [2, 20],
      ]),
      other,
    );
    const lt = getTrees();
    leave(41);
    expect(trees()).toContainEqual({ rid: 41, nr: 1, finalized: true });
    commit(changed(lt, [[2, 21]]));
    expect(getTrees()).toMatchObject({ nr: 2, itemRoot: undefined });
    expect(trees()).toEqual([{ rid: ME, nr: 2, finalized: false }]);
    const { fsRoot } = stable();
    const block = peekBlock(w.peekDevice(), fsRoot?.block ?? "") as unknown as ItemBlock;
    expect(block.items.map(({ key, value }) => [key, value])).toEqual([
      [1, 10],
      [2, 21],
    ]);
    expect(block.seq).toBe(fsRoot?.seq);
  });

  test("makes the others be asked once each, for half a second, commit and mutex free", () => {
    const [gone, active] = [joined(41), joined(42)];
    for (const c of [gone, active]) getTrees(c);
    const lt = getTrees();
    leave(41);
    commit(lt);
    const began = w.now;
    const id = request(w, conn, { name: "server_get_log_trees", cmd: "GET_LOG_TREES" });
    w.runFor(200_000);
    const free = ask(w, active, "ALLOC_INODES", { count: 1 });
    expect(free.error).toBeUndefined();
    w.runUntil(() => sentTo(w, conn).some((msend) => msend.id === id), w.now + SECOND);
    expect(w.now - began).toBeGreaterThan(500_000);
    const asked = sentTo(w, active).filter(({ cmd }) => cmd === "SYNC_LOG_TREES");
    expect(asked).toMatchObject([{ response: false }]);
    expect(trees()).toContainEqual({ rid: ME, nr: 1, finalized: true });
    expect(trees()).toContainEqual({ rid: ME, nr: 2, finalized: false });
    expect(trees()).toContainEqual({ rid: 42, nr: 1, finalized: false });
  });

  test("is merged at once when the other arrives in time", () => {
    const [gone, active] = [joined(41), joined(42)];
    getTrees(gone);
    const theirs = getTrees(active);
    const lt = getTrees();
    leave(41);
    commit(lt);
    request(w, conn, { name: "server_get_log_trees", cmd: "GET_LOG_TREES" });
    w.runFor(100_000);
    request(w, active, { name: "server_commit_log_trees", cmd: "COMMIT_LOG_TREES", data: theirs });
    w.runFor(50_000);
    request(w, active, { name: "server_get_log_trees", cmd: "GET_LOG_TREES" });
    w.runFor(SECOND);
    expect(trees()).toEqual([
      { rid: ME, nr: 2, finalized: false },
      { rid: 42, nr: 2, finalized: false },
    ]);
  });

  test("and left an open tree although its item is gone is found by the next get", () => {
    dirty().logTrees = [{ ...newLogTrees(39 as Rid, 1), getTransSeq: 3, dataExtents: 300 }];
    expect(getTrees()).toMatchObject({ rid: ME, nr: 1 });
    expect(seen(w, "log_trees").map(({ data }) => [data.what, data.rid])).toEqual([
      ...[
        ["reclaim", 39],
        ["reclaim", 39],
      ],
      ...[
        ["merge", 39],
        ["get", ME],
      ],
    ]);
    expect(stateOf(w).server.cusers).toMatchObject({ holding: [], committing: false });
  });

  test("leaves its trees to be read when the merge cannot read them", () => {
    const other = joined(41);
    const theirs = changed(getTrees(other), [[1, 10]]);
    commit(theirs, other);
    leave(41);
    putBlock(w.device(), theirs.itemRoot?.block ?? "", {
      kind: "items",
      seq: 99,
      items: [],
    } as never);
    getTrees();
    expect(trees()).toContainEqual({ rid: 41, nr: 1, finalized: true });
    expect(stable().fsRoot).toBeUndefined();
  });
});

describe("the srch log of a mount", () => {
  const withLog = (blocks: number): LogTrees => ({
    ...changed(getTrees(), [[1, 10]]),
    ...{ srchBlkno: 77, srchBlocks: blocks },
  });
  const own = () => stable().logTrees.find(({ rid }) => rid === ME);

  test("is kept by a commit while it is small, and taken when it is large", () => {
    commit(withLog(SRCH_LOG_BLOCK_LIMIT - 1));
    expect(stable().srchLogs).toEqual([]);
    expect(own()).toMatchObject({ srchBlkno: 77, srchBlocks: SRCH_LOG_BLOCK_LIMIT - 1 });
    commit(withLog(SRCH_LOG_BLOCK_LIMIT));
    expect(stable().srchLogs).toEqual([77]);
    expect(own()).toMatchObject({ srchBlkno: 0, srchBlocks: 0 });
  });

  test("is taken by a reclaim however small it is, but not when there is none", () => {
    commit(withLog(1));
    call(w, "reclaim_rid", { rid: ME as Rid });
    w.runFor(SECOND);
    expect(stable().srchLogs).toEqual([77]);
    const other = joined(41);
    commit(changed(getTrees(other), [[2, 20]]), other);
    call(w, "reclaim_rid", { rid: 41 as Rid });
    w.runFor(SECOND);
    expect(stable().srchLogs).toEqual([77]);
  });

  test("that the server has already is taken with a warning", () => {
    dirty().srchLogs = [77];
    expect(commit(withLog(SRCH_LOG_BLOCK_LIMIT)).error).toBeUndefined();
    expect(stable().srchLogs).toEqual([77]);
    expect(own()).toMatchObject({ srchBlkno: 0 });
  });
});

describe("a compaction of srch files", () => {
  const get = () => ask(w, conn, "SRCH_GET_COMPACT");
  const done = { nr: 4, isDone: true, failed: false };

  test("is not there before four logs are rotated, and that commits nothing", () => {
    dirty().srchLogs = [5, 6, 7];
    expect(get()).toMatchObject({ error: undefined, data: { nr: 0 } });
    expect(stable().srchBusy).toEqual([]);
  });

  test("belongs to who got it until the result is committed", () => {
    dirty().srchLogs = [5, 6, 7, 8, 9];
    expect(get().data).toMatchObject({ nr: 4 });
    expect(stable()).toMatchObject({ srchLogs: [9], srchBusy: [ME] });
    expect(ask(w, conn, "SRCH_COMMIT_COMPACT", done).error).toBeUndefined();
    expect(stable()).toMatchObject({ srchBusy: [], srchPending: 0 });
    expect(ask(w, conn, "SRCH_COMMIT_COMPACT", done).error).toBe("ENOENT");
  });

  test("that failed, or whose mount is reclaimed, is handed to the next who asks", () => {
    dirty().srchLogs = [5, 6, 7, 8];
    get();
    ask(w, conn, "SRCH_COMMIT_COMPACT", { ...done, failed: true });
    expect(stable().srchPending).toBe(1);
    get();
    call(w, "reclaim_rid", { rid: ME as Rid });
    w.runFor(SECOND);
    expect(stable()).toMatchObject({ srchBusy: [], srchPending: 1 });
    expect(get().data).toMatchObject({ nr: 4 });
  });
});
