// `scoutsim hunt`: seeds of the general generator, and what broke made small.

import { minimiseTrial, tryAndTell } from "../cluster/trial/found.ts";
import type { Trial } from "../cluster/trial/tape-runs.ts";
import { formatStep, sentenceOf, trialOf, tryTrial } from "../cluster/trial/trial.ts";
import { boundTo } from "../cluster/world/variants.ts";
import { type Found, type HuntState, huntOn, newHunt, type Outcome } from "../explore/hunt.ts";
import type { Minimised } from "../explore/minimise.ts";
import { UserError } from "../report/user-error.ts";
import { type Interrupt, onInterrupt } from "./interrupt.ts";
import { Keeper, nameOf } from "./keep.ts";
import { clearProgress, progress, writeLine } from "./output.ts";

export interface HuntOptions {
  readonly runs?: string;
  readonly seconds?: string;
  readonly seed: string;
  readonly variant: readonly string[];
  readonly out?: string;
}

const AT_ONCE = 10;
const DEFAULT_RUNS = 300;

export function wholeNumber(flag: string, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new UserError(`${flag} takes a whole number from 1 to 999999999, not "${text}"`);
}

/** The exit status: 1 when something was found. */
export async function huntSeeds(o: HuntOptions): Promise<number> {
  boundTo(o.variant);
  const seconds = o.seconds === undefined ? undefined : wholeNumber("--seconds", o.seconds);
  const asked = o.runs === undefined ? undefined : wholeNumber("--runs", o.runs);
  const runs = asked ?? (seconds === undefined ? DEFAULT_RUNS : Number.MAX_SAFE_INTEGER);
  const end = seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000;
  const keeper = new Keeper(o.out);
  const state = newHunt();
  const interrupt = onInterrupt();
  while (!interrupt.isStopped() && state.runs < runs && Date.now() < end) {
    const known = state.found.size;
    huntOn(state, o.seed, Math.min(AT_ONCE, runs - state.runs), (s) => tryNamed(s, o.variant));
    for (const f of [...state.found.values()].slice(known)) keepAsFound(keeper, f, o.variant);
    progress(`${state.runs} runs, ${state.found.size} found`);
    await interrupt.pause();
  }
  clearProgress();
  summary(state, interrupt.isStopped());
  for (const f of state.found.values()) await tell(f, o, { keeper, interrupt });
  interrupt.release();
  if (keeper.problem !== undefined) throw keeper.problem;
  return state.found.size > 0 ? 1 : 0;
}

/** Runs a seed; an error of scoutsim itself says which one it was. */
function tryNamed(seed: string, variants: readonly string[]): Outcome {
  try {
    return tryAndTell(trialOf(seed, variants));
  } catch (error) {
    if (error instanceof Error) error.message = `seed ${seed}: ${error.message}`;
    throw error;
  }
}

/** At once and as it is, so that a hunt that is stopped hard has kept it too. */
function keepAsFound(keeper: Keeper, { seed, first }: Found, variants: readonly string[]): void {
  const t = trialOf(seed, variants);
  keeper.keep(nameOf(t, first), t, first);
}

function summary({ runs, events, found }: HuntState, stopped: boolean): void {
  const how = stopped ? "stopped after " : "";
  writeLine(`${how}${runs} runs, ${events} events, ${found.size} distinct failures`);
}

interface Means {
  readonly keeper: Keeper;
  readonly interrupt: Interrupt;
}

/** Minimises a failure, keeps it, and prints its story and the command that replays it. */
async function tell(f: Found, o: HuntOptions, { keeper, interrupt }: Means): Promise<void> {
  writeLine(`${f.promise} at ${f.place} (${f.runs} runs): ${f.text}`);
  if (f.first.kin !== undefined) writeLine(`  ${f.first.kin}`);
  const t = trialOf(f.seed, o.variant);
  const small = await minimised(t, f.first, interrupt);
  const outcome = tryTrial(small.value);
  for (const line of story(t, small, outcome)) writeLine(`  ${line}`);
  const file = keeper.keep(nameOf(t, f.first), small.value, outcome);
  writeLine(`  ${replayCommand(file, f.seed, o.variant)}`);
}

async function minimised(
  t: Trial,
  outcome: Outcome,
  { isStopped, pause }: Interrupt,
): Promise<Minimised<Trial>> {
  const steps = minimiseTrial(t, outcome, isStopped);
  let turn = steps.next();
  for (let trials = 1; !turn.done; trials++) {
    progress(`minimising ${outcome.violation?.promise ?? ""}, trial ${trials}`);
    await pause();
    turn = steps.next();
  }
  clearProgress();
  return turn.value;
}

/** What is left of a failure, a line each. */
function story(t: Trial, { value, runs, complete }: Minimised<Trial>, now: Outcome): string[] {
  const { plan } = value;
  const steps = `${plan.steps.length} of ${t.plan.steps.length} steps`;
  const mounts = `${plan.cluster.mounts} of ${t.plan.cluster.mounts} mounts`;
  const how = complete ? "" : ", not to the end";
  return [
    `minimised in ${runs} runs${how}: ${steps}, ${mounts}, ${now.events} events`,
    ...plan.steps.map((step) => `  ${formatStep(step)}`),
    ...(now.violation === undefined ? [] : [`  then ${sentenceOf(now.violation)}`]),
  ];
}

function replayCommand(file: string | undefined, seed: string, ids: readonly string[]): string {
  if (file !== undefined) return `scoutsim replay ${quoted(file)}`;
  return `scoutsim replay ${quoted(seed)}${ids.map((id) => ` --variant ${id}`).join("")}`;
}

/** As a shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w.,:/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
