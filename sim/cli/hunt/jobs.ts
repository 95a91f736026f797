// What a hunt has others do: runs of seeds, and making a failure small. Jobs and what comes of them
// are plain data, so that they go to a thread and back.

import process from "node:process";
import {
  buggy,
  isFound,
  minimiseTrial,
  type Patience,
  tryAndTell,
} from "../../cluster/trial/found.ts";
import { storyOf } from "../../cluster/trial/story.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { trialOf, tryTrial } from "../../cluster/trial/trial.ts";
import { type Outcome, seedOf } from "../../explore/hunt.ts";
import type { Minimised } from "../../explore/minimise.ts";
import { type CompareJob, type CompareResult, compareRuns } from "../compare/job.ts";

/** Runs of a hunt, by their numbers. */
export interface RunJob {
  readonly do: "run";
  readonly base: string;
  readonly numbers: readonly number[];
  readonly variants: readonly string[];
}
export interface RunResult {
  readonly do: "run";
  readonly outcomes: readonly (readonly [n: number, outcome: Outcome])[];
}

export interface MinimiseJob {
  readonly do: "minimise";
  readonly seed: string;
  readonly variants: readonly string[];
  readonly first: Outcome;
}
export interface MinimiseResult {
  readonly do: "minimise";
  readonly small: Minimised<Trial>;
  readonly outcome: Outcome;
  readonly story: readonly string[];
}

/** How small a failure can be takes more runs than whoever waits for a hunt wants to give. */
const TO_THE_END = { runs: 400 };

/** Hunts for one bug until a seed shows it, and measures what that takes. */
export interface MeasureJob {
  readonly do: "measure";
  readonly id: string;
  readonly seed: string;
  readonly limitCpuMs: number;
  /** Make what is found small, and say how small. */
  readonly minimise: boolean;
}
export interface MeasureResult {
  readonly do: "measure";
  readonly id: string;
  readonly runs: number;
  readonly cpuMs: number;
  /** The seed that shows it; undefined when the limit came first. */
  readonly seed: string | undefined;
  readonly small: Minimised<Trial> | undefined;
  /** Of the small one. */
  readonly story: readonly string[];
}

export type Job = RunJob | MinimiseJob | MeasureJob | CompareJob;
export type Result = RunResult | MinimiseResult | MeasureResult | CompareResult;
export type ResultOf<J extends Job> = Extract<Result, { readonly do: J["do"] }>;

/** How whoever does a job learns that it is to stop. */
export interface Control {
  isStopped(): boolean;
  /** Lets whatever asks for a stop come in. */
  pause(): Promise<void>;
}

/** A job that is stopped gives what it has so far. */
export function perform(job: Job, control: Control): Promise<Result> {
  switch (job.do) {
    case "run":
      return runSeeds(job, control);
    case "minimise":
      return makeSmall(job, control);
    case "measure":
      return measure(job, control);
    case "compare":
      return compareRuns(job, control);
  }
}

async function runSeeds({ base, numbers, variants }: RunJob, c: Control): Promise<RunResult> {
  const outcomes: (readonly [number, Outcome])[] = [];
  for (const n of numbers) {
    if (c.isStopped()) break;
    outcomes.push([n, tryNamed(seedOf(base, n), variants)]);
    await c.pause();
  }
  return { do: "run", outcomes };
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

async function makeSmall(job: MinimiseJob, c: Control): Promise<MinimiseResult> {
  const small = await minimised(trialOf(job.seed, job.variants), job.first, c);
  const { value } = small;
  return { do: "minimise", small, outcome: tryTrial(value), story: storyOf(value) };
}

async function minimised(
  t: Trial,
  first: Outcome,
  c: Control,
  patience: Patience = {},
): Promise<Minimised<Trial>> {
  const steps = minimiseTrial(t, first, { isStopped: c.isStopped, ...patience });
  let turn = steps.next();
  while (!turn.done) {
    await c.pause();
    turn = steps.next();
  }
  return turn.value;
}

/** Of this process: whoever measures does so in a process of its own. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure(job: MeasureJob, c: Control): Promise<MeasureResult> {
  const variants = buggy(job.id);
  const begin = cpuMs();
  const spent = () => cpuMs() - begin;
  let runs = 0;
  let found: Trial | undefined;
  while (found === undefined && !c.isStopped() && spent() < job.limitCpuMs) {
    const t = trialOf(seedOf(job.seed, runs++), variants);
    if (isFound(t, job.id)) found = t;
    await c.pause();
  }
  const cost = { do: "measure" as const, id: job.id, runs, cpuMs: spent(), seed: found?.plan.seed };
  if (found === undefined || !job.minimise) return { ...cost, small: undefined, story: [] };
  const small = await minimised(found, tryAndTell(found), c, TO_THE_END);
  return { ...cost, small, story: storyOf(small.value) };
}
