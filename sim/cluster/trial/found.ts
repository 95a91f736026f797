// Whose failure it is. Found means: the plan fails with the bug by a promise that the variant
// names, and passes without it.

import type { Variant } from "../../../src/variants/types.ts";
import { type Failure, keyOf, type Outcome } from "../../explore/hunt.ts";
import { type Answer, type Minimised, minimise, type Steps } from "../../explore/minimise.ts";
import { UserError } from "../../report/user-error.ts";
import {
  askedAbout,
  MENDED,
  mendedVariants,
  NOT,
  namesWith,
  namesWithout,
  variantOf,
} from "../world/variant-names.ts";
import { plainModel, withVariants } from "../world/variants.ts";
import { shrinkingPasses } from "./shrink.ts";
import type { Trial } from "./tape-runs.ts";
import { drawsOfTrial, tryTrial } from "./trial.ts";

export const MINIMISE_RUNS = 100;

export const withVariant = (t: Trial, id: string): Trial =>
  withVariantList(t, namesWith(t.plan.variants, id));

export const withoutVariant = (t: Trial, id: string): Trial =>
  withVariantList(t, namesWithout(t.plan.variants, id));

export const withVariantList = (t: Trial, variants: readonly string[]): Trial => ({
  ...t,
  plan: { ...t.plan, variants },
});

/** A regression puts its bug in, a fix takes one out. */
const hasBug = (t: Trial, v: Variant): Trial =>
  v.kind === "regression" ? withVariant(t, v.id) : withoutVariant(t, v.id);
const hasNot = (t: Trial, v: Variant): Trial =>
  v.kind === "regression" ? withoutVariant(t, v.id) : withVariant(t, v.id);

/** The base on which a bug is hunted, with it: everything known is mended, but for what cannot
 *  stand beside the bug because it replaces the same. */
export function buggy(id: string): string[] {
  const variant = variantOf(id);
  const aside = mendedVariants.filter((v) => v.id !== id && !fitTogether(v, variant));
  const base = [MENDED, ...aside.map((v) => NOT + v.id)];
  return variant.kind === "regression" ? namesWith(base, id) : namesWithout(base, id);
}

function fitTogether(x: Variant, y: Variant): boolean {
  try {
    withVariants(plainModel, [x, y]);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** `tried` runs a trial, or knows how it ended. */
export function isFound(t: Trial, id: string, tried = tryTrial): boolean {
  const variant = variantOf(id);
  const failure = tried(hasBug(t, variant)).violation;
  if (failure === undefined || !variant.promises.includes(failure.promise)) return false;
  return tried(hasNot(t, variant)).violation === undefined;
}

/** The trial with one name answered the other way: a variant left out, or a fix put in. */
export function counterpart(t: Trial, name: string): Trial {
  return name.startsWith(NOT) ? withVariant(t, name.slice(NOT.length)) : withoutVariant(t, name);
}

/** Whether a failure of a trial is due to what its names say of one variant, that it is there or
 *  (`not:ID`) that it is not, in words that are equal for equal cases. Takes one run. */
export function whoseIs(failure: Failure, t: Trial, name: string): string {
  const isOut = name.startsWith(NOT);
  const id = isOut ? name.slice(NOT.length) : name;
  const { promises } = variantOf(id);
  const { violation } = tryTrial(counterpart(t, name));
  const otherwise = isOut ? "with" : "without";
  if (violation !== undefined) return `not of ${name}: ${otherwise} it, ${keyOf(violation)}`;
  if (promises.includes(failure.promise)) return `of ${name}: passes ${otherwise} it`;
  return `of ${name}, though it names ${promises.join(", ")}: passes ${otherwise} it`;
}

/** What a trial asks about: not a fix that is only left out because it cannot stand beside
 *  a variant. */
export function asksAbout({ plan }: Trial): string[] {
  const asked = askedAbout(plan.variants);
  const named = asked.filter((name) => !name.startsWith(NOT)).map(variantOf);
  const fits = (fix: Variant) => named.every((v) => fitTogether(v, fix));
  return asked.filter((name) => !name.startsWith(NOT) || fits(variantOf(name.slice(NOT.length))));
}

/** Runs a trial, and says whose its failure is by its own variants. */
export function tryAndTell(t: Trial): Outcome {
  const outcome = tryTrial(t);
  const { violation } = outcome;
  const ids = asksAbout(t);
  if (violation === undefined || ids.length === 0) return outcome;
  return { ...outcome, kin: ids.map((id) => whoseIs(violation, t, id)).join("; ") };
}

/** Fails as `outcome` did: the same promise at the same place, and as much the variants' own. */
function failsAs(outcome: Outcome, t: Trial): Answer {
  const { violation, kin } = outcome;
  const again = tryTrial(t);
  const isSame =
    violation !== undefined &&
    again.violation !== undefined &&
    keyOf(again.violation) === keyOf(violation);
  const failure = again.violation;
  if (!isSame || failure === undefined || !kin) return { fails: isSame, runs: 1 };
  const ids = asksAbout(t);
  const kinNow = ids.map((id) => whoseIs(failure, t, id)).join("; ");
  return { fails: kinNow === kin, runs: 1 + ids.length };
}

export interface Patience {
  readonly isStopped?: () => boolean;
  /** So many runs at most. */
  readonly runs?: number;
}

/** Makes a trial that ended so simpler; yields before each run, so that its user can stop it. */
export function* minimiseTrial(
  t: Trial,
  outcome: Outcome,
  { isStopped = () => false, runs = MINIMISE_RUNS }: Patience = {},
): Generator<undefined, Minimised<Trial>, void> {
  const steps: Steps<Trial, Minimised<Trial>> = minimise(t, shrinkingPasses(drawsOfTrial), {
    budget: runs,
    runsPerTrial: 1 + asksAbout(t).length,
    isStopped,
  });
  let turn = steps.next();
  while (!turn.done) {
    yield;
    turn = steps.next(failsAs(outcome, turn.value));
  }
  return turn.value;
}

/** What became of a trial that was minimised and now ends so. */
export function minimisedLine(t: Trial, small: Minimised<Trial>, now: Outcome): string {
  const { plan } = small.value;
  const steps = `${plan.steps.length} of ${t.plan.steps.length} steps`;
  const mounts = `${plan.cluster.mounts} of ${t.plan.cluster.mounts} mounts`;
  const how = small.complete ? "" : ", not to the end";
  return `minimised in ${small.runs} runs${how}: ${steps}, ${mounts}, ${now.events} events`;
}
