// A run cut into strands: what one program of a mount recorded about one rid, in its order and
// without times. Two runs that differ only in times and in the order of what is unrelated have the
// same strands.

import type { TraceEntry } from "../../engine/trace/trace.ts";

export interface Knot {
  readonly entry: TraceEntry;
  readonly text: string;
  /** The same again and again, as heartbeats and dials are, counts once. */
  times: number;
}
export type Strand = readonly Knot[];
export type Strands = ReadonlyMap<string, Strand>;

export interface Parting {
  /** The mount, the program and the rid. */
  readonly key: string;
  /** How many records are the same. */
  readonly at: number;
  readonly one: Strand;
  readonly other: Strand;
  /** How many strands differ. */
  readonly differing: number;
}

/** How the machine goes about it, which is not what happens. */
const MACHINERY = new Set([
  ...["run", "work", "timeout", "timer", "datagram", "stream", "device", "plan", "io", "step"],
  ...["sent", "send", "note", "ignored", "drop", "connect", "connected", "accept", "close"],
  ...["broken", "shutdown", "host", "link", "path", "cluster"],
]);
/** Times by another name, and numbers that only tell things apart. */
const LEFT_OUT = new Set(["timeout", "task", "cpu", "conn", "cport", "sport", "kind"]);
/** Its loop goes round by time: what it does is told apart by kind. */
const LOOP = /^quorum_/;

export function textOf({ kind, data }: TraceEntry): string {
  const fields = Object.entries(data)
    .filter(([name, value]) => value !== undefined && !name.endsWith("At") && !LEFT_OUT.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `${kind} ${JSON.stringify(fields)}`;
}

/** `nameOf` gives no name to mounts that are not compared. */
export function strandsOf(
  entries: Iterable<TraceEntry>,
  nameOf: (mount: number) => string | undefined,
): Strands {
  const strands = new Map<string, Knot[]>();
  let [seq, program] = [-1, ""];
  for (const entry of entries) {
    const data = entry.data as { readonly program?: string; readonly rid?: number };
    if (entry.seq !== seq) [seq, program] = [entry.seq, ""];
    if (entry.kind === "step") program = data.program ?? "";
    const name = nameOf(entry.mount);
    if (name === undefined || MACHINERY.has(entry.kind)) continue;
    const who = program === "" || LOOP.test(entry.kind) ? entry.kind : program;
    const about = data.rid === undefined ? "" : ` about rid ${data.rid}`;
    const key = `${name}: ${who}${about}`;
    const strand = strands.get(key) ?? [];
    strands.set(key, strand);
    const text = textOf(entry);
    const last = strand.at(-1);
    if (last?.text === text) last.times++;
    else strand.push({ entry, text, times: 1 });
  }
  return strands;
}

/** Where they part first: by the time of the side that is earlier there. */
export function partingOf(one: Strands, other: Strands): Parting | undefined {
  const partings: Parting[] = [];
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [a, b] = [one.get(key) ?? [], other.get(key) ?? []];
    let at = 0;
    while (at < a.length && at < b.length && a[at]?.text === b[at]?.text) at++;
    if (at < a.length || at < b.length) partings.push({ key, at, one: a, other: b, differing: 0 });
  }
  const [first] = partings.sort((x, y) => when(x) - when(y) || (x.key < y.key ? -1 : 1));
  return first === undefined ? undefined : { ...first, differing: partings.length };
}

function when({ at, one, other }: Parting): number {
  const times = [one[at], other[at]].flatMap((knot) => (knot === undefined ? [] : knot.entry.at));
  return Math.min(...times);
}
