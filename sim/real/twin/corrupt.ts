// Spoils a recording in one place: drops an event, swaps it with the mount's next one, or alters a
// field of it. A twin that takes the spoilt one as well would not have told the difference.

import type { Chooser } from "../../engine/chooser.ts";
import { Acceptor } from "./accept.ts";
import { textOf } from "./compare.ts";
import { mayDrive, twinKinds } from "./kinds.ts";
import type { Twin } from "./run.ts";
import { forget } from "./settle.ts";
import type { Item } from "./timeline.ts";

export type Spoiling = "drop" | "swap" | "alter";

export interface Corruption {
  readonly twin: Twin;
  /** Of the item in the timeline. */
  readonly index: number;
  readonly how: Spoiling;
  readonly text: string;
  readonly items: readonly Item[];
}

export interface Verdict {
  readonly corruption: Corruption;
  /** Events of the mount from the spoilt one to the rejection; undefined: never rejected. */
  readonly after: number | undefined;
}

export const isSpoilable = ({ of, kind, fields }: Item): boolean =>
  of === "own" && twinKinds[kind] !== undefined && !mayDrive(kind, fields);

const words: Readonly<Record<string, readonly string[]>> = {
  role: ["follower", "candidate", "leader"],
  type: ["REQUEST_VOTE", "VOTE", "HEARTBEAT", "RESIGNATION"],
  event: ["BEGIN", "TERM", "ELECT", "FENCE", "STOP", "END"],
};
const numbers: Readonly<Record<string, (o: Twin["o"], was: number) => readonly number[]>> = {
  term: (_o, was) => [was + 1, was - 1],
  slot: (o) => [-1, ...Array.from({ length: o.slots }, (_, n) => n)],
  ret: () => [0, -5],
  rid: (_o, was) => [was + 1, was - 1],
};

type Draw = (why: string, n: number) => number;

/** The item with another value in one field; undefined when it has none to alter. */
function altered({ o }: Twin, item: Item, draw: Draw): Item | undefined {
  const compare = twinKinds[item.kind]?.compare ?? [];
  const fields = compare.filter((f) => f in words || f in numbers);
  const field = fields[draw("field", Math.max(1, fields.length))];
  if (field === undefined) return undefined;
  const was = item.fields[field];
  const values = words[field] ?? numbers[field]?.(o, was as number) ?? [];
  const others = values.filter((value) => value !== was);
  const value = others[draw("value", others.length)];
  return { ...item, fields: { ...item.fields, [field]: value } };
}

const what = ({ kind, fields }: Item): string => {
  const { task: _task, ...rest } = fields;
  return `${kind} ${JSON.stringify(rest)}`;
};

/** Whether they differ in nothing that the model has: counts of blocks, addresses. */
const isSame = (one: Item, other: Item): boolean =>
  textOf(one.kind, one.fields) === textOf(other.kind, other.fields);

/** A recording vouches for the order of events within one task only: two that are printed by
 *  different ones may as well have happened the other way round. */
const isNext = (one: Item, other: Item): boolean => one.fields.task === other.fields.task;

/** Spoils the item at that index, or gives nothing when that would change nothing. */
export function corrupt(twin: Twin, index: number, how: Spoiling, draw: Draw) {
  const { items } = twin.timeline;
  const item = items[index];
  if (item === undefined) return undefined;
  const copy = [...items];
  const named = (text: string): Corruption => ({ twin, index, how, text, items: copy });
  if (how === "drop") {
    copy.splice(index, 1);
    return named(`drop ${what(item)}`);
  }
  if (how === "swap") {
    const next = items.findIndex(
      (other, i) => i > index && isSpoilable(other) && isNext(item, other),
    );
    const other = items[next];
    if (other === undefined || isSame(other, item)) return undefined;
    const { line, at } = item;
    copy[index] = { ...other, line, at };
    copy[next] = { ...item, line: other.line, at: other.at };
    return named(`swap ${what(item)} with ${what(other)}`);
  }
  const spoilt = altered(twin, item, draw);
  if (spoilt === undefined) return undefined;
  copy[index] = spoilt;
  return named(`${what(item)} becomes ${what(spoilt)}`);
}

/** How far before the spoilt event a twin goes on from the sound one. */
const BEFORE = 12;

/** Follows the sound timeline once, and from shortly before each spoilt event the spoilt one. */
export function judgeAll(twin: Twin, spoilt: readonly Corruption[], events: number): Verdict[] {
  const verdicts: Verdict[] = [];
  forget();
  const sound = new Acceptor(twin);
  const last = Math.max(...spoilt.map(({ index }) => index));
  for (let i = 0; i <= last; i++) {
    for (const corruption of spoilt) {
      if (Math.max(0, corruption.index - BEFORE) === i)
        verdicts.push(judge(sound, i, corruption, events));
    }
    if (!sound.take(i)) break;
  }
  return verdicts;
}

function judge(sound: Acceptor, from: number, corruption: Corruption, events: number): Verdict {
  const { items, index } = corruption;
  const a = new Acceptor(sound, items);
  let after = 0;
  for (let i = from; i < items.length && after <= events; i++) {
    if (!a.take(i)) return { corruption, after };
    if (i >= index && items[i]?.of === "own") after++;
  }
  const isAtEnd = after <= events;
  return { corruption, after: isAtEnd && !a.close() ? after : undefined };
}

/** Draws places to spoil: evenly over the events, or over their kinds and then the events. */
export function drawCorruptions(
  twins: readonly Twin[],
  over: "events" | "kinds",
  { count, chooser }: { readonly count: number; readonly chooser: Chooser },
): Corruption[] {
  const draw: Draw = (why, n) => chooser.pick(0, why, n);
  const places = twins.flatMap((twin) =>
    twin.timeline.items.flatMap((item, index) =>
      isSpoilable(item) ? [{ twin, index, kind: item.kind }] : [],
    ),
  );
  const byKind = new Map<string, typeof places>();
  for (const place of places) {
    const known = byKind.get(place.kind);
    if (known === undefined) byKind.set(place.kind, [place]);
    else known.push(place);
  }
  const kinds = [...byKind.values()];
  const hows: readonly Spoiling[] = ["drop", "swap", "alter"];
  const drawn: Corruption[] = [];
  while (drawn.length < count) {
    const pool = over === "events" ? places : (kinds[draw("kind", kinds.length)] ?? places);
    const place = pool[draw("place", pool.length)];
    const how = hows[draw("how", hows.length)] ?? "drop";
    const one = place && corrupt(place.twin, place.index, how, draw);
    if (one !== undefined) drawn.push(one);
  }
  return drawn;
}
