// Ways to spoil a recording, and what a monitor then finds: a monitor that stays quiet on the real
// system is worth something only if it speaks up when the same events are altered.

import type { TraceEntry } from "../../../sim/engine/trace/trace.ts";
import { judge } from "../../../sim/real/judge.ts";
import type { AnyEntryMonitor } from "../../../src/monitors/types.ts";
import { recording } from "../../real/facts.ts";
import type { Case } from "../../support/facts.ts";

type Entries = readonly TraceEntry[];
type Test = (c: Case) => boolean;

const cased = (entry: TraceEntry): Case => ({ ...entry, f: entry.data as Case["f"] });

export const is =
  (kind: string, fields: object = {}): Test =>
  (c) =>
    c.kind === kind && Object.entries(fields).every(([name, value]) => c.f[name] === value);

export const entriesOf = (name: string): Entries => recording(name).entries;

export function theFirst(entries: Entries, test: Test, after = 0): Case {
  const found = entries.find((entry) => entry.seq > after && test(cased(entry)));
  if (found === undefined) throw new Error("the recording has no such event to alter");
  return cased(found);
}

export const dropped = (entries: Entries, test: Test): Entries =>
  entries.filter((entry) => !test(cased(entry)));

export const altered = (entries: Entries, at: TraceEntry, fields: object): Entries =>
  entries.map((entry) =>
    entry.seq === at.seq && entry.kind === at.kind
      ? { ...entry, data: { ...entry.data, ...fields } }
      : entry,
  );

/** Adds a record right behind the one given, on the line of that one. */
export const added = (
  entries: Entries,
  behind: TraceEntry,
  record: { kind: string; at?: number; mount?: number; data?: object },
): Entries =>
  entries.flatMap((entry) =>
    entry.seq === behind.seq && entry.kind === behind.kind
      ? [entry, { ...entry, data: {}, ...record }]
      : [entry],
  );

/** Each finding as the line of the recording, the place and the words. */
export const findings = (entries: Entries, monitor: AnyEntryMonitor): string[] =>
  judge(entries, [monitor]).map(({ seq, place, text }) => `line ${seq}: ${place}: ${text}`);
