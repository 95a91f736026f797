// One move of a run, looked at: what was recorded in it, and the world within it. A world cannot
// stand between two steps of one event; so a copy of it makes the event up to that step and is
// given up there. It is good to look at, and nothing goes on from it.

import type { Protocol } from "../../../src/core/index.ts";
import type { Sink, TraceEntry } from "../../engine/trace/trace.ts";
import type { World } from "../../engine/world.ts";
import type { Input, Timeline } from "./timeline.ts";

/** A move that was made: from position `at` to the next. */
export interface Moment<P extends Protocol> {
  readonly at: number;
  readonly entries: readonly TraceEntry[];
  /** What was done from outside, when it is no event. */
  readonly input: Input<P> | undefined;
  /** Behind it. */
  readonly world: World<P>;
  /** Promises that were broken in it. */
  readonly broken: number;
  /** The step that comes next in it, when it is not over. */
  readonly ahead?: TraceEntry;
}

/** Thrown out of a step that is not to run. */
class Paused extends Error {
  readonly ahead: TraceEntry;

  constructor(ahead: TraceEntry) {
    super("a step was not to run");
    this.ahead = ahead;
  }
}

/** Keeps the entries of one event, up to a step if there is one to stop at. */
class Watch implements Sink {
  entries: TraceEntry[] = [];
  private readonly before: number;
  private steps = 0;

  constructor(before: number) {
    this.before = before;
  }

  add(entry: TraceEntry): void {
    if (entry.kind === "step" && ++this.steps === this.before) throw new Paused(entry);
    this.entries.push(entry);
  }
}

/** Makes the move from `at` on the world; undefined at the end of the run. */
export function look<P extends Protocol>(
  line: Timeline<P>,
  world: World<P>,
  at: number,
): Moment<P> | undefined {
  const watch = new Watch(0);
  const known = world.violations.length;
  world.trace.sink = watch;
  const after = line.move(world, at);
  world.trace.sink = undefined;
  if (after === undefined) return undefined;
  const broken = after.violations.length - known;
  return { at, entries: watch.entries, input: line.inputAt(at), world: after, broken };
}

/** The world of `at` in the midst of its next event, before the n-th step of it. The world given is
 *  used up. */
export function within<P extends Protocol>(
  line: Timeline<P>,
  world: World<P>,
  { at, step }: { readonly at: number; readonly step: number },
): Moment<P> {
  const watch = new Watch(step);
  const known = world.violations.length;
  world.trace.sink = watch;
  const ahead = pausedIn(() => line.move(world, at));
  if (ahead === undefined) throw new Error(`the event at ${at} has no step ${step}`);
  world.trace.sink = undefined;
  const broken = world.violations.length - known;
  return { at, entries: watch.entries, input: undefined, world, broken, ahead };
}

function pausedIn(move: () => unknown): TraceEntry | undefined {
  try {
    move();
    return undefined;
  } catch (error) {
    if (error instanceof Paused) return error.ahead;
    throw error;
  }
}
