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
import {
  type Company,
  goAlong,
  type Move,
  type SearchResult,
  search,
  type Turn,
} from "./exhaustive.ts";

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
  const isBroken = () => w.violations.length > 0;
  if ("seq" in moment) {
    guarded(() => w.runUntil(() => w.seq >= moment.seq || isBroken(), untilUs));
    return w.seq >= moment.seq && !isBroken();
  }
  const count = new Count(moment.kind, moment.nth);
  w.trace.sink = count;
  guarded(() => w.runUntil(() => count.left <= 0 || isBroken(), untilUs));
  w.trace.sink = undefined;
  return count.left <= 0 && !isBroken();
}

/** On in one order, with looks. */
function runOn<P extends Protocol>(w: World<P>, untilAt: number, company: Company<P> = {}): void {
  w.chooser = fromValues([]);
  let lookAt = w.now;
  while (w.violations.length === 0) {
    const [next] = w.mayHappenNext().sort((x, y) => x.at - y.at || x.order - y.order);
    if (next === undefined || next.at > untilAt) break;
    if (next.at >= lookAt) {
      w.trace.look();
      lookAt += LOOK_US;
    }
    company.event?.(w, next);
    w.stepTo(next);
  }
}

/** On in order mode; where messages may be lost, every way between hosts is lossy. */
function goInOrder<P extends Protocol>(w: World<P>, order: OrderFrom): void {
  w.goInOrder(order);
  if (!LOSSES.some((why) => (order.budgets[why] ?? 0) > 0)) return;
  for (let from = 0; from < w.hostCount; from++) {
    for (let to = 0; to < w.hostCount; to++) {
      if (from !== to) setLink(w, from, to, { lossPermille: 1 });
    }
  }
}

/** From a world in time mode that stands at the moment. */
export function searchAround<P extends Protocol>(at: World<P>, o: Around): SearchResult {
  const untilAt = at.now + o.forUs;
  const from = at.clone();
  return guarded(() => {
    goInOrder(from, o.order);
    return search(from, {
      states: o.states,
      depth: o.depth,
      outcomes: o.outcomes,
      draws: DRAWS,
      untilAt,
      atEnd: (world) => {
        const w = world.clone();
        runOn(w, untilAt + o.thenUs);
        const [broken] = w.violations;
        return broken && `${broken.promise} at ${broken.place}: ${broken.text}`;
      },
      ...(o.onProgress === undefined ? {} : { onProgress: o.onProgress }),
    });
  });
}

/** The way from a moment on that broke a promise, as data: latencies need not allow its order, so
 *  no draws of time mode can say it. */
export interface Course {
  /** The run is in order mode behind this event. */
  readonly seq: number;
  readonly order: OrderFrom;
  readonly path: readonly Turn[];
  /** Behind the path it goes on in one order, up to here. */
  readonly untilUs: number;
}

export const courseOf = <P extends Protocol>(
  at: World<P>,
  { order, forUs, thenUs }: Around,
  path: readonly Move[],
): Course => ({
  seq: at.seq,
  order,
  path: path.map(({ order: event, draws }) => ({ order: event, draws })),
  untilUs: at.now + forUs + thenUs,
});

/** Runs a world from its start along the course; false where an event of it cannot happen. */
export function goCourse<P extends Protocol>(
  w: World<P>,
  { seq, order, path, untilUs }: Course,
  company: Company<P> = {},
): boolean {
  if (!runTo(w, { seq }, untilUs)) return w.violations.length > 0;
  return guarded(() => {
    goInOrder(w, order);
    if (!goAlong(w, path, company)) return false;
    runOn(w, untilUs, company);
    return true;
  });
}
