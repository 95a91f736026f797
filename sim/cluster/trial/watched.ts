// A failing run with everything noted that an explanation is made of: its trace, the events on
// which the failure depends, and the delays that those events had.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { type DrawnDelay, delaysOf, noteDelays } from "../../explain/delays.ts";
import { stuckTasks } from "../../explain/waits.ts";
import { Watch } from "../../explain/watch.ts";
import type { Failure, Outcome } from "../../explore/hunt.ts";
import { type AnyWorld, namesOf } from "../world/any-world.ts";
import { sayDelay } from "./say-delay.ts";
import type { Trial } from "./tape-runs.ts";
import { isOverdue, runTrial, tryTrial, worldOf } from "./trial.ts";

export interface Watched {
  readonly outcome: Outcome;
  readonly failure: Failure;
  /** The event in which it failed. */
  readonly seq: number;
  readonly trace: readonly TraceEntry[];
  /** The seqs of the events on which it depends. */
  readonly slice: ReadonlySet<number>;
  readonly delays: readonly DrawnDelay[];
  readonly names: readonly string[];
}

/** Undefined when no promise is broken. */
export function watchTrial(t: Trial): Watched | undefined {
  const plain = tryTrial(t);
  const w = worldOf(t);
  const noted = noteDelays(w, (event) => sayDelay(w, event));
  const watch = new Watch(w);
  const outcome = runTrial(w, t);
  if (outcome.hash !== plain.hash) {
    throw new Error("expected the run to be the same when it is watched");
  }
  const { violation } = outcome;
  if (violation === undefined) return undefined;
  const turns = watch.violatedIn.slice(0, 1);
  if (turns.length === 0 || isOverdue(violation.promise)) {
    for (const { mount, slot } of stuckTasks(w)) turns.push(watch.turnOf(mount, slot) ?? 0);
  }
  const slice = watch.sliceOf(turns);
  slice.delete(0);
  return {
    outcome,
    failure: violation,
    seq: w.violations[0]?.seq ?? w.seq,
    trace: watch.entries,
    slice,
    delays: delaysOf(noted, watch.entries, slice),
    names: namesOf(w as unknown as AnyWorld),
  };
}
