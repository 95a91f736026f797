// One course of a run, as moves that are counted from 0: events, and what is done to the world from
// outside between two of them. Any position of it can be gone to: snapshots are clones, which share
// what does not change, and from the nearest one the moves are made again. The same moves give the
// same world, so going back and forth shows one run.

import type { Protocol } from "../../../src/core/index.ts";
import { BoundReached } from "../../engine/bounds.ts";
import { guarded } from "../../engine/guards.ts";
import type { World } from "../../engine/world.ts";

/** What somebody did to the world after so many of its events, and the world behind it. */
export interface Input<P extends Protocol> {
  readonly events: number;
  readonly text: string;
  readonly world: World<P>;
  /** Nothing is known of the run beyond it: whoever goes forward stops there. */
  readonly isEnd?: true;
}

interface Snapshot<P extends Protocol> {
  readonly at: number;
  readonly world: World<P>;
}

/** Where a course leaves another one: it makes another of the pending events its next. */
export interface Fork<P extends Protocol> {
  readonly from: Timeline<P>;
  readonly at: number;
  /** Of the event: how it is told from others that are pending. */
  readonly order: number;
  readonly text: string;
}

export interface TimelineInit<P extends Protocol> {
  readonly start: World<P>;
  readonly inputs?: readonly Input<P>[];
  /** Events that came out of turn, by how many came before. */
  readonly chosen?: ReadonlyMap<number, number>;
  /** Events between two snapshots, at first. */
  readonly every?: number;
}

const EVERY = 500;
/** When there are more, every second one goes and the others come half as often. */
const MOST_SNAPSHOTS = 128;

export class Timeline<P extends Protocol> {
  readonly fork: Fork<P> | undefined;
  /** Why it cannot go beyond a position, once that is known. */
  ended: { readonly at: number; readonly why: string } | undefined;
  private readonly first: number;
  private readonly overAt: number | undefined;
  private readonly inputs: ReadonlyMap<number, Input<P>>;
  private readonly choices: ReadonlyMap<number, number>;
  private snapshots: Snapshot<P>[];
  private every: number;

  constructor(init: TimelineInit<P> | Fork<P>) {
    if ("from" in init) {
      const { from, at, order } = init;
      this.fork = init;
      this.first = from.first;
      this.overAt = from.overAt;
      this.every = from.every;
      this.snapshots = from.snapshots.filter((s) => s.at <= at);
      this.inputs = new Map([...from.inputs].filter(([i]) => i < at));
      this.choices = new Map([...from.choices].filter(([i]) => i < at)).set(at, order);
      return;
    }
    const { start, inputs = [], chosen = new Map(), every = EVERY } = init;
    this.fork = undefined;
    this.first = start.seq;
    this.every = every;
    this.snapshots = [{ at: 0, world: start.clone() }];
    let within = start.seq; // events that were performed before it or in an input
    this.inputs = new Map(
      inputs.map((input, i) => {
        const at = input.events - within + i;
        within += input.world.seq - input.events;
        return [at, input];
      }),
    );
    this.choices = new Map(
      [...chosen].map(([events, order]) => {
        const before = inputs.filter((input) => input.events <= events && !input.isEnd);
        return [events - start.seq + before.length, order];
      }),
    );
    this.overAt = inputs.find(({ isEnd }) => isEnd)?.world.now;
  }

  /** Of a fork, whose own end nobody knows: whether the run that it left is over by that time. */
  isOver(now: number): boolean {
    return this.fork !== undefined && this.overAt !== undefined && now >= this.overAt;
  }

  inputAt(at: number): Input<P> | undefined {
    return this.inputs.get(at);
  }

  /** What was chosen out of turn, by position. */
  choiceAt(at: number): number | undefined {
    return this.choices.get(at);
  }

  /** The position behind the event of that number, or behind the input in which it happened. */
  behindEvent(seq: number): number {
    let at = seq - this.first;
    for (const { events, world } of this.inputs.values()) {
      if (events < seq) at += 1 - (Math.min(seq, world.seq) - events);
    }
    return Math.max(0, at);
  }

  /** The start of the piece that is made again to come to a position. */
  startOf(at: number): number {
    return this.nearest(at).at;
  }

  /** The world of that position, or of the last one before it that there is; it is the caller's. */
  worldAt(at: number): { readonly world: World<P>; readonly at: number } {
    const from = this.nearest(at);
    const end = Math.min(at, this.ended?.at ?? at);
    return guarded(() => {
      let world = from.world.clone();
      for (let i = from.at; i < end; i++) {
        const next = this.move(world, i);
        if (next === undefined) return this.worldAt(i);
        world = next;
      }
      return { world, at: end };
    });
  }

  /** Makes the move from that position on the world that stands there: the world after it, which
   *  may be another object. Undefined at the end; the world given is then of no use any more. */
  move(w: World<P>, at: number): World<P> | undefined {
    if (this.ended !== undefined && at >= this.ended.at) return undefined;
    const input = this.inputs.get(at);
    const world = input === undefined ? this.perform(w, at) : input.world.clone();
    if (world !== undefined && (at + 1) % this.every === 0) this.keep(at + 1, world);
    return world;
  }

  private perform(w: World<P>, at: number): World<P> | undefined {
    const order = this.choices.get(at);
    try {
      if (order === undefined) {
        if (w.step()) return w;
        this.ended = { at, why: "nothing is pending any more" };
        return undefined;
      }
      const event = w.pendingEvents().find((e) => e.order === order);
      if (event === undefined) throw new Error(`event ${order} is not pending at ${at}`);
      w.stepTo(event);
      return w;
    } catch (error) {
      if (!(error instanceof BoundReached)) throw error;
      this.ended = { at, why: error.message };
      return undefined;
    }
  }

  private nearest(at: number): Snapshot<P> {
    let low = 0;
    for (let high = this.snapshots.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((this.snapshots[middle]?.at ?? 0) <= at) low = middle;
      else high = middle;
    }
    return this.snapshots[low] as Snapshot<P>;
  }

  private keep(at: number, world: World<P>): void {
    const last = this.snapshots[this.snapshots.length - 1];
    if (last !== undefined && last.at >= at) return;
    this.snapshots.push({ at, world: world.clone() });
    if (this.snapshots.length <= MOST_SNAPSHOTS) return;
    this.snapshots = this.snapshots.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }
}
