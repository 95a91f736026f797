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

/** A world of the search, what may come next there, and whether it is of nobody else. */
interface Reached {
  readonly w: TwinWorld;
  readonly all: readonly Event[];
  readonly tries: readonly Event[];
  readonly isOwn: boolean;
}

const MOST_STATES = 3_000;
const MOST_ALONE = 100;
const noEvents: readonly Event[] = [];

/** What is worth trying: what could come before the last step as well needs no trying after it. */
function worthTrying(
  { w, all }: Pick<Reached, "w" | "all">,
  kind: string | undefined,
  { before, by }: { readonly before: readonly Event[]; readonly by: string | undefined },
): Event[] {
  return all.filter((event) => {
    if (by !== undefined && before.includes(event) && commute(w, by, event)) return false;
    return kind === undefined || mayShow(w, event, kind) !== false;
  });
}

/** All that the settled worlds can do without showing anything, and what each would show then.
 *  Gives how many states were beyond the bound. */
export function explore(worlds: readonly TwinWorld[], clock: Clock, ways: Ways): number {
  const { thread, kind } = ways;
  const visited = new Set<string>();
  const stack = worlds.map((w): Reached => {
    const all = possible(w, clock);
    const tries = worthTrying({ w, all }, kind, { before: noEvents, by: undefined });
    return { w, all, tries, isOwn: false };
  });
  let dropped = 0;
  // One world that can only go one way needs no print, unless it goes on for long.
  let alone = stack.length === 1 ? MOST_ALONE : 0;
  for (let reached = stack.pop(); reached !== undefined; reached = stack.pop()) {
    const { w, all, tries, isOwn } = reached;
    ways.onState?.(w);
    const last = isOwn ? tries[tries.length - 1] : undefined;
    for (const event of tries) {
      const name = nameOf(w, event);
      const starts = whoDoes(w, event);
      // Others wait for the end of a task whose thread they are to have.
      const frees = thread !== "" && isBoundTo(w, starts, thread);
      let mine = event === last ? w : w.clone();
      const seen = perform(mine, event, clock, thread);
      learn(name, seen?.kind);
      if (seen !== undefined) {
        ways.onSeen(mine, seen, starts ?? whoDoes(mine, event));
        continue;
      }
      mine = settle(mine, clock);
      const next = possible(mine, clock);
      const by = frees ? undefined : name;
      const then = worthTrying({ w: mine, all: next }, kind, { before: all, by });
      if (then.length === 0 && ways.onState === undefined) continue;
      if (--alone < 0 || all.length > 1 || visited.size > 0) {
        const print = printOf(mine);
        if (visited.has(print)) continue;
        visited.add(print);
      }
      if (visited.size >= MOST_STATES) dropped++;
      else stack.push({ w: mine, all: next, tries: then, isOwn: true });
    }
  }
  return dropped;
}
