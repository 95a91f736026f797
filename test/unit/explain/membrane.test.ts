// Data behind glass is the same data: every change arrives, every look is told, and nothing of the
// glass is left in it.

import { types } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { KEYS, Membrane } from "../../../sim/explain/membrane.ts";

let read: unknown[][] = [];
let wrote: unknown[][] = [];
const membrane = () =>
  new Membrane({
    read: (target, key) => read.push([target, key]),
    wrote: (target, key) => wrote.push([target, key]),
  });
beforeEach(() => {
  read = [];
  wrote = [];
});

/** No piece of it is glass. */
function isBare(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (types.isProxy(value)) return false;
  if (value instanceof Map) return [...value.values()].every(isBare);
  return Object.values(value).every(isBare);
}

describe("behind glass", () => {
  test("fields are read and written, and told", () => {
    const data = { a: { n: 1 }, b: 2 };
    const glass = membrane().wrap(data);
    expect(glass.a.n).toBe(1);
    glass.a.n = 5;
    expect(data.a.n).toBe(5);
    expect(read).toEqual([
      [data, "a"],
      [data.a, "n"],
      [data, "a"],
    ]);
    expect(wrote).toEqual([[data.a, "n"]]);
  });

  test("what is new or gone changes which keys there are", () => {
    const data: Record<string, number> = { a: 1 };
    const glass = membrane().wrap(data);
    glass.b = 2;
    delete glass.a;
    expect(data).toEqual({ b: 2 });
    expect(wrote.filter(([, key]) => key === KEYS)).toHaveLength(2);
    expect(Object.keys(glass)).toEqual(["b"]);
    expect(read).toContainEqual([data, KEYS]);
  });

  test("lists that are made of others hold nothing of the glass", () => {
    const data = { list: [{ n: 1 }, { n: 2 }, { n: 3 }], moved: [] as { n: number }[] };
    const glass = membrane().wrap(data);
    glass.moved = glass.list.filter(({ n }) => n > 1);
    glass.list = [];
    glass.moved.push({ n: 4 }, ...glass.moved.splice(0, 1));
    expect(data).toEqual({ list: [], moved: [{ n: 3 }, { n: 4 }, { n: 2 }] });
    expect(isBare(data)).toBe(true);
  });

  test("an element is found by its glass and by itself", () => {
    const data = [{ n: 1 }, { n: 2 }];
    const glass = membrane().wrap(data);
    expect(glass.indexOf(glass[1] as { n: number })).toBe(1);
    expect(glass.includes(data[0] as { n: number })).toBe(true);
    expect(glass[1]).toBe(glass[1]);
  });

  test("maps and sets are what they are", () => {
    const data = { map: new Map([[1, { n: 1 }]]), set: new Set(["a"]) };
    const glass = membrane().wrap(data);
    const { map, set } = glass;
    map.set(2, { n: 2 });
    const first = map.get(1);
    if (first !== undefined) first.n = 7;
    set.add("b");
    set.delete("a");
    expect([...map.values()].map(({ n }) => n)).toEqual([7, 2]);
    expect([map.size, map.has(3), set.has("b"), [...set].join()]).toEqual([2, false, true, "b"]);
    map.delete(1);
    expect([...data.map]).toEqual([[2, { n: 2 }]]);
    expect(map instanceof Map).toBe(true);
    expect(isBare(data)).toBe(true);
    expect(wrote).toContainEqual([data.map, KEYS]);
    expect(read).toContainEqual([data.map, 1]);
  });

  test("what is made anew is bared all the way down", () => {
    const m = membrane();
    const glass = m.wrap({ a: { n: 1 } });
    const made = m.bare({ args: { ...glass, more: [glass.a] } });
    expect(made).toEqual({ args: { a: { n: 1 }, more: [{ n: 1 }] } });
    expect(isBare(made)).toBe(true);
  });

  test("a frozen object is seen as it is", () => {
    const frozen = Object.freeze({ inner: { n: 1 } });
    expect(membrane().wrap(frozen).inner.n).toBe(1);
  });
});
