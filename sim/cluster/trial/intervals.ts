// From when to when each delay and each step of a failing run makes it fail: one at a time is made
// shorter or longer, and the run tried again. First within what the run's weather can bring, since
// what passes there is a matter of luck; then far beyond, as a stall of the machine would.

import { type DrawnDelay, setDelay } from "../../explain/delays.ts";
import { type Asking, type Span, spanAround } from "../../explore/edge.ts";
import { type Failure, keyOf, type Outcome } from "../../explore/hunt.ts";
import type { PlanStep } from "../plan/types.ts";
import type { Trial } from "./tape-runs.ts";
import { runToEnd, tryTrial, worldOf } from "./trial.ts";
import type { Watched } from "./watched.ts";

/** Nothing is put off for longer than this. */
export const FAR_US = 10_000_000;

export interface DelayInterval {
  readonly delay: DrawnDelay;
  readonly span: Span;
  /** The weather alone can bring it out of the span. */
  readonly isLuck: boolean;
}
export interface StepInterval {
  readonly step: PlanStep;
  readonly span: Span;
}

export interface Intervals {
  readonly steps: StepInterval[];
  readonly delays: DelayInterval[];
  /** Delays that make no difference, as far as they were tried. */
  free: number;
  /** Delays that were not looked at: the runs were used up. */
  left: number;
  runs: number;
}

/** Yields before each run, so that its user can stop; then `found` is what there is. */
export function* findIntervals(
  t: Trial,
  { failure, delays }: Watched,
  found: Intervals,
  budget: number,
): Generator<undefined, void, void> {
  const ask = asker(failure, found, budget);
  const inTurn = wildFirst(t, delays);
  found.left = inTurn.length;
  for (const [i, step] of t.plan.steps.entries()) {
    const { atUs } = step;
    const spans = spanAround(atUs, Math.max(0, atUs - FAR_US), atUs + FAR_US);
    const span = yield* ask(spans, (us) => tryTrial(withStepAt(t, i, us)));
    if (span === undefined) return;
    if (!isOpen(span)) found.steps.push({ step, span });
  }
  const without: DrawnDelay[] = [];
  for (const delay of inTurn) {
    const spans = spanAround(delay.us, delay.min, delay.max);
    const span = yield* ask(spans, (us) => tryWithDelay(t, delay, us));
    if (span === undefined) return;
    if (isOpen(span)) {
      without.push(delay);
      continue;
    }
    found.delays.push({ delay, span, isLuck: true });
    found.left--;
  }
  for (const delay of without) {
    const spans = spanAround(delay.us, delay.us, FAR_US);
    const span = yield* ask(spans, (us) => tryWithDelay(t, delay, us));
    if (span === undefined) return;
    found.left--;
    if (isOpen(span)) found.free++;
    else found.delays.push({ delay, span: { ...span, isOpenBelow: true }, isLuck: false });
  }
}

/** Newest first; before them those that could not be made plain when the failure was minimised. */
function wildFirst({ tape }: Trial, delays: readonly DrawnDelay[]): DrawnDelay[] {
  const plain = new Set(tape.map(({ why, who }) => `${why} ${who}`));
  const isPlain = ({ why, who }: DrawnDelay) => Number(plain.has(`${why} ${who}`));
  return delays.toReversed().sort((x, y) => isPlain(x) - isPlain(y));
}

const isOpen = (span: Span): boolean => span.isOpenBelow && span.isOpenAbove;

/** Answers questions by runs, while some are left. */
function asker(failure: Failure, found: Intervals, budget: number) {
  return function* (
    asking: Asking<Span>,
    run: (us: number) => Outcome,
  ): Generator<undefined, Span | undefined, void> {
    let turn = asking.next();
    while (!turn.done) {
      if (found.runs >= budget) return undefined;
      yield;
      found.runs++;
      const { violation } = run(turn.value);
      turn = asking.next(violation !== undefined && keyOf(violation) === keyOf(failure));
    }
    return turn.value;
  };
}

function withStepAt(t: Trial, i: number, atUs: number): Trial {
  const steps = t.plan.steps.map((step, k) => (k === i ? { ...step, atUs } : step));
  return { ...t, plan: { ...t.plan, steps } };
}

function tryWithDelay(t: Trial, delay: DrawnDelay, us: number): Outcome {
  const w = worldOf(t);
  setDelay(w, delay, us);
  return runToEnd(w, t.plan);
}
