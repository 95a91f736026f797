// Says of a run or a recording in which order things first happen in it.

import { expect } from "vitest";
import type { Case, Told } from "../../support/facts.ts";

/** An entry by its kind, the mount that shows it and the fields that it must have. */
export interface What {
  readonly kind: string;
  readonly mount?: number | undefined;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export const isA = (kind: string, fields: object = {}, mount?: number): What => ({
  ...{ kind, mount },
  fields: { ...fields },
});

const textOf = ({ kind, fields }: What): string => `${kind} ${JSON.stringify(fields ?? {})}`;

/** Where it first is from there on; at the end when nowhere. */
function indexOf({ entries }: Told, what: What, from: number): number {
  const wanted = Object.entries(what.fields ?? {});
  for (let i = from; i < entries.length; i++) {
    const entry = entries[i];
    if (entry?.kind !== what.kind) continue;
    if (what.mount !== undefined && entry.mount !== what.mount) continue;
    const f = entry.data as Readonly<Record<string, unknown>>;
    if (wanted.every(([name, value]) => f[name] === value)) return i;
  }
  return entries.length;
}

/** A place in the entries, with what stands there. */
export interface Place extends Case {
  readonly index: number;
}

export function place(told: Told, what: What, after?: Place): Place {
  const index = indexOf(told, what, after === undefined ? 0 : after.index + 1);
  const entry = told.entries[index];
  if (entry === undefined) throw new Error(`there should be a ${textOf(what)}`);
  return { ...entry, f: entry.data as Case["f"], index };
}

/** All that fit between two places. */
export function between(told: Told, what: What, from: Place, to?: Place): Place[] {
  const found: Place[] = [];
  const end = to?.index ?? told.entries.length;
  for (let i = indexOf(told, what, from.index + 1); i < end; i = indexOf(told, what, i + 1)) {
    const entry = told.entries[i];
    if (entry !== undefined) found.push({ ...entry, f: entry.data as Case["f"], index: i });
  }
  return found;
}

/** After a place each of them happens, and for the first time in the order given. */
export function inOrder<const W extends readonly What[]>(
  told: Told,
  after: Place,
  ...whats: W
): { [N in keyof W]: Place } {
  const found = whats.map((what) => ({ text: textOf(what), at: place(told, what, after) }));
  const sorted = [...found].sort((a, b) => a.at.index - b.at.index);
  expect(sorted.map(({ text }) => text)).toEqual(found.map(({ text }) => text));
  return found.map(({ at }) => at) as { [N in keyof W]: Place };
}
