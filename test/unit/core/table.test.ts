// Handles with generations: an object that is gone is found out at its use.

import { describe, expect, test } from "vitest";
import {
  allocate,
  each,
  free,
  get,
  handleOf,
  lookup,
  numberOf,
  table,
} from "../../../src/core/table.ts";

describe("a table", () => {
  test("gives its objects to those who hold their handles", () => {
    const t = table<{ n: number }>("thing");
    const h = allocate(t, { n: 7 });
    expect(get(t, h).n).toBe(7);
    expect([...each(t)]).toEqual([[h, { n: 7 }]]);
  });

  test("makes the use of a freed object a CRASH, also when its slot has a new owner", () => {
    const t = table<{ n: number }>("thing");
    const old = allocate(t, { n: 1 });
    free(t, old);
    expect(() => get(t, old)).toThrow("expected thing 0.1 to be alive, it was freed before");
    const fresh = allocate(t, { n: 2 });
    expect(fresh.id).toBe(old.id);
    expect(() => get(t, old)).toThrow("freed before");
    expect(lookup(t, old)).toBeUndefined();
    expect(get(t, fresh).n).toBe(2);
  });

  test("does not let an object be freed twice", () => {
    const t = table<number>("thing");
    const h = allocate(t, 1);
    free(t, h);
    expect(() => free(t, h)).toThrow("freed before");
  });

  test("names an object by one number that its successor does not share", () => {
    const t = table<number>("thing");
    const old = allocate(t, 1);
    free(t, old);
    const fresh = allocate(t, 2);
    expect(numberOf(old)).not.toBe(numberOf(fresh));
    expect(handleOf(numberOf(fresh))).toEqual(fresh);
  });
});
