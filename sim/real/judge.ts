// Hands the entries of a recording to monitors and collects what they find. A recording has no
// world to look into, so it takes only monitors that ask for entries alone; at its end they are
// told that all is quiet, if it is.

import type { Violation } from "../engine/trace/monitor.ts";
import type { TraceEntry } from "../engine/trace/trace.ts";

interface Judge {
  readonly now: number;
  violate(place: string, text: string): void;
}

/** The part of a monitor that a recording can feed. */
export interface Reader {
  readonly promise: string;
  readonly wants: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the type of its state is the monitor's own
  start(): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  on(entry: TraceEntry, state: any, judge: Judge): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  quiet?(state: any, judge: Judge): void;
}

const nowhere: TraceEntry = { seq: 0, sub: 0, at: 0, mount: -1, kind: "", cause: 0, data: {} };

export function judge(
  entries: Iterable<TraceEntry>,
  monitors: readonly Reader[],
  isQuietAtEnd: () => boolean = () => true,
): readonly Violation[] {
  const found: Violation[] = [];
  const readers = monitors.map((monitor) => reading(monitor, found));
  const byKind = new Map<string, typeof readers>();
  let last = nowhere;
  for (const entry of entries) {
    last = entry;
    let interested = byKind.get(entry.kind);
    if (interested === undefined) {
      interested = readers.filter(({ wants }) => wants.includes(entry.kind) || wants.includes("*"));
      byKind.set(entry.kind, interested);
    }
    for (const reader of interested) reader.on(entry);
  }
  if (isQuietAtEnd()) for (const reader of readers) reader.quiet(last);
  return found;
}

function reading(monitor: Reader, found: Violation[]) {
  const { promise, wants } = monitor;
  const state = monitor.start();
  let entry = nowhere;
  const view: Judge = {
    get now() {
      return entry.at;
    },
    violate(place, text) {
      const { seq, at, mount } = entry;
      found.push({ promise, place, text, seq, at, mount });
    },
  };
  return {
    wants,
    on(next: TraceEntry) {
      entry = next;
      monitor.on(next, state, view);
    },
    quiet(last: TraceEntry) {
      entry = { ...last, mount: -1 };
      monitor.quiet?.(state, view);
    },
  };
}
