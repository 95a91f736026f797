// The general generator: a plan from a seed, through the chooser. What plans there are is written
// down once, in generate/; the tests make fast-check values of the same description.

import { seeded } from "../engine/chooser.ts";
import { draw } from "./generate/gen.ts";
import { sketch } from "./generate/sketch.ts";
import { planOfSketch } from "./generate/timeline.ts";
import type { Plan } from "./plan/types.ts";

export const generatePlan = (seed: string): Plan =>
  planOfSketch(seed, draw(seeded(`${seed} plan`), sketch));
