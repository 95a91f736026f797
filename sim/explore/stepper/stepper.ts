// Going through a run, forward and back, by event and by step, and into other courses of it: where
// one stands, where one stood at the last stop, what stops one. It knows worlds and records, and no
// protocol. What it shows is to be looked at only.

import type { Protocol } from "../../../src/core/index.ts";
import type { Event } from "../../engine/event.ts";
import { guarded } from "../../engine/guards.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import type { World } from "../../engine/world.ts";
import { look, type Moment, within } from "./moment.ts";
import { anyOf, BEHIND, type Stop } from "./stop.ts";
import { Timeline, type TimelineInit } from "./timeline.ts";

/** Behind so many moves, and, when it is not 0, before that step of the next one. */
export interface Position {
  readonly at: number;
  readonly step: number;
}

/** How a way ended: at what was looked for, or where nothing more is known. */
export type Arrival =
  | { readonly is: "there" }
  | { readonly is: "end"; readonly why: string }
  | { readonly is: "start" }
  | { readonly is: "limit"; readonly events: number };

export interface Breakpoint<P extends Protocol> {
  readonly text: string;
  readonly stop: Stop<P>;
}

const THERE: Arrival = { is: "there" };
const FORK_OVER = "the run that this one left was over by now";
/** Events that one command looks through in vain. */
const MOST = 1_000_000;

export class Stepper<P extends Protocol> {
  /** All courses, in the order in which they were made. */
  readonly lines: Timeline<P>[];
  line: Timeline<P>;
  at = 0;
  step = 0;
  /** The world there. */
  world: World<P>;
  /** The move that led there, or as much of it as was made. */
  moment: Moment<P> | undefined;
  /** The world of the last stop. */
  before: World<P>;
  readonly breakpoints: Breakpoint<P>[] = [];
  readonly most: number;
  /** The world before the event that is under way. */
  private base: World<P>;
  private readonly left = new Map<Timeline<P>, Position>();

  constructor(init: TimelineInit<P> & { readonly most?: number }) {
    this.line = new Timeline<P>(init);
    this.lines = [this.line];
    this.most = init.most ?? MOST;
    this.world = this.line.worldAt(0).world;
    this.base = this.world;
    this.before = this.world.clone();
  }

  /** The present stop becomes the last one. */
  mark(): void {
    this.before = this.world.clone();
  }

  // ---- going ------------------------------------------------------------------------------------

  goTo({ at, step }: Position): Arrival {
    if (at <= 0 && step === 0) {
      this.settle(0, this.line.worldAt(0).world, undefined);
      return at < 0 ? { is: "end", why: "this is the start of the run" } : THERE;
    }
    const from = this.line.worldAt(step > 0 ? at : at - 1);
    if (step > 0 && from.at === at) {
      this.base = from.world;
      this.moment = guarded(() => within(this.line, from.world.clone(), { at, step }));
      this.world = this.moment.world;
      this.at = at;
      this.step = step;
      return THERE;
    }
    const m = guarded(() => look(this.line, from.world, from.at));
    if (m !== undefined) {
      this.settle(from.at + 1, m.world, m);
      if (from.at + 1 === at) return THERE;
    } else this.goTo({ at: from.at, step: 0 });
    return this.atEnd();
  }

  private settle(at: number, world: World<P>, moment: Moment<P> | undefined): void {
    this.at = at;
    this.step = 0;
    this.world = world;
    this.base = world;
    this.moment = moment;
  }

  private atEnd(): Arrival {
    return { is: "end", why: this.line.ended?.why ?? "the run ends here" };
  }

  /** So many events on; what is under way counts as one. */
  next(events: number): Arrival {
    let left = events;
    return this.forward(() => (--left === 0 ? [BEHIND] : []), events);
  }

  back(events: number): Arrival {
    return this.goTo({ at: this.at - events + (this.step > 0 ? 1 : 0), step: 0 });
  }

  /** To the first place behind this one at which it stops. */
  forward(stop: Stop<P>, most = this.most): Arrival {
    return guarded(() => this.search(stop, most));
  }

  private search(stop: Stop<P>, most: number): Arrival {
    let { at, step, base: world } = this;
    let { now } = world;
    for (let i = 0; i < most; i++) {
      const m = look(this.line, world, at);
      if (m === undefined) {
        this.goTo({ at, step: 0 });
        return this.atEnd();
      }
      const place = stop(m).find((p) => p > step);
      if (place !== undefined && place !== BEHIND) return this.goTo({ at, step: place });
      const wasOver = this.line.isOver(now);
      at++;
      step = 0;
      world = m.world;
      now = world.now;
      this.settle(at, world, m);
      if (place === BEHIND) return THERE;
      if (m.input?.isEnd) return { is: "end", why: m.input.text };
      if (!wasOver && this.line.isOver(now)) return { is: "end", why: FORK_OVER };
    }
    return { is: "limit", events: most };
  }

  /** To the last place before this one at which it stops; without one it stays. */
  backward(stop: Stop<P>): Arrival {
    return guarded(() => {
      for (let end = this.step > 0 ? this.at + 1 : this.at; end > 0; ) {
        const from = this.line.startOf(end - 1);
        const found = this.lastIn(stop, from, end);
        if (found !== undefined) return this.goTo(found);
        end = from;
      }
      return { is: "start" };
    });
  }

  private lastIn(stop: Stop<P>, from: number, end: number): Position | undefined {
    let { world } = this.line.worldAt(from);
    let found: Position | undefined;
    for (let at = from; at < end; at++) {
      const m = look(this.line, world, at);
      if (m === undefined) return found;
      world = m.world;
      const place = stop(m).findLast((p) => this.isBefore(at, p));
      if (place !== undefined) {
        found = place === BEHIND ? { at: at + 1, step: 0 } : { at, step: place };
      }
    }
    return found;
  }

  private isBefore(at: number, place: number): boolean {
    if (place === BEHIND) return at + 1 < this.at || (at + 1 === this.at && this.step > 0);
    return at < this.at || place < this.step;
  }

  /** What was recorded in the last so many moves, and in as much of the next as was made. */
  records(moves: number): TraceEntry[] {
    const from = Math.max(0, this.at - moves);
    const entries: TraceEntry[] = [];
    guarded(() => {
      let { world } = this.line.worldAt(from);
      for (let at = from; at < this.at; at++) {
        const m = look(this.line, world, at);
        if (m === undefined) return;
        entries.push(...m.entries);
        world = m.world;
      }
    });
    return this.step > 0 ? [...entries, ...(this.moment?.entries ?? [])] : entries;
  }

  /** Where any breakpoint stops. */
  get breaks(): Stop<P> {
    return anyOf(this.breakpoints.map(({ stop }) => stop));
  }

  // ---- other courses ----------------------------------------------------------------------------

  /** What may come next, in the order of time; in the midst of an event, what might have come in
   *  its place. */
  pending(): Event[] {
    return this.base.pendingEvents();
  }

  /** Makes that pending event the next one: a course of its own, unless it is the next anyway. */
  choose(event: Event, text: string): Arrival {
    const { at, line } = this;
    const isFree = line.inputAt(at) === undefined && line.choiceAt(at) === undefined;
    if (isFree && this.base.mayHappenNext()[0]?.order === event.order) return this.pass(event);
    if (line.choiceAt(at) !== event.order) {
      this.enter(new Timeline<P>({ from: line, at, order: event.order, text }));
      this.lines.push(this.line);
    }
    return this.goTo({ at: at + 1, step: 0 });
  }

  /** On until it has happened: what is stale comes and goes before it. */
  private pass({ order }: Event): Arrival {
    const isThere = ({ world }: Moment<P>) => world.pendingEvents().some((e) => e.order === order);
    return this.forward((m) => (isThere(m) ? [] : [BEHIND]));
  }

  private enter(line: Timeline<P>): void {
    this.left.set(this.line, { at: this.at, step: this.step });
    this.line = line;
  }

  /** Back to where this course left another one; false when it left none. */
  leave(): boolean {
    const { fork } = this.line;
    if (fork === undefined) return false;
    this.enter(fork.from);
    this.goTo({ at: fork.at, step: 0 });
    return true;
  }

  /** To where one was last in another course. */
  switchTo(line: Timeline<P>): void {
    this.enter(line);
    this.goTo(this.left.get(line) ?? { at: line.fork?.at ?? 0, step: 0 });
  }
}
