// Bounded exhaustive search: every order of what may happen next, every outcome of every draw, over
// worlds merged by fingerprint. Breadth first, so the first counterexample is a shortest one. A
// search that a bound cut says so: only `complete` means that everything was seen.

import type { Protocol } from "../../src/core/index.ts";
import { type Chooser, fromValues, type Odometer, odometer } from "../engine/chooser.ts";
import type { Event } from "../engine/event.ts";
import type { Violation } from "../engine/trace/monitor.ts";
import type { World } from "../engine/world.ts";
import { Visited } from "./visited.ts";

export interface SearchOptions<P extends Protocol> {
  /** Distinct worlds at most. */
  readonly states: number;
  /** Events on one path at most. */
  readonly depth: number;
  /** Draws in one event at most. */
  readonly draws?: number;
  /** Of a draw with more outcomes so many are tried, spread evenly; all unless told. */
  readonly outcomes?: number;
  /** What comes later is not made to happen: worlds with nothing before it are ends. */
  readonly untilAt?: number;
  /** Asked of every world, beside its monitors; a text is a violation. */
  readonly check?: (w: World<P>) => string | undefined;
  /** Asked of worlds in which nothing can happen any more, or not before `untilAt`. */
  readonly atEnd?: (w: World<P>) => string | undefined;
  readonly onProgress?: (states: number, depth: number) => void;
}

/** One event of a path, and what was drawn in it. */
export interface Move {
  readonly order: number;
  readonly kind: number;
  readonly mount: number;
  readonly draws: readonly number[];
}

export interface SearchResult {
  /** Distinct worlds seen, the first included. */
  readonly states: number;
  /** Events performed: edges of the graph. */
  readonly steps: number;
  readonly depth: number;
  /** Worlds in which nothing more happens. */
  readonly ends: number;
  readonly complete: boolean;
  /** Of which purpose draws were not tried all ways. */
  readonly thinned: readonly string[];
  /** Why it is not complete. */
  readonly cutBy: string | undefined;
  readonly counterexample:
    | { readonly text: string; readonly path: readonly Move[]; readonly violation?: Violation }
    | undefined;
}

interface Node<P extends Protocol> {
  readonly world: World<P>;
  readonly parent: Trail | undefined;
}
interface Trail {
  readonly before: Trail | undefined;
  readonly move: Move;
}

const PROGRESS_EVERY = 16384;

export function search<P extends Protocol>(from: World<P>, o: SearchOptions<P>): SearchResult {
  if (!from.ordering) {
    throw new Error("exhaustive search needs a world in order mode: build it with `ordering`");
  }
  const s = new Search(o);
  return s.run(from);
}

class Search<P extends Protocol> {
  private readonly o: SearchOptions<P>;
  private readonly visited: Visited;
  private readonly words = new Int32Array(2);
  private steps = 0;
  private depth = 0;
  private ends = 0;
  private readonly thinned = new Set<string>();
  private cutBy: string | undefined;
  private found: SearchResult["counterexample"];

  constructor(o: SearchOptions<P>) {
    this.o = o;
    this.visited = new Visited(o.states);
  }

  run(from: World<P>): SearchResult {
    this.isNew(from);
    const root = from.clone();
    root.chooser = spent;
    const wrong = this.wrong(root);
    if (wrong !== undefined) this.found = { ...wrong, path: [] };
    let level: Node<P>[] = [{ world: root, parent: undefined }];
    while (level.length > 0 && this.found === undefined) {
      if (this.depth >= this.o.depth) {
        this.cutBy ??= `the depth of ${this.o.depth} events`;
        break;
      }
      const next: Node<P>[] = [];
      for (const node of level) {
        this.expand(node, next);
        if (this.found !== undefined) break;
      }
      level = next;
      this.depth++;
    }
    const { steps, depth, ends, cutBy, found } = this;
    const complete = cutBy === undefined && found === undefined;
    const thinned = [...this.thinned].sort();
    const states = this.visited.size;
    return { states, steps, depth, ends, complete, thinned, cutBy, counterexample: found };
  }

  private expand(node: Node<P>, next: Node<P>[]): void {
    const { untilAt = Number.MAX_SAFE_INTEGER } = this.o;
    const choices = node.world.mayHappenNext().filter(({ at }) => at <= untilAt);
    if (choices.length === 0) {
      this.ends++;
      const text = this.o.atEnd?.(node.world);
      if (text !== undefined) this.found = { text, path: pathOf(node.parent) };
    }
    for (const event of choices) {
      this.branches(node, event, next);
      if (this.found !== undefined) return;
    }
  }

  /** Performs one event with every combination of its draws. */
  private branches(node: Node<P>, event: Event, next: Node<P>[]): void {
    const digits = odometer({ maxDigits: this.o.draws ?? 32 });
    do {
      const world = node.world.clone();
      const draws: number[] = [];
      world.chooser = this.thin(digits, draws);
      perform(world, event);
      this.steps++;
      this.arrive(node, world, event, draws, next);
      if (this.found !== undefined) return;
    } while (digits.next());
  }

  /** Of a draw with too many outcomes it tries some, first and last too; notes what is drawn. */
  private thin(digits: Odometer, draws: number[]): Chooser {
    const { outcomes = Number.MAX_SAFE_INTEGER } = this.o;
    const some = (who: number, why: string, n: number): number => {
      if (n <= outcomes) return digits.pick(who, why, n);
      this.thinned.add(why);
      if (outcomes === 1) return 0;
      return Math.floor((digits.pick(who, why, outcomes) * (n - 1)) / (outcomes - 1));
    };
    const pick = (who: number, why: string, n: number): number => {
      const value = some(who, why, n);
      draws.push(value);
      return value;
    };
    return { pick, clone: () => digits.clone(), snapshot: () => digits.snapshot() };
  }

  private isNew(world: World<P>): boolean {
    const { words, visited } = this;
    world.fingerprintInto(words);
    const [a = 0, b = 0] = words;
    if (!visited.full) return visited.add(a, b);
    if (!visited.has(a, b)) this.cutBy ??= `the bound of ${this.o.states} states`;
    return false;
  }

  private wrong(world: World<P>): { text: string; violation?: Violation } | undefined {
    const violation = world.violations[0];
    if (violation !== undefined) return { text: violation.text, violation };
    const text = this.o.check?.(world);
    return text === undefined ? undefined : { text };
  }

  private arrive(
    from: Node<P>,
    world: World<P>,
    event: Event,
    draws: readonly number[],
    next: Node<P>[],
  ): void {
    const wrong = this.wrong(world);
    if (wrong === undefined && !this.isNew(world)) return;
    const { order, kind, mount } = event;
    const trail = { before: from.parent, move: { order, kind, mount, draws } };
    if (wrong !== undefined) {
      this.found = { ...wrong, path: pathOf(trail) };
      return;
    }
    world.chooser = spent;
    next.push({ world, parent: trail });
    if (this.visited.size % PROGRESS_EVERY === 0) {
      this.o.onProgress?.(this.visited.size, this.depth);
    }
  }
}

/** Held by worlds that wait for their turn: what is drawn there would not be tried all ways. */
const spent: Chooser = {
  pick(): number {
    throw new Error("a world of a search was stepped outside the search: clone it, set a chooser");
  },
  clone: () => spent,
  snapshot: () => fromValues([]).snapshot(),
};

/** One event and what must follow it at once: tasks that start without delay. */
function perform<P extends Protocol>(
  world: World<P>,
  event: Event,
  company: Company<P> = {},
): void {
  for (let e: Event | undefined = event; e !== undefined; e = world.urgent()) {
    company.event?.(world, e);
    world.stepTo(e);
  }
}

function pathOf(trail: Trail | undefined): Move[] {
  const path: Move[] = [];
  for (let t = trail; t !== undefined; t = t.before) path.push(t.move);
  return path.reverse();
}

/** Goes the same way again from a world like the one the search began with. */
export function follow<P extends Protocol>(from: World<P>, path: readonly Move[]): World<P> {
  const world = from.clone();
  if (!goAlong(world, path)) throw new Error("that path is of another world");
  return world;
}

/** What of a move the same way needs. */
export type Turn = Pick<Move, "order" | "draws">;

/** Told of the world before each turn, and before each event. */
export interface Company<P extends Protocol> {
  turn?(w: World<P>): void;
  event?(w: World<P>, e: Event): void;
}

/** Moves the world itself along; false where an event cannot happen in it. */
export function goAlong<P extends Protocol>(
  world: World<P>,
  path: readonly Turn[],
  company: Company<P> = {},
): boolean {
  world.chooser = fromValues(path.flatMap(({ draws }) => draws));
  for (const { order } of path) {
    const event = world.mayHappenNext().find((e) => e.order === order);
    if (event === undefined) return false;
    company.turn?.(world);
    perform(world, event, company);
  }
  return true;
}
