// A search around one moment of a run: the run goes in time mode up to it, and from there on in
// order mode. Every end of the search is run on for a while in one order, with looks at the world,
// so that what is wrong by then and what is overdue shows.

import type { Protocol } from "../../src/core/index.ts";
import { fromValues } from "../engine/chooser.ts";
import { guarded } from "../engine/guards.ts";
import { setLink } from "../engine/network/links.ts";
import type { OrderFrom } from "../engine/order.ts";
import type { Sink, TraceEntry } from "../engine/trace/trace.ts";
import type { World } from "../engine/world.ts";
import { follow, type Move, type SearchResult, search } from "./exhaustive.ts";

/** Where the run leaves time mode: behind its n-th event, or behind the n-th entry of a kind. */
export type Moment = { readonly seq: number } | { readonly kind: string; readonly nth: number };

export interface Around {
  readonly order: OrderFrom;
  /** What comes later than so long after the moment is not tried in all orders. */
  readonly forUs: number;
  /** How long an end is run on. */
  readonly thenUs: number;
  readonly states: number;
  readonly depth: number;
  /** Of a draw with more outcomes so many are tried. */
  readonly outcomes: number;
  readonly onProgress?: (states: number, depth: number) => void;
}

const LOOK_US = 1_000_000;
const DRAWS = 4096;
const LOSSES = ["datagram loss", "stream loss"];

class Count implements Sink {
  left: number;
  private readonly kind: string;

  constructor(kind: string, nth: number) {
    this.kind = kind;
    this.left = nth;
  }
  add({ kind }: TraceEntry): void {
    if (kind === this.kind) this.left--;
  }
}

/** Runs up to that moment; false when the run ends, or a promise is broken, before it. */
export function runTo<P extends Protocol>(w: World<P>, moment: Moment, untilUs: number): boolean {
  const count = "kind" in moment ? new Count(moment.kind, moment.nth) : undefined;
  const isThere = (): boolean =>
    count === undefined ? w.seq >= (moment as { readonly seq: number }).seq : count.left <= 0;
  w.trace.sink = count;
  guarded(() => w.runUntil(() => isThere() || w.violations.length > 0, untilUs));
  w.trace.sink = undefined;
  return isThere() && w.violations.length === 0;
}

/** On in one order, with looks; what is broken then, or undefined. */
function runOn<P extends Protocol>(end: World<P>, untilAt: number): World<P> {
  const w = end.clone();
  w.chooser = fromValues([]);
  let lookAt = w.now;
  while (w.violations.length === 0) {
    const [next] = w.mayHappenNext().sort((x, y) => x.at - y.at || x.order - y.order);
    if (next === undefined || next.at > untilAt) break;
    if (next.at >= lookAt) {
      w.trace.look();
      lookAt += LOOK_US;
    }
    w.stepTo(next);
  }
  return w;
}

/** The world in order mode; where messages may be lost, every way between hosts is lossy. */
function ordered<P extends Protocol>(at: World<P>, { order }: Around): World<P> {
  const w = at.inOrder(order);
  if (!LOSSES.some((why) => (order.budgets[why] ?? 0) > 0)) return w;
  for (let from = 0; from < w.hostCount; from++) {
    for (let to = 0; to < w.hostCount; to++) {
      if (from !== to) setLink(w, from, to, { lossPermille: 1 });
    }
  }
  return w;
}

/** From a world in time mode that stands at the moment. */
export function searchAround<P extends Protocol>(at: World<P>, o: Around): SearchResult {
  const untilAt = at.now + o.forUs;
  return guarded(() =>
    search(ordered(at, o), {
      states: o.states,
      depth: o.depth,
      outcomes: o.outcomes,
      draws: DRAWS,
      untilAt,
      atEnd: (w) => {
        const [broken] = runOn(w, untilAt + o.thenUs).violations;
        return broken && `${broken.promise} at ${broken.place}: ${broken.text}`;
      },
      ...(o.onProgress === undefined ? {} : { onProgress: o.onProgress }),
    }),
  );
}

/** One event of a path: what of it a person wants to know. */
export interface Stride {
  readonly at: number;
  readonly entries: readonly TraceEntry[];
}

/** A path that was gone again, and the world behind it: its end, run on up to a broken promise. */
export interface Retraced<P extends Protocol> {
  readonly strides: readonly Stride[];
  readonly end: World<P>;
}

export function retrace<P extends Protocol>(
  at: World<P>,
  o: Around,
  path: readonly Move[],
): Retraced<P> {
  const strides: Stride[] = [];
  const end = guarded(() => {
    const from = ordered(at, o);
    return follow(from, path, o.outcomes, (w) => {
      const entries: TraceEntry[] = [];
      strides.push({ at: w.now, entries });
      w.trace.sink = { add: (e) => void entries.push(e) };
    });
  });
  end.trace.sink = undefined;
  const isBroken = end.violations.length > 0;
  const last = isBroken ? end : guarded(() => runOn(end, at.now + o.forUs + o.thenUs));
  return { strides, end: last };
}
