// The item cache and what fills it: versions by seq, stale blocks, commits that come in between;
// see src/item.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { heightOf, itemState } from "../../../src/item/api.ts";
import {
  cleanDirty,
  dirtyItem,
  dropRange,
  insertPage,
  newest,
  rangeCached,
  replaced,
} from "../../../src/item/cache.ts";
import type { CachedPage, ItemVersion, Value } from "../../../src/item/types.ts";
import { inoKey } from "../../../src/lock/api.ts";
import type { LockKey } from "../../../src/lock/types.ts";
import * as cluster from "../trans/world.ts";

const K = (n: number) => n as LockKey;
const version = (key: number, value: number, seq: number): ItemVersion => ({
  ...{ key: K(key), value: value as Value, seq },
});
const page = (start: number, end: number): CachedPage => ({
  ...{ start: K(start), end: K(end), hdrSeq: 1, items: [] },
});

describe("versions", () => {
  test("of one key: the greatest seq is the newest, wherever it is read first", () => {
    const [old, young] = [version(1, 10, 5), version(1, 11, 6)];
    expect(newest([old, young, version(2, 20, 1)])).toEqual([young, version(2, 20, 1)]);
    expect(newest([young, old])).toEqual([young]);
  });
  test("of log trees go before those of the fs root, whatever their seq", () => {
    expect(replaced([version(1, 10, 99)], [version(1, 11, 5)])).toEqual([version(1, 11, 5)]);
  });
  test("make a tree the higher the more there are", () => {
    expect([0, 1, 8, 9, 64, 65].map(heightOf)).toEqual([1, 1, 1, 2, 2, 3]);
  });
});

describe("the cache", () => {
  test("knows what it covers and what of it is dirty", () => {
    const cache = itemState();
    const first = page(10, 19);
    expect([insertPage(cache, first), insertPage(cache, page(15, 25))]).toEqual([true, false]);
    dirtyItem(first, version(12, 1, 7));
    expect(rangeCached(cache, K(0), K(9))).toEqual({ cached: false, dirty: false });
    expect(rangeCached(cache, K(13), K(19))).toEqual({ cached: true, dirty: false });
    expect(rangeCached(cache, K(10), K(12))).toEqual({ cached: true, dirty: true });
    expect(() => dropRange(cache, K(10), K(19))).toThrow("no dirty item to be dropped");
    cleanDirty(cache);
    dropRange(cache, K(10), K(19));
    expect(cache.pages).toEqual([]);
  });
  test("is dropped by whole locks", () => {
    const cache = itemState();
    insertPage(cache, page(10, 19));
    expect(() => dropRange(cache, K(15), K(30))).toThrow("within the range of one lock");
  });
});

const { fields, hold, mounted, notes, ops, peek, read, reaches, release, SECOND, sync, write } =
  cluster;

describe("a read through the roots", () => {
  test("that meets a block which was written anew meanwhile asks for newer roots", () => {
    const w = mounted({ mounts: 3 });
    write(w, 1, 7, 70);
    sync(w, 1);
    const it = hold(w, "scoutfs_forest_read_items", "readLog", 2);
    start(w, 2, "read_file", { ino: 5000 });
    expect(reaches(w, it)).toBe(true);
    for (const value of [71, 72]) {
      write(w, 1, 7, value);
      sync(w, 1);
    }
    release(w, it);
    w.runFor(SECOND);
    expect(notes(w, "a reader met a stale block of a log tree")).toBe(1);
    expect(ops(w).at(-1)).toMatchObject({ what: "read", key: 5000, value: 0, error: undefined });
  });

  test("into which a commit of the same mount comes is done again", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    const it = hold(w, "read_pages", "insert", 1);
    start(w, 1, "read_file", { ino: 5000 });
    expect(reaches(w, it)).toBe(true);
    sync(w, 1);
    release(w, it);
    w.runFor(SECOND);
    expect(notes(w, "a commit came between reading items and caching them")).toBe(1);
    expect(ops(w).at(-1)).toMatchObject({ what: "read", key: 5000, error: undefined });
  });

  test("is made once for all keys of a lock, and again after the lock was taken back", () => {
    const w = mounted();
    const asked = () =>
      fields(w, "net_send_message").filter(({ cmd, resp }) => cmd === "GET_ROOTS" && resp === 0);
    const before = asked().length;
    read(w, 1, 2000);
    read(w, 1, 2001);
    expect(asked().length - before).toBe(1);
    write(w, 0, 2000, 1);
    expect(peek(w, 1).item.pages.some(({ start: at }) => at === inoKey(1024))).toBe(false);
    expect(read(w, 1, 2000)).toBe(1);
    expect(asked().length - before).toBe(3);
  });
});

describe("finalized trees", () => {
  test("of mounts that left stay readable, then merged and written again", () => {
    const w = mounted({ mounts: 3 });
    write(w, 1, 7, 70);
    write(w, 1, 8, 80);
    start(w, 1, "umount", { force: false });
    w.runFor(3 * SECOND);
    expect(read(w, 2, 7)).toBe(70);
    write(w, 2, 7, 71);
    for (const n of [0, 2]) sync(w, n);
    w.runFor(25 * SECOND);
    expect(peek(w, 0).server.stableSuper.fsRoot).toBeDefined();
    expect(cluster.stableTrees(w).map(({ rid }) => rid)).not.toContain(cluster.FIRST_RID + 1);
    expect([read(w, 0, 7), read(w, 0, 8), read(w, 2, 8)]).toEqual([71, 80, 80]);
    write(w, 0, 8, 81);
    expect(read(w, 2, 8)).toBe(81);
    expect(w.violations).toEqual([]);
  });
});
