// The tape of an artifact: what was drawn otherwise than the plan's seed has it. All other draws
// come from the seed, so a tape stays small and a plan with less in it keeps its draws.

import { type Chooser, seeded, type TapeEntry, tape } from "../../engine/chooser.ts";
import type { Course } from "../../explore/around.ts";
import type { Plan } from "../plan/plan.ts";

/** `times` draws of one asker for one purpose, from the `count`-th on, give `value`. */
export interface TapeRun {
  readonly why: string;
  readonly who: number;
  readonly count: number;
  readonly times: number;
  readonly value: number;
}

/** A run as data: what happens, and what chance says. */
export interface Trial {
  readonly plan: Plan;
  readonly tape: readonly TapeRun[];
  /** Where a search took it; what has one can be run again, but not be made another run. */
  readonly course?: Course;
}

/** The part of something larger, an artifact say, that is run. */
export const trialIn = ({ plan, tape: runs, course }: Trial): Trial =>
  course === undefined ? { plan, tape: runs } : { plan, tape: runs, course };

export function chooserOf({ plan, tape: runs }: Trial): Chooser {
  const seed = seeded(plan.seed);
  return runs.length === 0 ? seed : tape(runs.flatMap(drawsOf), seed);
}

function drawsOf({ why, who, count, times, value }: TapeRun): TapeEntry[] {
  return Array.from({ length: times }, (_, i) => {
    return { why, who, count: count + i, n: value + 1, value };
  });
}

/** Draws of equal value that follow one another become one line; sorted by purpose and asker. */
export function runsOf(draws: readonly TapeEntry[]): readonly TapeRun[] {
  const runs: TapeRun[] = [];
  for (const { why, who, count, value } of draws.toSorted(inOrder)) {
    const last = runs.at(-1);
    const goesOn =
      last?.why === why &&
      last.who === who &&
      last.value === value &&
      last.count + last.times === count;
    if (goesOn) runs[runs.length - 1] = { ...last, times: last.times + 1 };
    else runs.push({ why, who, count, times: 1, value });
  }
  return runs;
}

function inOrder(x: TapeEntry, y: TapeEntry): number {
  if (x.why !== y.why) return x.why < y.why ? -1 : 1;
  return x.who === y.who ? x.count - y.count : x.who - y.who;
}

/** The place in the list of a line that answers a draw which another line answers too. */
export function overlapIn(runs: readonly TapeRun[]): number | undefined {
  const ends = new Map<string, { readonly count: number; readonly end: number }[]>();
  for (const [i, { why, who, count, times }] of runs.entries()) {
    const key = `${who} ${why}`;
    const others = ends.get(key) ?? [];
    const end = count + times;
    if (others.some((o) => count < o.end && o.count < end)) return i;
    ends.set(key, [...others, { count, end }]);
  }
  return undefined;
}
