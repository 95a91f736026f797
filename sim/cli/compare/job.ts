// What `compare` has others do: the same runs without the change and with it.

import { nearTrial, tryNear } from "../../cluster/trial/near.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { drawsOfTrial, planOf } from "../../cluster/trial/trial.ts";
import { seeded } from "../../engine/chooser.ts";
import type { Pair } from "../../explore/compare.ts";
import { seedOf } from "../../explore/hunt.ts";
import type { Control } from "../hunt/jobs.ts";

/** The variants of each side. */
export interface Sides {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface CompareJob {
  readonly do: "compare";
  /** Seeds of the generator, or runs near a failing one. */
  readonly of: { readonly seed: string } | { readonly near: Trial };
  readonly numbers: readonly number[];
  readonly sides: Sides;
}
export interface CompareResult {
  readonly do: "compare";
  readonly pairs: readonly Pair[];
}

export async function compareRuns(job: CompareJob, c: Control): Promise<CompareResult> {
  const { of, numbers, sides } = job;
  const run = "seed" in of ? seedRuns(of.seed) : nearRuns(of.near);
  const pairs: Pair[] = [];
  for (const n of numbers) {
    if (c.isStopped()) break;
    const each = run(n);
    const before = each(sides.before).violation;
    pairs.push({ n, before, after: each(sides.after).violation });
    await c.pause();
  }
  return { do: "compare", pairs };
}

const seedRuns = (base: string) => (n: number) => {
  const plan = planOf(seedOf(base, n), []);
  return (variants: readonly string[]) => tryNear({ plan, chooser: seeded(plan.seed) }, variants);
};

function nearRuns(t: Trial) {
  const draws = drawsOfTrial(t);
  return (n: number) => {
    const near = nearTrial(t, draws, n);
    return (variants: readonly string[]) => tryNear(near, variants);
  };
}
