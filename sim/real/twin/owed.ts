// What steps of the model have shown that the recording has not come to. A step is atomic and the
// recording is not: what one step shows may be recorded with events of other tasks in between, but
// never with others of its own thread.

import { differs } from "./compare.ts";
import type { Seen } from "./probes.ts";
import { ME } from "./slots.ts";
import type { Owed } from "./stand-ins.ts";
import type { Item } from "./timeline.ts";
import { bind, isNobodys, mayBe, threadOf, whoIs } from "./who.ts";
import type { TwinWorld } from "./world.ts";

const owedIn = (w: TwinWorld): readonly Owed[] => w.peekMount(ME).state.twin.owed;

/** What each task has shown first that the recording has not come to. */
export const owedFirst = (w: TwinWorld): readonly Seen[] =>
  owedIn(w).flatMap(({ seen }) => seen.slice(0, 1));

export function owe(
  w: TwinWorld,
  task: number,
  { thread, seen }: { readonly thread: string; readonly seen: readonly Seen[] },
): void {
  const copies = seen.map(({ kind, fields }) => ({ kind, fields: { ...fields } }));
  const generation = w.peekMount(ME).tasks[task]?.generation ?? -1;
  const owed: Owed = { task, generation, thread, sinceAt: w.now, seen: copies };
  w.mount(ME).state.twin.owed.push(owed);
}

/** Whether the thread of the item has to show something else first. */
export function owesOther(w: TwinWorld, { kind, task: thread }: Item): boolean {
  if (isNobodys(kind, thread)) return false;
  const { bound } = w.peekMount(ME).state.twin;
  const isIts = (one: Owed) =>
    one.thread === thread || (one.thread === "" && threadOf(bound, one) === thread);
  return owedIn(w).some(isIts);
}

/** The world without that debt, if it owes the item. */
export function payOwed(w: TwinWorld, item: Item): TwinWorld | undefined {
  const at = owedIn(w).findIndex(({ seen: [first], thread, ...who }) => {
    if (first === undefined || differs(item, first) !== undefined) return false;
    return thread === "" ? mayBe(w, whoIs(w, who), item) : thread === item.task;
  });
  if (at < 0) return undefined;
  const { twin } = w.mount(ME).state;
  const one: Owed = twin.owed[at];
  bind(w, whoIs(w, one), item);
  one.thread = item.task;
  one.seen.shift();
  if (one.seen.length === 0) twin.owed.splice(at, 1);
  return w;
}

/** What was shown so long before that it would have been recorded. */
export const owedBefore = (w: TwinWorld, at: number): Seen | undefined =>
  owedIn(w).find(({ sinceAt }) => sinceAt < at)?.seen[0];
