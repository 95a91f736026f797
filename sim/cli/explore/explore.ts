// `scoutsim explore`: every order of what may happen around one moment of a run.

import * as v from "valibot";
import { planSchema } from "../../cluster/plan/file.ts";
import type { Plan } from "../../cluster/plan/types.ts";
import {
  type Expedition,
  goAgain,
  resultLines,
  searchedLines,
  searchIt,
  worldAt,
} from "../../cluster/trial/around.ts";
import { formatArtifact, foundArtifact, readArtifact } from "../../cluster/trial/artifact.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { trialOf } from "../../cluster/trial/trial.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import type { Moment } from "../../explore/around.ts";
import { parseJson } from "../../report/json.ts";
import { UserError } from "../../report/user-error.ts";
import { readTextFile, writeTextFile } from "../files.ts";
import { numberOrNone, quoted, wholeNumber } from "../flags.ts";
import { isFileName, rebound } from "../named-run.ts";
import { clearProgress, progress, writeLine } from "../output.ts";

export interface ExploreOptions {
  readonly from?: string;
  readonly variant: readonly string[];
  readonly states: string;
  readonly depth: string;
  readonly preemptions: string;
  readonly losses: string;
  readonly window: string;
  readonly io: string;
  readonly people: string;
  readonly for: string;
  readonly then: string;
  readonly outcomes: string;
  readonly out?: string;
}

const MS = 1000;

function momentOf(text: string | undefined): Moment {
  const [, seq] = /^(\d{1,12})$/.exec(text ?? "") ?? [];
  if (seq !== undefined) return { seq: Number(seq) };
  const [, kind, nth = "1"] = /^([a-z][\w.]*)(?::([1-9]\d{0,5}))?$/i.exec(text ?? "") ?? [];
  if (kind !== undefined) return { kind, nth: Number(nth) };
  throw new UserError(
    `--from takes the number of an event, or the kind of a trace entry and which of them, like ` +
      `start_recovery:2; not "${text ?? ""}"`,
  );
}

/** A plan alone, without what a hunt adds to it. */
function planIn(text: string): Plan | undefined {
  const parsed = v.safeParse(planSchema, parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

function trialIn(what: string, more: readonly string[]): Trial {
  boundTo(more);
  if (!isFileName(what)) return trialOf(what, more);
  const text = readTextFile(what);
  const plan = planIn(text);
  const { plan: own, tape } = plan === undefined ? readArtifact(text, what) : { plan, tape: [] };
  return rebound({ plan: own, tape }, { variant: more });
}

function expeditionOf(what: string, o: ExploreOptions): Expedition {
  const losses = numberOrNone("--losses", o.losses);
  return {
    trial: trialIn(what, o.variant),
    moment: momentOf(o.from),
    around: {
      order: {
        windowUs: wholeNumber("--window", o.window),
        ioUs: numberOrNone("--io", o.io),
        planUs: numberOrNone("--people", o.people) * MS,
        budgets: {
          preempt: numberOrNone("--preemptions", o.preemptions),
          "datagram loss": losses,
          "stream loss": losses,
        },
      },
      forUs: wholeNumber("--for", o.for) * MS,
      thenUs: numberOrNone("--then", o.then) * MS,
      states: wholeNumber("--states", o.states),
      depth: wholeNumber("--depth", o.depth),
      outcomes: wholeNumber("--outcomes", o.outcomes),
    },
  };
}

/** The exit status: 1 when a promise was broken. */
export function explore(what: string, o: ExploreOptions): number {
  const e = expeditionOf(what, o);
  const at = worldAt(e);
  for (const line of searchedLines(at, e)) writeLine(line);
  const r = searchIt(at, e, (states, depth) => progress(`${states} worlds, ${depth} deep`));
  clearProgress();
  for (const line of resultLines(r)) writeLine(line);
  if (r.counterexample === undefined) return 0;
  const { trial, outcome, lines } = goAgain(at, e, r.counterexample.path);
  for (const line of lines) writeLine(line);
  if (o.out === undefined) return 1;
  writeTextFile(o.out, formatArtifact(foundArtifact(trial, outcome)));
  writeLine(`scoutsim replay ${quoted(o.out)}`);
  return 1;
}
