// A hunt's result depends on its runs, and neither on their order nor on who made them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addRun,
  type HuntState,
  inOrder,
  joinHunt,
  newHunt,
  type Outcome,
  seedOf,
} from "../../../sim/explore/hunt.ts";

const outcome = (place: string | undefined, kin?: string): Outcome => ({
  ...{ events: 10, hash: "h", atUs: 5, ...(kin === undefined ? {} : { kin }) },
  violation: place === undefined ? undefined : { promise: "P", place, text: `at ${place}` },
});

function huntOver(runs: readonly (readonly [number, Outcome])[]): HuntState {
  const state = newHunt();
  for (const [n, o] of runs) addRun(state, n, seedOf("x", n), o);
  return state;
}
const told = (state: HuntState) => [
  state.runs,
  state.events,
  inOrder(state).map((f) => [f.seed, f.place, f.runs, f.text]),
];

describe("a hunt", () => {
  test("tells failures apart by promise, place and kin, and not by the numbers in a place", () => {
    const places = ["mount 1", undefined, "mount 2", "elsewhere"];
    const state = huntOver(places.map((place, n) => [n, outcome(place)]));
    addRun(state, 4, "x:4", outcome("elsewhere", "of a variant"));
    expect(told(state)).toEqual([
      5,
      50,
      [
        ["x:0", "mount 1", 2, "at mount 1"],
        ["x:3", "elsewhere", 1, "at elsewhere"],
        ["x:4", "elsewhere", 1, "at elsewhere"],
      ],
    ]);
  });

  test("says what a run is the first of, and what it takes that from", () => {
    const state = newHunt();
    expect(addRun(state, 7, "x:7", outcome("a"))?.instead).toBeUndefined();
    expect(addRun(state, 9, "x:9", outcome("a"))).toBeUndefined();
    const earlier = addRun(state, 2, "x:2", outcome("a"));
    expect(earlier?.isFirst).toMatchObject({ seed: "x:2", runs: 3 });
    expect(earlier?.instead).toMatchObject({ seed: "x:7", runs: 2 });
  });

  test("comes to the same in any order and in any parts", () => {
    const anyPlace = fc.constantFrom(undefined, "a", "b 1", "b 2");
    const anyRuns = fc.array(fc.tuple(anyPlace, fc.nat(3)), { maxLength: 12 });
    fc.assert(
      fc.property(anyRuns, fc.infiniteStream(fc.nat()), (drawn, keys) => {
        const runs = drawn.map(([place], n) => [n, outcome(place)] as const);
        const shuffled = runs
          .map((run) => ({ run, key: keys.next().value as number }))
          .sort((x, y) => x.key - y.key)
          .map(({ run }) => run);
        const parts = [0, 1, 2, 3].map((k) =>
          huntOver(shuffled.filter((_, i) => drawn[i]?.[1] === k)),
        );
        const joined = newHunt();
        for (const part of parts) joinHunt(joined, part);
        expect(told(huntOver(shuffled))).toEqual(told(huntOver(runs)));
        expect(told(joined)).toEqual(told(huntOver(runs)));
      }),
    );
  });
});
