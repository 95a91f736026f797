// `scoutsim replay`: an artifact or a seed of a hunt again, with its trace.

import type { Artifact, Expectation } from "../cluster/trial/artifact.ts";
import { withVariantList } from "../cluster/trial/found.ts";
import { type Trial, trialIn } from "../cluster/trial/tape-runs.ts";
import { showTrial, trialOf, tryTrial } from "../cluster/trial/trial.ts";
import { boundTo } from "../cluster/world/variants.ts";
import type { Outcome } from "../explore/hunt.ts";
import { artifactIn } from "./artifact-file.ts";
import { isThere } from "./files.ts";
import { wholeNumber } from "./flags.ts";
import { writeLine } from "./output.ts";

export interface ReplayOptions {
  readonly variant: readonly string[];
  readonly lines: string;
  readonly withoutVariants?: true;
  readonly json?: true;
}

/** The exit status: 1 when a promise was broken. */
export function replay(what: string, o: ReplayOptions): number {
  const lines = wholeNumber("--lines", o.lines);
  boundTo(o.variant);
  const looksLikeFile = what.endsWith(".json") || what.includes("/") || isThere(what);
  if (looksLikeFile) return replayArtifact(artifactIn(what), o, lines);
  const t = trialOf(what, o.variant);
  if (o.json) return tellJson(t, tryTrial(t), undefined);
  return statusOf(showTrial(t, lines, writeLine));
}

const statusOf = ({ violation }: Outcome): number => (violation === undefined ? 0 : 1);

/** `artifact` says how the run is to the one that was kept. */
function tellJson({ plan }: Trial, outcome: Outcome, artifact: string | undefined): number {
  const { events, hash, atUs, violation = null } = outcome;
  const run = { variants: plan.variants, events, hash, atUs, violation };
  writeLine(JSON.stringify(artifact === undefined ? run : { ...run, artifact }, null, 2));
  return statusOf(outcome);
}

/** Variants that are given are added to its own, or instead of them. */
function replayArtifact(artifact: Artifact, o: ReplayOptions, lines: number): number {
  const { plan, expectation } = artifact;
  const own = o.withoutVariants ? [] : plan.variants.filter((id) => !o.variant.includes(id));
  const variants = [...own, ...o.variant];
  boundTo(variants);
  const t = withVariantList(trialIn(artifact), variants);
  const outcome = o.json ? tryTrial(t) : showTrial(t, lines, writeLine);
  const asKept = variants.toSorted().join() === plan.variants.toSorted().join();
  const end = asKept
    ? comparison(outcome, expectation)
    : `with other variants than the artifact, which ended ${ending(expectation)}`;
  if (o.json) return tellJson(t, outcome, end);
  writeLine(end);
  return statusOf(outcome);
}

const ending = ({ promise, place }: Expectation): string => `with ${promise} at ${place}`;

/** In what the run differs from what the artifact expects. */
export function comparison({ hash, events, atUs, violation }: Outcome, e: Expectation): string {
  const kept = `the artifact ended ${ending(e)} after ${e.events} events, hash ${e.hash}`;
  if (violation === undefined) return `differs: nothing breaks any more; ${kept}`;
  const { promise, place, text } = violation;
  if (promise !== e.promise || place !== e.place || text !== e.text) {
    return `differs: another failure; ${kept}: ${e.text}`;
  }
  if (hash === e.hash && events === e.events && atUs === e.atUs) return "same run";
  return `differs: the same failure in another run, so the model has changed; ${kept}`;
}
