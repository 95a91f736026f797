// The mutants that are named as witnesses are at places, and of promises, that there are.

import { expect, test } from "vitest";
import { judges } from "../../../../sim/cluster/mutants/killers.ts";
import { isWitnessed, silences, witnesses } from "../../../../sim/cluster/mutants/witnesses.ts";
import { modelOf } from "../../../../sim/cluster/world/cluster.ts";
import { variantsOf } from "../../../../sim/cluster/world/variant-names.ts";

const { programs, rules } = modelOf({ variants: variantsOf(["mended"]) });
const places = new Set([
  ...programs.flatMap(({ name, steps }) => Object.keys(steps).map((label) => `${name} @ ${label}`)),
  ...Object.keys(rules).map((rule) => `negate ${rule}`),
]);

test.each(Object.entries(witnesses))("%s: %s", (promise, key) => {
  const place = key.split(": ")[0] ?? "";
  expect([judges().includes(promise), places.has(place), isWitnessed(place)]).toEqual([
    ...[true, true, true],
  ]);
});

test("a promise that no mutant breaks has a reason and no witness", () => {
  for (const promise of Object.keys(silences)) {
    expect([judges().includes(promise), witnesses[promise]]).toEqual([true, undefined]);
  }
  expect(isWitnessed("recv_msg @ nowhere")).toBe(false);
});
