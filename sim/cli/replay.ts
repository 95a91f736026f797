// `scoutsim replay`: an artifact or a seed of a hunt again, with its trace.

import type { Plan } from "../cluster/plan/types.ts";
import type { Artifact, Expectation } from "../cluster/trial/artifact.ts";
import { showTrial, tryTrial } from "../cluster/trial/trial.ts";
import type { Outcome } from "../explore/hunt.ts";
import { wholeNumber } from "./flags.ts";
import { endOf, namedRun, type RunOptions } from "./named-run.ts";
import { writeJson, writeLine } from "./output.ts";

export interface ReplayOptions extends RunOptions {
  readonly lines: string;
  readonly json?: true;
}

/** The exit status: 1 when a promise was broken. */
export function replay(what: string, o: ReplayOptions): number {
  const lines = wholeNumber("--lines", o.lines);
  const { trial, artifact } = namedRun(what, o);
  const outcome = o.json ? tryTrial(trial) : showTrial(trial, lines, writeLine);
  const kept = artifact === undefined ? undefined : asKept(artifact, trial.plan, outcome);
  if (o.json) {
    const run = endOf(trial, outcome);
    writeJson(kept === undefined ? run : { ...run, artifact: kept });
  } else if (kept !== undefined) writeLine(kept);
  return outcome.violation === undefined ? 0 : 1;
}

/** How the run is to the one that was kept. */
function asKept({ plan, expectation }: Artifact, { variants }: Plan, outcome: Outcome): string {
  const isAsKept = variants.toSorted().join() === plan.variants.toSorted().join();
  return isAsKept
    ? comparison(outcome, expectation)
    : `with other variants than the artifact, which ended ${ending(expectation)}`;
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
