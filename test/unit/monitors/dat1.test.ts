// DAT1: which values a read may return, and which no crash may take away.

import { describe, expect, test } from "vitest";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { fenced, is, judged, type Line } from "./judged.ts";

const found = (...lines: readonly Line[]) => judged(dat1, lines);
const begins = (mount: number, value: number): Line => [
  "op_begin",
  mount,
  { what: "write", key: 7, value },
];
interface Call {
  readonly what: string;
  readonly value?: number;
  readonly beginAt: number;
  readonly endAt: number;
  readonly error?: string;
}
const op = (mount: number, call: Call): Line => ["op", mount, { key: 7, value: 0, ...call }];
/** A line's time is its place in the list, from 1 on. */
const wrote = (mount: number, value: number, beginAt: number): Line =>
  op(mount, { what: "write", value, beginAt, endAt: beginAt + 1 });
const reads = (mount: number, value: number, beginAt: number, endAt = beginAt): Line =>
  op(mount, { what: "read", value, beginAt, endAt });
const synced = (mount: number, beginAt: number): Line =>
  op(mount, { what: "sync", beginAt, endAt: beginAt });

/** Mount 1 has written 1 (at 2, 3) and 2 (at 4, 5). */
const two: readonly Line[] = [is(1), begins(1, 1), wrote(1, 1, 2), begins(1, 2), wrote(1, 2, 4)];

describe("a read", () => {
  test("of the last write, or of nothing before the first, is right", () => {
    expect(found(...two, reads(2, 2, 6))).toEqual([]);
    expect(found(reads(2, 0, 1))).toEqual([]);
  });

  test("of an earlier write, of nothing after one, or of what nobody wrote is not", () => {
    expect(found(...two, reads(2, 1, 6))).toEqual([
      "mount 2: a read of 7 returns 1, although mount 1 wrote 2 between that and the read",
    ]);
    expect(found(...two, reads(2, 0, 6))).toHaveLength(1);
    expect(found(...two, reads(2, 9, 6))[0]).toContain("nobody has written that");
  });

  test("beside a write may return either, but not the old one after the new one", () => {
    const beside = [...two, begins(2, 3)];
    expect(found(...beside, reads(1, 2, 7), reads(1, 3, 8))).toEqual([]);
    expect(found(...beside, reads(1, 3, 7), reads(1, 2, 8))[0]).toContain("was over before");
  });

  test("that began before a write ended may return what was there before", () => {
    expect(found(...two, reads(2, 1, 4, 7))).toEqual([]);
  });

  test("that failed, like a write that failed, says nothing", () => {
    const failed = { value: 1, beginAt: 6, endAt: 6, error: "EIO" };
    expect(found(...two, op(2, { what: "read", ...failed }))).toEqual([]);
    const none = op(1, { what: "write", value: 1, beginAt: 2, endAt: 3, error: "EIO" });
    expect(found(begins(1, 1), none, reads(2, 1, 4))).toHaveLength(1);
  });
});

describe("what goes with its mount", () => {
  const ways: readonly Line[] = [["dead", 1], ["umount_begin", 1], fenced(1)];
  test("may be what was not synced", () => {
    for (const way of ways) {
      expect(found(...two, way, reads(2, 0, 7))).toEqual([]);
      expect(found(...two, way, reads(2, 1, 7))).toEqual([]);
      expect(found(...two, way, reads(2, 2, 7))).toEqual([]);
    }
  });

  test("is not what was synced", () => {
    for (const way of ways) {
      expect(found(...two, synced(1, 6), way, reads(2, 1, 8))).toHaveLength(1);
      expect(found(...two, synced(1, 3), way, reads(2, 1, 8))).toEqual([]);
      expect(found(...two, synced(1, 3), way, reads(2, 0, 8))).toHaveLength(1);
    }
  });

  test("is not what another mount has read, nor what a clean unmount left", () => {
    expect(found(...two, reads(2, 2, 6), ["dead", 1], reads(2, 1, 8))).toHaveLength(1);
    expect(found(...two, ["unmounted", 1], ["dead", 1], reads(2, 1, 8))).toHaveLength(1);
    expect(found(...two, ["umount_begin", 1], ["unmounted", 1], reads(2, 1, 8))).toEqual([]);
  });

  test("does not come back once a read has shown that it is lost", () => {
    const lost = [...two, synced(1, 3), ["dead", 1], reads(2, 1, 8)] as Line[];
    expect(found(...lost, reads(2, 2, 9))[0]).toContain("was over before the read began");
  });

  test("may be a write that had not ended, until then", () => {
    const open: Line[] = [...two, synced(1, 6), begins(1, 3), ["dead", 1]];
    expect(found(...open, reads(2, 3, 9), reads(2, 3, 10))).toEqual([]);
    expect(found(...open, reads(2, 2, 9), reads(2, 3, 10))).toHaveLength(1);
  });

  test("is a write that had not ended, though a sync succeeds after that", () => {
    const cut: Line[] = [...two, reads(2, 2, 6), begins(1, 3), ["umount_begin", 1], synced(1, 9)];
    const failed = op(1, { what: "write", value: 3, beginAt: 7, endAt: 11, error: "ENOLINK" });
    expect(found(...cut, failed, reads(2, 2, 11), reads(2, 2, 12))).toEqual([]);
    const ends: Line[] = [...two, begins(1, 3), wrote(1, 3, 6), ["umount_begin", 1], synced(1, 9)];
    expect(found(...ends, reads(2, 2, 11))).toHaveLength(1);
  });
});

test("what is over long ago is forgotten, and not complained of when it comes late", () => {
  const many = [...Array(40).keys()].flatMap((i): Line[] => [
    begins(1 + (i % 2), i + 1),
    wrote(1 + (i % 2), i + 1, 2 * i + 1),
  ]);
  expect(found(...many, reads(3, 1, 2, 90))).toEqual([]);
  expect(found(...many, reads(3, 1, 85))).toHaveLength(1);
});
