// Fast-check values of the generator's description: plans that shrink to plans with less in them.

import fc from "fast-check";
import type { Gen, Shape } from "../../sim/cluster/generate/gen.ts";
import { sketch } from "../../sim/cluster/generate/sketch.ts";
import { planOfSketch } from "../../sim/cluster/generate/timeline.ts";
import type { Plan } from "../../sim/cluster/plan/types.ts";

/** The same values that a chooser draws. Lists shrink to shorter ones, numbers to the smallest, a
 *  choice to its first. */
export const genArbitrary = <T>(gen: Gen<T>): fc.Arbitrary<T> =>
  ofShape(gen.shape) as fc.Arbitrary<T>;

function ofShape(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.is) {
    case "constant":
      return fc.constant(shape.value);
    case "integer":
      return fc.integer({ min: shape.min, max: shape.max });
    case "choice":
      return fc.oneof(
        { withCrossShrink: true },
        ...shape.of.map(({ weight, gen }) => ({ weight, arbitrary: genArbitrary(gen) })),
      );
    case "record": {
      const fields = Object.entries(shape.fields).map(([key, gen]) => [key, genArbitrary(gen)]);
      return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>);
    }
    case "list": {
      const { min: minLength, max: maxLength, item } = shape;
      return fc.array(genArbitrary(item), { minLength, maxLength, size: "max" });
    }
  }
}

/** The seed of the run's chances does not shrink: another one is another run. */
export const planArbitrary = (variants: readonly string[] = []): fc.Arbitrary<Plan> =>
  fc
    .record({ seed: fc.noShrink(fc.nat()), sketch: genArbitrary(sketch) })
    .map(({ seed, sketch: drawn }) => ({ ...planOfSketch(`plan ${seed}`, drawn), variants }));
