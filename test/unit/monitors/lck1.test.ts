// LCK1: modes beside each other on a key are compatible, from the grant to the answer.

import { expect, test } from "vitest";
import { lck1 } from "../../../src/monitors/lck1.ts";
import { fenced, is, judged, type Line } from "./judged.ts";

const found = (...lines: readonly Line[]) => judged(lck1, lines);
const gets = (mount: number, mode: string, key = 7): Line => [
  "cl_lock_grant_response",
  mount,
  { key, new: mode },
];
const answers = (mount: number, mode: string, key = 7): Line => [
  "cl_lock_response",
  mount,
  { key, new: mode },
];

test("a writer beside anybody, and readers beside writers, break it", () => {
  expect(found(gets(1, "write"), gets(2, "read"))).toEqual([
    "key 7: mount 2 gets read while mount 1 has write",
  ]);
  expect(found(gets(1, "write"), gets(2, "write"))).toHaveLength(1);
  expect(found(gets(1, "read"), gets(2, "write_only"))).toHaveLength(1);
});

test("readers, those who only write, and other keys do not", () => {
  expect(found(gets(1, "read"), gets(2, "read"))).toEqual([]);
  expect(found(gets(1, "write_only"), gets(2, "write_only"))).toEqual([]);
  expect(found(gets(1, "write"), gets(2, "write", 8))).toEqual([]);
  expect(found(gets(1, "read"), gets(1, "write"))).toEqual([]);
});

test("a mode ends with the answer to its invalidation, or becomes what is left", () => {
  expect(found(gets(1, "write"), answers(1, "null"), gets(2, "write"))).toEqual([]);
  expect(found(gets(1, "write"), answers(1, "read"), gets(2, "read"))).toEqual([]);
  expect(found(gets(1, "write"), answers(1, "read"), gets(2, "write"))).toHaveLength(1);
  expect(found(gets(1, "write"), gets(1, "null"), gets(2, "write"))).toEqual([]);
  expect(found(gets(1, "read"), ["lock_free", 1, { key: 7 }], gets(2, "write"))).toEqual([]);
});

test("an invalidation that gives a mode back counts as a grant", () => {
  const late: Line = ["lock_invalidate", 1, { key: 7, mode: "read" }];
  expect(found(gets(2, "write"), late)).toEqual([
    "key 7: mount 1 gets read while mount 2 has write",
  ]);
  expect(found(gets(1, "write"), late, answers(1, "read"), gets(2, "read"))).toEqual([]);
});

test("who has left in any way has no mode", () => {
  const ways: readonly Line[] = [
    ["client_destroy", 1],
    ["dead", 1],
    ["umount_begin", 1],
  ];
  for (const way of [...ways, fenced(1)]) {
    expect(found(is(1), gets(1, "write"), way, gets(2, "write"))).toEqual([]);
    expect(found(is(1), way, gets(1, "write"), gets(2, "write"))).toEqual([]);
  }
  expect(found(is(1), gets(1, "write"), fenced(3), gets(2, "write"))).toHaveLength(1);
});
