// Objects with one owner. The table holds them; everybody else holds a handle with a generation,
// and using one whose object is gone is a CRASH, as use after free is there.

import { Crash } from "./assert.ts";
import type { Handle } from "./ids.ts";

interface Slot<T> {
  generation: number;
  value: T | undefined;
}

/** Plain data: it is cloned and fingerprinted with the mount that owns it. */
export interface Table<T> {
  readonly what: string;
  readonly slots: Slot<T>[];
}

export const table = <T>(what: string): Table<T> => ({ what, slots: [] });

/** Takes the lowest free slot, so that equal histories give equal handles. */
export function allocate<T>(t: Table<T>, value: T): Handle<T> {
  const free = t.slots.findIndex((s) => s.value === undefined);
  const id = free >= 0 ? free : t.slots.length;
  const slot = t.slots[id];
  if (slot === undefined) {
    t.slots.push({ generation: 1, value });
    return { id, generation: 1 };
  }
  slot.generation++;
  slot.value = value;
  return { id, generation: slot.generation };
}

/** The object, or undefined when it is gone: for those who may ask whether it still lives. */
export function lookup<T>(t: Table<T>, h: Handle<T>): T | undefined {
  const slot = t.slots[h.id];
  return slot?.generation === h.generation ? slot.value : undefined;
}

/** The object; a CRASH when it is gone. */
export function get<T>(t: Table<T>, h: Handle<T>): T {
  const value = lookup(t, h);
  if (value === undefined) {
    throw new Crash(`expected ${t.what} ${h.id}.${h.generation} to be alive, it was freed before`);
  }
  return value;
}

export function free<T>(t: Table<T>, h: Handle<T>): void {
  get(t, h);
  const slot = t.slots[h.id];
  if (slot !== undefined) slot.value = undefined;
}

/** The live objects in slot order. */
export function* each<T>(t: Table<T>): Generator<readonly [Handle<T>, T]> {
  for (let id = 0; id < t.slots.length; id++) {
    const slot = t.slots[id];
    if (slot?.value !== undefined) yield [{ id, generation: slot.generation }, slot.value];
  }
}

/** More objects of one kind than this are never alive at once. */
const SLOTS = 1_000_000;

/** A handle as one number, for naming kernel objects that belong to the object: a work item of a
 *  freed object is then another item than that of its successor in the slot. */
export const numberOf = <T>(h: Handle<T>): number => h.generation * SLOTS + h.id;
export const handleOf = <T>(n: number): Handle<T> => ({
  id: n % SLOTS,
  generation: Math.floor(n / SLOTS),
});
