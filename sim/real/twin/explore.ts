// The search of a twin: its worlds go on by themselves, in every order that matters, over steps
// that show nothing, until one shows something.

import type { Event } from "../../engine/event.ts";
import { printOf } from "./print.ts";
import type { Seen } from "./probes.ts";
import { commute, learn, mayShow, nameOf, settle } from "./settle.ts";
import { type Clock, perform, possible } from "./step.ts";
import { isBoundTo, type Who, whoDoes } from "./who.ts";
import type { TwinWorld } from "./world.ts";

export interface Ways {
  /** Who is to show something; "" when that is not known. */
  readonly thread: string;
  /** Only steps are tried that are known to show it or not known to show others. */
  readonly kind?: string | undefined;
  readonly onSeen: (w: TwinWorld, seen: Seen, who: Who | undefined) => void;
  readonly onState?: (w: TwinWorld) => void;
}

/** A world of the search, what could have come next instead of its last step, and that step. */
interface Reached {
  readonly w: TwinWorld;
  readonly before: readonly Event[];
  readonly by: string | undefined;
}

const MOST_STATES = 3_000;
const MOST_ALONE = 100;
const noEvents: readonly Event[] = [];

/** All that the settled worlds can do without showing anything, and what each would show then.
 *  Gives how many states were beyond the bound. */
export function explore(worlds: readonly TwinWorld[], clock: Clock, ways: Ways): number {
  const { thread, kind } = ways;
  const visited = new Set<string>();
  const stack: Reached[] = worlds.map((w) => ({ w, before: noEvents, by: undefined }));
  let dropped = 0;
  // One world that can only go one way needs no print, unless it goes on for long.
  let alone = stack.length === 1 ? MOST_ALONE : 0;
  for (let reached = stack.pop(); reached !== undefined; reached = stack.pop()) {
    const { w, before, by } = reached;
    ways.onState?.(w);
    const all = possible(w, clock);
    for (const event of all) {
      // What could come before the last step as well needs no trying after it.
      if (by !== undefined && before.includes(event) && commute(w, by, event)) continue;
      if (kind !== undefined && mayShow(w, event, kind) === false) continue;
      const name = nameOf(w, event);
      const starts = whoDoes(w, event);
      let mine = w.clone();
      const seen = perform(mine, event, clock, thread);
      learn(name, seen?.kind);
      if (seen !== undefined) {
        ways.onSeen(mine, seen, starts ?? whoDoes(mine, event));
        continue;
      }
      mine = settle(mine, clock);
      if (--alone < 0 || all.length > 1 || visited.size > 0) {
        const print = printOf(mine);
        if (visited.has(print)) continue;
        visited.add(print);
      }
      // Others wait for the end of a task whose thread they are to have.
      const frees = thread !== "" && isBoundTo(w, starts, thread);
      if (visited.size >= MOST_STATES) dropped++;
      else stack.push({ w: mine, before: all, by: frees ? undefined : name });
    }
  }
  return dropped;
}
