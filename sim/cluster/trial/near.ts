// Runs near a failing one: its plan and its chance with times and delays a little earlier or later,
// each run by its own measure, so that a failure that has only moved is met again.

import { type Chooser, seeded, type TapeEntry, tape } from "../../engine/chooser.ts";
import type { Outcome } from "../../explore/hunt.ts";
import { monitorsFor } from "../plan/judged.ts";
import { type Plan, type PlanStep, planWorld } from "../plan/plan.ts";
import type { Trial } from "./tape-runs.ts";
import { runToEnd } from "./trial.ts";

/** What a delay is drawn for; all else that is drawn stays as it was. */
export const DELAYS: readonly string[] = [
  ...["stream delay", "datagram delay", "start", "work"],
  ...["read land", "read complete", "write land", "write complete"],
];

/** By how much, in turn: a failure may hang on a millisecond or on a second. */
export const REACHES_US: readonly number[] = [1_000, 10_000, 100_000, 1_000_000];

/** Of the n-th run; the 0-th is the run itself. */
export const reachOf = (n: number): number =>
  n === 0 ? 0 : (REACHES_US[(n - 1) % REACHES_US.length] as number);

export interface Near {
  readonly plan: Plan;
  readonly chooser: Chooser;
}

/** `draws` are those of the trial as it failed. */
export function nearTrial(t: Trial, draws: readonly TapeEntry[], n: number): Near {
  const reach = reachOf(n);
  const key = `${t.plan.seed}/near/${n}`;
  const chance = seeded(key);
  const moved = (value: number, why: string): number =>
    value + chance.pick(0, why, 2 * reach + 1) - reach;
  const entries = draws.map((draw) => {
    if (reach === 0 || !DELAYS.includes(draw.why)) return draw;
    const value = Math.min(draw.n - 1, Math.max(0, moved(draw.value, draw.why)));
    return { ...draw, value };
  });
  const rest = seeded(reach === 0 ? t.plan.seed : `${key}/rest`);
  return { plan: movedPlan(t.plan, reach, moved), chooser: tape(entries, rest) };
}

type Moved = (value: number, why: string) => number;

/** What ends at a time ends so much later, so that it does not cut off what has come later. */
function movedPlan(plan: Plan, reach: number, moved: Moved): Plan {
  if (reach === 0) return plan;
  const { calmAtUs } = plan;
  return {
    ...plan,
    steps: plan.steps.map((step) => movedStep(step, moved)),
    ...(calmAtUs === undefined ? {} : { calmAtUs: calmAtUs + 3 * reach }),
    endUs: plan.endUs + 3 * reach,
  };
}

/** A duration of 0 is none, and stays. */
function movedStep(step: PlanStep, moved: Moved): PlanStep {
  const { atUs, upon } = step;
  const { forUs } = step as { readonly forUs?: number };
  return {
    ...step,
    atUs: Math.max(0, moved(atUs, "step")),
    ...(forUs ? { forUs: Math.max(1, moved(forUs, "duration")) } : {}),
    ...(upon === undefined
      ? {}
      : { upon: { ...upon, afterUs: Math.max(0, moved(upon.afterUs, "after")) } }),
  } as PlanStep;
}

/** Far more than a run has; a change that is tried may make one spin. */
const MOST_EVENTS = 300_000;

/** The run with these variants. */
export function tryNear({ plan, chooser }: Near, variants: readonly string[]): Outcome {
  const bound = { ...plan, variants };
  const bounds = { events: MOST_EVENTS };
  return runToEnd(planWorld(bound, monitorsFor(bound), chooser.clone(), { bounds }), bound);
}
