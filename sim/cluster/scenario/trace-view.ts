// What of a run the `trace` command shows: which kinds of records, of which mounts, which of their
// fields. What is not wanted is not kept either, so that a long run tells its story from the start.

import { MemorySink, type Sink, type TraceEntry } from "../../engine/trace/trace.ts";
import { expectArgs, listArg, numberArg, type ScnCommand } from "../../report/scn.ts";
import { describeEntry, formatText } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import { type AnyWorld, namesOf } from "../world/any-world.ts";

const LIMIT = 20_000;
const QUIET_KINDS = ["run", "work", "timeout", "timer", "datagram", "stream", "device", "plan"];
const WIDTH = 34;
const MAX_WORDS = 4;
const KEYS = ["for", "kinds", "width", "mounts", "cmds", "keys", "fields"];

export interface TraceView {
  readonly sink: Sink;
  lines(): string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The names in `mounts=a,b`, or none when all are wanted. */
function chosen(w: AnyWorld, c: ScnCommand): readonly string[] {
  const names = namesOf(w);
  const wanted = listArg(c, "mounts", []);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown === undefined) return wanted;
  throw new UserError(`no mount is called "${unknown}"; mounts are ${names.join(", ")}`);
}

/** `kinds=a,b`: these alone; without it all but bare scheduling. `cmds=STATFS`: of the messages
 *  only those, and of what has a key only those with one of `keys=`: records of one lock.
 *  `mounts=m0,m1`: columns of these alone. `fields=seq,cmd`: of each record these. */
export function traceView(w: AnyWorld, c: ScnCommand): TraceView {
  expectArgs(c, { keys: KEYS, maxWords: MAX_WORDS });
  const kinds = listArg(c, "kinds", []);
  const cmds = listArg(c, "cmds", []);
  const keys = listArg(c, "keys", []);
  const fields = listArg(c, "fields", []);
  const width = numberArg(c, "width", WIDTH);
  const mounts = chosen(w, c);
  const isShown = (id: number): boolean =>
    id < 0 || mounts.length === 0 || mounts.includes(w.peekMount(id).name);
  const isWanted = (e: TraceEntry): boolean => {
    const { cmd, key } = e.data as Fields;
    if (cmds.length > 0 && cmd !== undefined && !cmds.includes(cmd as string)) return false;
    if (keys.length > 0 && key !== undefined && !keys.includes(String(key))) return false;
    if (!isShown(e.mount)) return false;
    return kinds.length > 0 ? kinds.includes(e.kind) : !QUIET_KINDS.includes(e.kind);
  };
  const describe = (e: TraceEntry): string =>
    describeEntry(fields.length === 0 ? e : { ...e, data: only(e.data as Fields, fields) });
  const kept = new MemorySink(LIMIT);
  return {
    sink: { add: (e) => isWanted(e) && kept.add(e) },
    lines: () => {
      const ids = namesOf(w).flatMap((_, id) => (isShown(id) ? [id] : []));
      const columns = ids.map((id) => w.peekMount(id).name);
      const entries = kept.entries().map((e) => ({ ...e, mount: ids.indexOf(e.mount) }));
      return entries.length === 0 ? [] : formatText(entries, { mounts: columns, width, describe });
    },
  };
}

const only = (data: Fields, fields: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(data).filter(([key]) => fields.includes(key)));
