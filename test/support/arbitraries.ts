// fast-check values for what the simulator takes as input.

import fc from "fast-check";
import type { Chooser } from "../../sim/engine/chooser.ts";
import { fromValues } from "../../sim/engine/chooser.ts";

export interface ChooserConstraints {
  /** The most draws that are not 0. */
  readonly maxLength?: number;
}

// A large value shrinks in steps that its remainder does not follow, so small ones are tried as
// well.
const value = fc.oneof({ withCrossShrink: true }, fc.nat({ max: 15 }), fc.nat());

/**
 * Choosers that shrink toward drawing 0 everywhere, which by convention is the plainest choice. A
 * report prints them as `fromValues([...])`, which can be pasted into a test.
 */
export function chooserArbitrary(constraints: ChooserConstraints = {}): fc.Arbitrary<Chooser> {
  return fc.array(value, constraints).map(fromValues);
}
