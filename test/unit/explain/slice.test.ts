// What is reached in a graph, and who wrote what last.

import { describe, expect, test } from "vitest";
import { Graph, LastWrites } from "../../../sim/explain/slice.ts";

describe("a graph", () => {
  const graph = new Graph();
  for (const [node, on] of [
    [5, 3],
    [3, 1],
    [5, 5],
    [4, 2],
    [1, 3],
  ] as const) {
    graph.add(node, on);
  }

  test("gives all that a node depends on, and nothing else", () => {
    expect([...graph.reachedFrom([5])].sort()).toEqual([1, 3, 5]);
    expect([...graph.reachedFrom([4, 9])].sort()).toEqual([2, 4, 9]);
  });
});

test("the last one who wrote a field is known, of each object alone", () => {
  const writes = new LastWrites();
  const [x, y] = [{}, {}];
  writes.wrote(x, "a", 1);
  writes.wrote(x, "a", 2);
  writes.wrote(y, "a", 3);
  expect([writes.of(x, "a"), writes.of(y, "a"), writes.of(x, "b")]).toEqual([2, 3, undefined]);
});
