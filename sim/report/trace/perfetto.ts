// A trace for ui.perfetto.dev and chrome://tracing, in the JSON of the Trace Event Format: a
// process for each mount, a thread for each program in it, slices of a microsecond since a step
// takes no time, and an arrow for each message.

import type { TraceEntry } from "../../engine/trace/trace.ts";

export interface Arrow {
  readonly from: TraceEntry;
  readonly to: TraceEntry;
  readonly label: string;
}

type TraceEvent = Readonly<Record<string, unknown>>;

const SLICE_US = 1;
/** Of what is of no mount. */
const NO_MOUNT = 0;

/** Numbers of the threads by process and name. */
class Threads {
  readonly names: TraceEvent[] = [];
  private readonly ids = new Map<string, number>();

  id(pid: number, name: string): number {
    const key = `${pid} ${name}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const tid = this.ids.size + 1;
    this.ids.set(key, tid);
    this.names.push({ name: "thread_name", ph: "M", pid, tid, args: { name } });
    return tid;
  }
}

const pidOf = ({ mount }: TraceEntry): number => (mount < 0 ? NO_MOUNT : mount + 1);

/** The program of a record is that of the step before it in the same event; a capture has tasks. */
function lanes(entries: readonly TraceEntry[]): string[] {
  let [seq, program] = [-1, ""];
  return entries.map((entry) => {
    const data = entry.data as { readonly program?: string; readonly task?: unknown };
    if (entry.seq !== seq) [seq, program] = [entry.seq, ""];
    if (entry.kind === "step") program = data.program ?? "";
    if (program !== "") return program;
    return typeof data.task === "string" ? data.task : "events";
  });
}

const nameOf = (entry: TraceEntry): string =>
  entry.kind === "step" ? String((entry.data as { label?: unknown }).label) : entry.kind;

export function* perfettoLines(
  mounts: readonly string[],
  entries: readonly TraceEntry[],
  arrows: readonly Arrow[],
): Iterable<string> {
  const threads = new Threads();
  const places = new Map<TraceEntry, number>();
  const lane = lanes(entries);
  yield '{"displayTimeUnit":"ms","traceEvents":[';
  for (const [n, name] of ["cluster", ...mounts].entries()) {
    const process = { name: "process_name", ph: "M", pid: n, tid: 0, args: { name } };
    yield `${JSON.stringify(process)},`;
  }
  for (const [i, entry] of entries.entries()) {
    const pid = pidOf(entry);
    const tid = threads.id(pid, lane[i] ?? "");
    places.set(entry, tid);
    const slice = { name: nameOf(entry), cat: entry.kind, ph: "X", ts: entry.at, dur: SLICE_US };
    const args = { seq: entry.seq, cause: entry.cause, ...entry.data };
    yield `${JSON.stringify({ ...slice, pid, tid, args })},`;
  }
  for (const [id, { from, to, label }] of arrows.entries()) {
    const [start, end] = [places.get(from), places.get(to)];
    if (start === undefined || end === undefined) continue;
    const flow = { name: label, cat: "message", id: id + 1 };
    yield `${JSON.stringify({ ...flow, ph: "s", ts: from.at, pid: pidOf(from), tid: start })},`;
    const bound = { ph: "f", bp: "e", ts: to.at, pid: pidOf(to), tid: end };
    yield `${JSON.stringify({ ...flow, ...bound })},`;
  }
  for (const name of threads.names) yield `${JSON.stringify(name)},`;
  yield `${JSON.stringify({ name: "scoutsim", ph: "M", pid: NO_MOUNT, tid: 0, args: {} })}]}`;
}
