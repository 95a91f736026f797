// State as a tree, and what differs from before.

import { expect, test } from "vitest";
import { namesIn, partAt, treeOf } from "../../../sim/explain/tree.ts";

const text = (value: unknown, before: unknown) =>
  treeOf("m0", value, before).map(({ depth, text, change }) => [depth, text, change]);
const long = "x".repeat(80);

test("puts on a line what fits there", () => {
  expect(text({ a: 1, b: [2] }, { a: 1, b: [2] })).toEqual([[0, 'm0: {"a":1,"b":[2]}', "same"]]);
});

test("marks the leaf that changed, and not what is around it", () => {
  const now = { long, deep: { long, n: 2 } };
  expect(text(now, { long, deep: { long, n: 1 } })).toEqual([
    [0, "m0", "same"],
    [1, `long: "${long}"`, "same"],
    [1, "deep", "same"],
    [2, `long: "${long}"`, "same"],
    [2, "n: 2", "changed"],
  ]);
});

test("tells what is new and what is gone, in maps and lists too", () => {
  const now = { long, map: new Map([["a", long]]), list: [long, "new"] };
  const then = { long, map: new Map([["b", 1]]), list: [long], old: true };
  expect(text(now, then).slice(2)).toEqual([
    [1, "map (1)", "same"],
    [2, `a: "${long}"`, "new"],
    [2, "b: 1", "gone"],
    [1, "list (2)", "same"],
    [2, `0: "${long}"`, "same"],
    [2, '1: "new"', "new"],
    [1, "old: true", "gone"],
  ]);
});

test("finds a part by its path", () => {
  const state = { map: new Map([["k", { v: 7 }]]), list: [{ x: 1 }] };
  expect(partAt(state, "")).toBe(state);
  expect(partAt(state, "map.k.v")).toBe(7);
  expect(partAt(state, "list.0.x")).toBe(1);
  expect(partAt(state, "map.nope.v")).toBe(undefined);
  expect([namesIn(state), namesIn(7)]).toEqual([["map", "list"], []]);
});
