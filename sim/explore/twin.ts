// Runs the same plan twice, side by side, and names the first event in which the two differ: "the
// hashes differ" tells nobody where to look.

import type { Protocol } from "../../src/core/index.ts";
import type { Sink, TraceEntry } from "../engine/trace/trace.ts";
import type { World } from "../engine/world.ts";

/** Keeps the entries of the event that is being performed. */
class LastEvent implements Sink {
  entries: TraceEntry[] = [];

  add(entry: TraceEntry): void {
    if (entry.sub === 0) this.entries = [];
    this.entries.push(entry);
  }
}

export interface Difference {
  /** The seq of the first event that differs. */
  readonly seq: number;
  readonly first: readonly TraceEntry[];
  readonly second: readonly TraceEntry[];
  readonly text: string;
}

/** Steps both up to that many events; undefined when they never differ. */
export function firstDifference<P extends Protocol>(
  first: World<P>,
  second: World<P>,
  events: number,
): Difference | undefined {
  const sinks = [new LastEvent(), new LastEvent()] as const;
  first.trace.sink = sinks[0];
  second.trace.sink = sinks[1];
  for (let i = 0; i < events; i++) {
    const went = [first.step(), second.step()];
    if (first.hash === second.hash && went[0] === went[1]) {
      if (!went[0]) return undefined;
      continue;
    }
    const seq = Math.max(first.seq, second.seq);
    return {
      seq,
      first: sinks[0].entries,
      second: sinks[1].entries,
      text: explain(seq, sinks[0].entries, sinks[1].entries),
    };
  }
  return undefined;
}

function explain(seq: number, x: readonly TraceEntry[], y: readonly TraceEntry[]): string {
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [a, b] = [line(x[i]), line(y[i])];
    if (a !== b) return `event ${seq} differs: first run: ${a}; second run: ${b}`;
  }
  return `event ${seq} differs in what it drew: ${line(x[0])}`;
}

function line(e: TraceEntry | undefined): string {
  if (e === undefined) return "nothing";
  return `${e.kind} at ${e.at} us on mount ${e.mount} ${JSON.stringify(e.data)}`;
}
