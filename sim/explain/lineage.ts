// How it came to an event: the event that scheduled it, the one that scheduled that, and so on back
// to what was there at the start. It shows who set what in motion, and not what each of them read.

import type { TraceEntry } from "../engine/trace/trace.ts";

/** An event of a lineage, with what was recorded in it. */
export interface Forebear {
  readonly seq: number;
  readonly at: number;
  readonly mount: number;
  readonly entries: readonly TraceEntry[];
}

/** From the first to the event itself. What a trace has forgotten is where it begins. */
export function lineageOf(trace: readonly TraceEntry[], seq: number): Forebear[] {
  const bySeq = new Map<number, TraceEntry[]>();
  for (const entry of trace) {
    const known = bySeq.get(entry.seq);
    if (known === undefined) bySeq.set(entry.seq, [entry]);
    else known.push(entry);
  }
  const found: Forebear[] = [];
  for (let at = seq; ; ) {
    const entries = bySeq.get(at);
    const first = entries?.[0];
    if (entries === undefined || first === undefined) return found.reverse();
    const mount = entries.find((e) => e.mount >= 0)?.mount ?? -1;
    found.push({ seq: at, at: first.at, mount, entries });
    if (first.cause >= at) return found.reverse();
    at = first.cause;
  }
}

interface Where {
  readonly program?: string;
  readonly label?: string;
}

/** The steps of an event up to one of its records, or all. */
export function stepsIn(entries: readonly TraceEntry[], until = entries.length): string[] {
  return entries
    .slice(0, until)
    .filter(({ kind }) => kind === "step")
    .map(({ data }) => `${(data as Where).program} @ ${(data as Where).label}`);
}

/** A piece of a lineage in which one task went on by itself, from a sleep or a wait to the next. */
export interface Leg {
  readonly mount: number;
  readonly from: Forebear;
  readonly to: Forebear;
  readonly events: readonly Forebear[];
}

const OF_A_TASK = ["run", "timeout", "device"];

/** The task whose turn an event was, if it was one's. */
function taskOf({ mount, entries }: Forebear): string {
  const [first] = entries;
  if (first === undefined || !OF_A_TASK.includes(first.kind)) return "";
  return `${mount} ${(first.data as { readonly who?: number }).who}`;
}

/** What one task did in a row is one leg; whatever sets another one going begins the next. */
export function legsOf(lineage: readonly Forebear[]): Leg[] {
  const legs: (Leg & { events: Forebear[]; to: Forebear })[] = [];
  let task = "";
  for (const one of lineage) {
    const last = legs.at(-1);
    const mine = taskOf(one);
    if (last !== undefined && mine !== "" && mine === task) {
      last.events.push(one);
      last.to = one;
    } else {
      legs.push({ mount: one.mount, from: one, to: one, events: [one] });
    }
    task = mine;
  }
  return legs;
}
