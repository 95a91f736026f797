// Minimises a failing case of any kind: passes try simpler cases, one after the other, and keep
// each that still fails. A generator, so that whoever drives it can pause and stop between two
// runs. Whatever happens, the result is a case that was seen to fail.

import { ddminSteps } from "./ddmin.ts";

/** The answer to a case that was tried, and how many runs that took. */
export interface Answer {
  readonly fails: boolean;
  readonly runs: number;
}

/** Yields a case to try, and is told what came of it. */
export type Steps<T, R> = Generator<T, R, Answer>;

/** Gives a case that fails, the one it got or a simpler one. */
export type Pass<T> = (now: T, trials: Trials<T>) => Steps<T, T>;

export interface MinimiseOptions {
  /** The most runs. */
  readonly budget: number;
  /** The most runs that one answer takes. */
  readonly runsPerTrial: number;
  /** Asked before each trial: true ends it with what was reached. */
  readonly isStopped?: () => boolean;
}

export interface Minimised<T> {
  readonly value: T;
  readonly runs: number;
  /** False when the budget or its user ended it before the last pass had. */
  readonly complete: boolean;
}

/** Tries cases: each at most once, and no more than the budget. */
export class Trials<T> {
  runs = 0;
  complete = true;
  private readonly known = new Map<string, boolean>();
  private readonly options: MinimiseOptions;

  constructor(failing: T, options: MinimiseOptions) {
    this.options = options;
    this.known.set(JSON.stringify(failing), true);
  }

  /** Whether there is room for one trial more. */
  get affordable(): boolean {
    const { budget, runsPerTrial, isStopped } = this.options;
    return this.runs + runsPerTrial <= budget && isStopped?.() !== true;
  }

  /** What cannot be tried any more does not count as failing. */
  *fails(candidate: T): Steps<T, boolean> {
    const key = JSON.stringify(candidate);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (!this.affordable) {
      this.complete = false;
      return false;
    }
    const { fails, runs } = yield candidate;
    this.runs += runs;
    this.known.set(key, fails);
    return fails;
  }
}

/** `failing` must fail. */
export function* minimise<T>(
  failing: T,
  passes: readonly Pass<T>[],
  options: MinimiseOptions,
): Steps<T, Minimised<T>> {
  const trials = new Trials(failing, options);
  let value = failing;
  for (const pass of passes) value = yield* pass(value, trials);
  return { value, runs: trials.runs, complete: trials.complete };
}

/** Leaves out what is not needed of a list that is part of the case. */
export function leavingOut<T, I>(list: {
  readonly of: (now: T) => readonly I[];
  readonly with: (now: T, items: readonly I[]) => T;
}): Pass<T> {
  return function* (now, trials) {
    const steps = ddminSteps(list.of(now), { budget: Number.MAX_SAFE_INTEGER });
    let turn = steps.next();
    while (!turn.done) {
      turn = steps.next(yield* trials.fails(list.with(now, turn.value)));
    }
    return list.with(now, turn.value.items);
  };
}

/** Makes a case simpler in one way; gives it back as it is when that cannot be. */
export type Edit<T> = (now: T) => T;

/** Tries all edits together, and if that is too much one by one. */
export function editing<T>(editsOf: (now: T) => readonly Edit<T>[]): Pass<T> {
  return function* (now, trials) {
    const edits = editsOf(now);
    const all = edits.reduce((t, edit) => edit(t), now);
    if (yield* trials.fails(all)) return all;
    let value = now;
    for (const edit of edits) {
      const simpler = edit(value);
      if (yield* trials.fails(simpler)) value = simpler;
    }
    return value;
  };
}
