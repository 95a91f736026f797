// A run named on the command line, by a file of hunt --out or by its seed. Every verb that takes
// either tells them apart here, and binds variants alike.

import type { Artifact } from "../cluster/trial/artifact.ts";
import { withVariantList } from "../cluster/trial/found.ts";
import { type Trial, trialIn } from "../cluster/trial/tape-runs.ts";
import { trialOf } from "../cluster/trial/trial.ts";
import { boundTo } from "../cluster/world/variants.ts";
import type { Outcome } from "../explore/hunt.ts";
import { artifactIn } from "./artifact-file.ts";
import { isThere } from "./files.ts";

export interface RunOptions {
  readonly variant: readonly string[];
  readonly withoutVariants?: true;
}

/** A seed has none of these endings, so a file that is not there is none either. */
const ENDING = /\.(?:json|scn|ndjson|gz|txt)$/;

/** Or else it is a seed. */
export const isFileName = (what: string): boolean =>
  ENDING.test(what) || what.includes("/") || isThere(what);

export interface NamedRun {
  readonly trial: Trial;
  /** Undefined for that of a seed. */
  readonly artifact: Artifact | undefined;
}

export function namedRun(what: string, o: RunOptions): NamedRun {
  boundTo(o.variant);
  if (!isFileName(what)) return { trial: trialOf(what, o.variant), artifact: undefined };
  const artifact = artifactIn(what);
  return { trial: rebound(trialIn(artifact), o), artifact };
}

/** Variants that are given are added to its own, or instead of them. */
export function rebound(t: Trial, { variant, withoutVariants }: RunOptions): Trial {
  const own = withoutVariants ? [] : t.plan.variants.filter((id) => !variant.includes(id));
  const variants = [...own, ...variant];
  boundTo(variants);
  return withVariantList(t, variants);
}

/** How it ended, for a script. */
export function endOf({ plan }: Trial, { events, hash, atUs, violation }: Outcome) {
  return { variants: plan.variants, events, hash, atUs, violation: violation ?? null };
}
