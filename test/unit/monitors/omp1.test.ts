// OMP1: what a live mount has in its cache is not deleted, by nobody.

import { expect, test } from "vitest";
import { omp1 } from "../../../src/monitors/omp1.ts";

type Line = readonly [kind: string, mount: number, data?: object];

function judged(...lines: readonly Line[]): string[] {
  const state = omp1.start();
  const found: string[] = [];
  lines.forEach(([kind, mount, data = {}], at) => {
    const judge = {
      now: at,
      violate: (place: string, text: string) => found.push(`${place}: ${text}`),
    };
    omp1.on({ seq: at, at, mount, kind, data }, state, judge);
  });
  return found;
}
/** Inode 1029. */
const bit = { group_nr: 1, bit_nr: 5, group_total: 1 };
const uses = (mount: number): Line => ["omap_group_inc", mount, bit];
const leaves = (mount: number): Line => ["omap_group_dec", mount, bit];
const deletes = (mount: number, ret: string | 0 = 0): Line => [
  "delete_inode_end",
  mount,
  { ino: 1029, ret },
];

test("a deletion while others, or the one who deletes, use the inode breaks it", () => {
  expect(judged(uses(2), deletes(1))).toEqual([
    "inode 1029: mount 1 deletes it while mount 2 use it",
  ]);
  expect(judged(uses(1), deletes(1))).toHaveLength(1);
  expect(judged(uses(2), uses(3), deletes(1))[0]).toContain("mounts 2, 3");
});

test("after the last use, or when it fails, it does not", () => {
  expect(judged(uses(2), leaves(2), deletes(1))).toEqual([]);
  expect(judged(uses(2), deletes(1, "EIO"))).toEqual([]);
  const other = { group_nr: 2, bit_nr: 5, group_total: 1 };
  expect(judged(["omap_group_inc", 2, other], deletes(1))).toEqual([]);
});

test("what is open on a mount that is gone is nobody's", () => {
  expect(judged(uses(2), ["dead", 2], deletes(1))).toEqual([]);
  expect(judged(uses(2), ["umount_begin", 2], deletes(1))).toEqual([]);
  const is: Line = ["incarnation", 2, { rid: 7, slot: 0 }];
  const reclaims = ["reclaim_rid", 0, { rid: 7 }] as const;
  expect(judged(is, uses(2), reclaims, deletes(1))).toEqual([]);
  expect(judged(is, reclaims, uses(2), deletes(1))).toEqual([]);
  expect(judged(is, uses(2), ["reclaim_rid", 0, { rid: 8 }], deletes(1))).toHaveLength(1);
});

test("nor is what it opens after that: an open that was under way ends", () => {
  expect(judged(["umount_begin", 2], uses(2), deletes(1))).toEqual([]);
  expect(judged(uses(2), ["umount_begin", 2], leaves(2), uses(2), deletes(1))).toEqual([]);
  expect(judged(["dead", 2], uses(2), deletes(1))).toEqual([]);
  expect(judged(["umount_begin", 2], uses(3), deletes(1))).toHaveLength(1);
});
