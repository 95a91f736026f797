// The description of what can be drawn: both readers give values of it, the same seed gives the
// same value, and a draw more in one place leaves the others alone.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  choice,
  constant,
  draw,
  type Gen,
  integer,
  list,
  oneOf,
  record,
  sometimes,
} from "../../../../sim/cluster/generate/gen.ts";
import { seeded } from "../../../../sim/engine/chooser.ts";
import { genArbitrary } from "../../../support/plans.ts";

const item = record({ kind: oneOf("a", "b"), size: integer(3, 5) });
const thing = record({
  one: integer(0, 9),
  items: list(item, 1, 4),
  more: sometimes(300, integer(0, 1)),
  either: choice<Gen<number | string>>([1, constant("none")], [3, integer(1, 2)]),
});
type Thing = NonNullable<typeof thing.sample>;

const isThing = ({ one, items, more, either }: Thing): boolean =>
  Number.isInteger(one) &&
  one >= 0 &&
  one <= 9 &&
  items.length >= 1 &&
  items.length <= 4 &&
  items.every((i) => ["a", "b"].includes(i.kind) && i.size >= 3 && i.size <= 5) &&
  (more === undefined || more === 0 || more === 1) &&
  ["none", 1, 2].includes(either);

const drawn = (seed: string, gen = thing): Thing => draw(seeded(seed), gen);
const seeds = Array.from({ length: 200 }, (_, n) => `s${n}`);

describe("a description", () => {
  test("is drawn within its bounds by a chooser and by fast-check", () => {
    expect(seeds.every((s) => isThing(drawn(s)))).toBe(true);
    fc.assert(fc.property(genArbitrary(thing), isThing));
  });

  test("gives every value that it has, by both readers", () => {
    const values = (all: readonly Thing[]) => new Set(all.map((t) => `${t.either} ${t.more}`));
    const all = 3 * 3;
    expect(values(seeds.map((s) => drawn(s))).size).toBe(all);
    expect(values(fc.sample(genArbitrary(thing), { numRuns: 400, seed: 1 })).size).toBe(all);
  });

  test("keeps the weights of a choice", () => {
    const nones = seeds.filter((s) => drawn(s).either === "none").length;
    expect(nones).toBeGreaterThan(25);
    expect(nones).toBeLessThan(80);
  });

  test("is drawn alike from the same seed, and otherwise from another", () => {
    expect(drawn("a")).toEqual(drawn("a"));
    expect(new Set(seeds.map((s) => JSON.stringify(drawn(s)))).size).toBeGreaterThan(150);
  });

  test("leaves the other draws alone when a feature is added", () => {
    const wider = record({
      one: integer(0, 9),
      fresh: integer(0, 99),
      items: list(record({ kind: oneOf("a", "b"), size: integer(3, 5), hue: oneOf(1, 2) }), 1, 4),
      more: sometimes(300, integer(0, 1)),
    });
    for (const seed of seeds.slice(0, 20)) {
      const { one, items, more } = drawn(seed);
      const w = draw(seeded(seed), wider);
      expect([w.one, w.more]).toEqual([one, more]);
      expect(w.items.map(({ kind, size }) => ({ kind, size }))).toEqual(items);
    }
  });

  test("shrinks to the first of a choice, the smallest number and the shortest list", () => {
    const failing = fc.check(fc.property(genArbitrary(thing), () => false));
    expect(failing.counterexample?.[0]).toEqual({
      one: 0,
      items: [{ kind: "a", size: 3 }],
      more: undefined,
      either: "none",
    });
  });

  test("refuses bounds the wrong way round", () => {
    expect(() => integer(2, 1)).toThrow("give the smaller bound first");
  });
});
