// Small faults put into a model, one at a time, to ask whether a hunt would notice. A mutant is a
// change of the programs and rules that a world is bound to, replaced steps of its variants
// included. Which effects a step has is learned by running it (spy.ts).

import type { Model } from "../world/variants.ts";
import { beforeStep } from "./changes.ts";
import {
  type Effect,
  isOf,
  isSame,
  type Make,
  type Park,
  type Place,
  parkOf,
  STREAM,
  type Thunk,
  TIMER,
  type Watcher,
  WORK,
  waitLabel,
  watchedAt,
} from "./effects.ts";

export type Mutant =
  /** A rule answers the opposite, whoever asks. */
  | { readonly kind: "negate"; readonly rule: string }
  /** A neighbour's answer is heard as its opposite, here. */
  | { readonly kind: "deny"; readonly at: Place; readonly question: string }
  /** A wake-up, a queueing of work or a timer is left out. */
  | { readonly kind: "drop"; readonly at: Place; readonly effect: Effect }
  /** A wait, a call or a write is left out: the step goes on as if it had been. */
  | { readonly kind: "skip"; readonly at: Place; readonly park: Park | undefined }
  /** `effect` happens after `next`, which came right after it. */
  | {
      readonly kind: "swap";
      readonly at: Place;
      readonly effect: Effect;
      readonly next: Effect | Park;
    }
  /** What the step changed there is put back when it ends. */
  | { readonly kind: "forget"; readonly at: Place; readonly path: string }
  /** A numbered block is taken for the next one, here. */
  | { readonly kind: "misplace"; readonly at: Place; readonly park: Park };

/** A family of its own, which is sampled: what is wrong is a value, and not what is done. */
export const isOfValues = ({ kind }: Mutant): boolean => kind === "forget" || kind === "misplace";

export const droppable: readonly string[] = ["wake", ...WORK, ...TIMER];

type Rule = (...args: unknown[]) => unknown;

export function withRules(model: Model, change: (name: string, rule: Rule) => Rule): Model {
  const entries = Object.entries(model.rules as unknown as Record<string, unknown>);
  const rules = entries.map(([name, rule]) => [
    name,
    typeof rule === "function" ? change(name, rule as Rule) : rule,
  ]);
  return { ...model, rules: Object.fromEntries(rules) };
}

/** Whether the order of two effects of one atomic step can matter. Who is woken or started begins
 *  at a moment of its own, so only what is done to the same thing has an order, and what is queued
 *  to the same queue. What a step hands itself over to takes time: there it can. */
export function orderMatters(x: Effect, y: Effect | Park): boolean {
  if ("then" in y) return true;
  if (isOf(STREAM, x.verb)) return isOf(STREAM, y.verb);
  if (isOf(TIMER, x.verb)) return isOf(TIMER, y.verb) && x.what === y.what && x.verb !== y.verb;
  const isWork = (e: Effect): boolean => e.verb === "cancelWork" || isOf(WORK, e.verb);
  if (!isWork(x) || !isWork(y)) return false;
  return x.what === y.what ? x.verb !== y.verb : x.queue !== undefined && x.queue === y.queue;
}

const effectKey = ({ verb, what }: Effect | Park): string =>
  what === "" ? verb : `${verb} ${what}`;

/** One line; equal for the same mutant of another day's model. */
export function mutantKey(m: Mutant): string {
  if (m.kind === "negate") return `negate ${m.rule}`;
  const place = `${m.at.program} @ ${m.at.label}`;
  switch (m.kind) {
    case "deny":
      return `${place}: deny ${m.question}`;
    case "drop":
      return `${place}: drop ${effectKey(m.effect)}`;
    case "skip":
      return m.park === undefined ? `${place}: skip` : `${place}: skip ${effectKey(m.park)}`;
    case "swap":
      return `${place}: swap ${effectKey(m.effect)} and ${effectKey(m.next)}`;
    case "forget":
      return `${place}: forget ${m.path}`;
    case "misplace":
      return `${place}: misplace ${effectKey(m.park)}`;
  }
}

/** More than a run ever comes to one place: who does not wait may go round and round. */
const ROUNDS = 200_000;

export function mutated(model: Model, mutant: Mutant): Model {
  if (mutant.kind === "negate") {
    return withRules(model, (name, rule) =>
      name === mutant.rule ? (...args) => !rule(...args) : rule,
    );
  }
  const { program, label } = mutant.at;
  const { make: makeOne, elsewhere } = watchersOf(mutant);
  let rounds = 0;
  const make: Make = (...of) => {
    if (++rounds > ROUNDS) throw new Error(`more than ${ROUNDS} rounds by ${program} @ ${label}`);
    return makeOne(...of);
  };
  const watcherAt = (at: string): Make | undefined => {
    if (at === label) return make;
    return at.startsWith(WAIT) ? undefined : elsewhere;
  };
  const programs = model.programs.map((p) => (p.name === program ? watchedAt(p, watcherAt) : p));
  return { ...model, programs };
}

const WAIT = waitLabel("");

interface Watchers {
  readonly make: Make;
  /** At the other steps of the program. */
  readonly elsewhere?: Make;
}

function watchersOf(m: Exclude<Mutant, { readonly kind: "negate" }>): Watchers {
  switch (m.kind) {
    case "deny":
      return { make: () => ({ hear: (q, answer) => (q === m.question ? !answer : answer) }) };
    case "drop":
      // to its step it seems to have happened
      return { make: () => ({ watch: (it, act) => (isSame(it, m.effect) ? true : act()) }) };
    case "skip":
      return { make: () => ({ end: (next) => skipped(m.park, next) }) };
    case "swap":
      return swapping(m.effect, m.next);
    case "forget":
      return { make: (locals, _ret, state) => forgetting(state, locals, m.path) };
    case "misplace":
      return { make: () => ({ end: (next) => misplaced(m.park, next) }) };
  }
}

function forgetting(state: object, locals: object, path: string): Watcher {
  const undo = beforeStep(state, locals, path);
  return {
    end(next) {
      undo((changed) => changed === path);
      return next;
    },
  };
}

function misplaced(park: Park, next: unknown): unknown {
  const of = parkOf(next);
  if (of === undefined || !isSame(of, park)) return next;
  const { io, ...rest } = next as { readonly io: { readonly block: string } };
  const block = io.block.replace(NUMBER, (n) => String(Number(n) + 1));
  return { ...rest, io: { ...io, block } };
}

const NUMBER = /\d+$/;

/** Without `park` it is the condition of a wait, which has acted if it acts, and holds. */
function skipped(park: Park | undefined, next: unknown): unknown {
  if (park === undefined) return true;
  const of = parkOf(next);
  return of !== undefined && isSame(of, park) ? of.then : next;
}

/** What a verb says when all went well. */
const wellDone = (verb: string): unknown => (verb === "sendDatagram" ? undefined : true);

/** Holds the effect back until the next one has happened, when that is the one to swap with. */
function swapping(effect: Effect, next: Effect | Park): Watchers {
  /** By the locals of the task whose step has parked. */
  const late = new WeakMap<object, Thunk>();
  const make: Make = (locals) => {
    doLate(late, locals);
    let held: Thunk | undefined;
    const doHeld = () => {
      const act = held;
      held = undefined;
      act?.();
    };
    return {
      watch(it, act) {
        const swaps = held !== undefined && isSame(it, next);
        if (!swaps) doHeld();
        if (!swaps && isSame(it, effect)) {
          held = act;
          return wellDone(it.verb);
        }
        const result = act();
        doHeld();
        return result;
      },
      end(returned) {
        const park = parkOf(returned);
        if (held !== undefined && park !== undefined && isSame(park, next)) late.set(locals, held);
        else doHeld();
        return returned;
      },
    };
  };
  const elsewhere: Make = (locals) => {
    doLate(late, locals);
    return {};
  };
  return "then" in next ? { make, elsewhere } : { make };
}

function doLate(late: WeakMap<object, Thunk>, locals: object): void {
  const act = late.get(locals);
  late.delete(locals);
  act?.();
}
