// A short hunt for one mutant: the seeds that pass without it and come to its place, one after
// another, until a promise is broken. Whatever breaks counts, an error of the machine included: the
// model would have had to avoid it.

import type { Monitor } from "../../engine/trace/monitor.ts";
import type { Failure, Outcome } from "../../explore/hunt.ts";
import { monitorsFor } from "../plan/judged.ts";
import { planWorld } from "../plan/plan.ts";
import type { Plan } from "../plan/types.ts";
import { chooserOf } from "../trial/tape-runs.ts";
import { runToEnd } from "../trial/trial.ts";
import type { Cluster } from "../world/types.ts";
import type { Model } from "../world/variants.ts";
import { isOfValues, type Mutant, mutated } from "./mutants.ts";
import { type Base, type Candidate, type Sites, seedsToTry } from "./sites.ts";

export interface Verdict {
  readonly key: string;
  readonly mutant: Mutant;
  readonly runs: number;
  /** Runs that went another way than without the mutant. */
  readonly changed: number;
  /** In none of all runs that came to it did the effect do anything. */
  readonly idle: boolean;
  readonly killed: (Failure & { readonly seed: string }) | undefined;
}

/** A run that goes on for so much longer than without the mutant does not end. */
const LONGER = 8;
const SHORTEST = 400_000;
/** To forget a value takes a look at all of them: such a run is slow. */
const SHORTEST_OF_VALUES = 100_000;

interface Ended {
  readonly hash: string;
  readonly failure: Failure | undefined;
}

/** What judges a run: the monitors that its plan asks for, or fewer. */
type Choice = (plan: Plan) => readonly Monitor<Cluster>[];

function tryMutant(mutant: Mutant, base: Base, choice: Choice = monitorsFor): Ended {
  const { plan } = base.trial;
  const remodel = (model: Model): Model => mutated(model, mutant);
  const shortest = isOfValues(mutant) ? SHORTEST_OF_VALUES : SHORTEST;
  const bounds = { events: Math.max(shortest, LONGER * base.events) };
  const w = planWorld(plan, choice(plan), chooserOf(base.trial), { remodel, bounds });
  let outcome: Outcome;
  try {
    outcome = runToEnd(w, plan);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { hash: "", failure: { promise: "ERROR", place: w.out.place(), text: error.message } };
  }
  return { hash: outcome.hash, failure: outcome.violation };
}

/** Runs of a mutant whose effect does nothing in any of them: enough to see that it does not. */
const IDLE_TRIES = 5;
/** Runs of one that changes none of them. */
const SAME_TRIES = 40;

/** `tries`: runs at most. */
export function huntMutant(sites: Sites, c: Candidate, key: string, tries: number): Verdict {
  const { mutant } = c;
  let changed = 0;
  const idle = c.seeds.length === 0;
  const seeds = idle ? c.idleSeeds.slice(0, IDLE_TRIES) : seedsToTry(c);
  let runs = 0;
  for (const seed of seeds.slice(0, tries)) {
    if (changed === 0 && runs === SAME_TRIES) break;
    runs++;
    const base = sites.bases.get(seed) as Base;
    const { hash, failure } = tryMutant(mutant, base);
    if (hash !== base.hash) changed++;
    if (failure !== undefined) {
      return { key, mutant, runs, changed, idle, killed: { ...failure, seed } };
    }
  }
  return { key, mutant, runs, changed, idle, killed: undefined };
}

/** Which of these promises break first when no others are watched: a monitor that is never the
 *  first to see a mutant may still see it. Undefined: none of them in these runs. */
export function killedBy(
  sites: Sites,
  c: Candidate,
  promises: ReadonlySet<string>,
  tries: number,
): Failure | undefined {
  const choice: Choice = (plan) => monitorsFor(plan).filter((m) => promises.has(m.promise));
  for (const seed of seedsToTry(c).slice(0, tries)) {
    const base = sites.bases.get(seed) as Base;
    const { failure } = tryMutant(c.mutant, base, choice);
    if (failure !== undefined && promises.has(failure.promise)) return failure;
  }
  return undefined;
}
