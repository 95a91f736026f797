// Small faults put into a model, one at a time, to ask whether a hunt would notice: a rule answers
// the opposite, a wake-up or a queueing of work is left out, two effects of a step happen in the
// other order. A mutant is a change of the programs and rules that a world is bound to, so nothing
// of the model's text is touched. Which effects a step has is learned by running it (`spying`).
//
// An effect is named by its verb and by the kind of kernel object that it is for: what a loop does
// to many connections is one effect, and so is what two branches of a step do to the same work.

import type { AnyProgram, Out } from "../../../src/core/index.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import type { Model } from "../world/variants.ts";

/** What a step does to others, and to what of theirs. */
export interface Effect {
  readonly verb: Verb;
  /** The wait queue, work item, timer or socket, without its number. */
  readonly what: string;
  /** Of work: the queue. */
  readonly queue: string | undefined;
}

/** A step, or the condition of a wait, which runs as part of steps and wake-ups. */
export interface Place {
  readonly program: string;
  readonly label: string;
}

export type Mutant =
  | { readonly kind: "negate"; readonly rule: string }
  | { readonly kind: "drop"; readonly at: Place; readonly effect: Effect }
  /** `effect` happens after `next`, which came right after it. */
  | { readonly kind: "swap"; readonly at: Place; readonly effect: Effect; readonly next: Effect };

/** Verbs that do something to others; what only looks, and what the trace hears, is not here. A
 *  task that is spawned is none either: its step keeps the handle. */
const WORK = ["queueWork", "queueDelayedWork", "modDelayedWork"] as const;
const TIMER = ["armTimer", "disarmTimer"] as const;
const STREAM = ["send", "shutdown", "listen", "close"] as const;
const verbs = ["wake", ...WORK, "cancelWork", ...TIMER, ...STREAM, "sendDatagram"] as const;
type Verb = (typeof verbs)[number];

const isOf = (list: readonly string[], verb: string): boolean => list.includes(verb);
export const droppable: readonly Verb[] = ["wake", ...WORK, ...TIMER];

type Thunk = () => unknown;
/** Sees each effect of a step before it happens, and does it, or not, or later. */
type Watch = (effect: Effect, act: Thunk) => unknown;
/** Made anew for each run of a step; `end` is called after it. */
interface Watcher {
  readonly watch: Watch;
  end?(): void;
}

const nameOf = (arg: unknown): string => {
  if (typeof arg === "string") return arg;
  return Array.isArray(arg) && typeof arg[0] === "string" ? arg[0] : "";
};

function effectOf(verb: Verb, args: readonly unknown[]): Effect {
  if (isOf(WORK, verb)) return { verb, what: nameOf(args[1]), queue: nameOf(args[0]) };
  return { verb, what: nameOf(args[0]), queue: undefined };
}

/** The verbs of a world, but for the effects, which the watch of the moment sees. */
class Spied {
  readonly out: Out<Scoutfs>;
  watch: Watch = (_effect, act) => act();

  constructor(out: Out<Scoutfs>) {
    const spied = Object.create(out) as Record<string, unknown>;
    for (const verb of verbs) {
      const act = out[verb] as (...args: unknown[]) => unknown;
      spied[verb] = (...args: unknown[]) =>
        this.watch(effectOf(verb, args), () => act.apply(out, args));
    }
    this.out = spied as unknown as Out<Scoutfs>;
  }
}

/** One a world: a world has the same verbs for all of its steps. */
const spiedOf = new WeakMap<object, Spied>();

function watched(out: Out<Scoutfs>, watch: Watch): Out<Scoutfs> {
  const spied = spiedOf.get(out) ?? new Spied(out);
  spiedOf.set(out, spied);
  spied.watch = watch;
  return spied.out;
}

const waitLabel = (wait: string): string => `wait ${wait}`;

/** The program with a watcher at those of its steps and waits that `chosen` names one for. */
function watchedAt(
  p: AnyProgram<Scoutfs>,
  chosen: (label: string) => (() => Watcher) | undefined,
): AnyProgram<Scoutfs> {
  const steps = Object.entries(p.steps).map(([label, run]) => {
    const make = chosen(label);
    const step: typeof run = (l, m, out, ret) =>
      watching(make as () => Watcher, out, (o) => run(l, m, o, ret));
    return [label, make === undefined ? run : step] as const;
  });
  const waits = Object.entries(p.waits).map(([name, wait]) => {
    const make = chosen(waitLabel(name));
    const until: typeof wait.until = (l, m, out) =>
      watching(make as () => Watcher, out, (o) => wait.until(l, m, o));
    return [name, make === undefined ? wait : { ...wait, until }] as const;
  });
  return { ...p, steps: Object.fromEntries(steps), waits: Object.fromEntries(waits) };
}

function watching<T>(make: () => Watcher, out: Out<Scoutfs>, run: (out: Out<Scoutfs>) => T): T {
  const watcher = make();
  const result = run(watched(out, watcher.watch));
  watcher.end?.();
  return result;
}

type Rule = (...args: unknown[]) => unknown;

function withRules(model: Model, change: (name: string, rule: Rule) => Rule): Model {
  const entries = Object.entries(model.rules as unknown as Record<string, unknown>);
  const rules = entries.map(([name, rule]) => [
    name,
    typeof rule === "function" ? change(name, rule as Rule) : rule,
  ]);
  return { ...model, rules: Object.fromEntries(rules) };
}

/** What a run came to. */
export interface Spy {
  /** Does it, by `act`, and gives what it returned. */
  effect(at: Place, effect: Effect, act: () => unknown): unknown;
  pair(at: Place, effect: Effect, next: Effect): void;
  answer(rule: string, answer: unknown): void;
}

/** The model that does the same, but tells. */
export function spying(model: Model, spy: Spy): Model {
  const programs = model.programs.map((p) =>
    watchedAt(p, (label) => {
      const at = { program: p.name, label };
      return () => {
        let last: Effect | undefined;
        const watch: Watch = (effect, act) => {
          if (last !== undefined) spy.pair(at, last, effect);
          last = effect;
          return spy.effect(at, effect, act);
        };
        return { watch };
      };
    }),
  );
  return withRules({ ...model, programs }, (name, rule) => (...args) => {
    const answer = rule(...args);
    spy.answer(name, answer);
    return answer;
  });
}

/** Whether the order of two effects of one atomic step can matter. Who is woken or started begins
 *  at a moment of its own, so only what is done to the same thing has an order, and what is queued
 *  to the same queue. */
export function orderMatters(x: Effect, y: Effect): boolean {
  if (isOf(STREAM, x.verb)) return isOf(STREAM, y.verb);
  if (isOf(TIMER, x.verb)) return isOf(TIMER, y.verb) && x.what === y.what && x.verb !== y.verb;
  const isWork = (e: Effect): boolean => e.verb === "cancelWork" || isOf(WORK, e.verb);
  if (!isWork(x) || !isWork(y)) return false;
  return x.what === y.what ? x.verb !== y.verb : x.queue !== undefined && x.queue === y.queue;
}

const placeKey = ({ program, label }: Place): string => `${program} @ ${label}`;
const effectKey = ({ verb, what }: Effect): string => (what === "" ? verb : `${verb} ${what}`);

/** One line; equal for the same mutant of another day's model. */
export function mutantKey(m: Mutant): string {
  if (m.kind === "negate") return `negate ${m.rule}`;
  const what = m.kind === "drop" ? effectKey(m.effect) : swapKey(m.effect, m.next);
  return `${placeKey(m.at)}: ${m.kind} ${what}`;
}
const swapKey = (x: Effect, y: Effect): string => `${effectKey(x)} and ${effectKey(y)}`;

const isSame = (x: Effect, y: Effect): boolean => x.verb === y.verb && x.what === y.what;

export function mutated(model: Model, mutant: Mutant): Model {
  if (mutant.kind === "negate") {
    return withRules(model, (name, rule) =>
      name === mutant.rule ? (...args) => !rule(...args) : rule,
    );
  }
  const make = mutant.kind === "drop" ? dropping(mutant) : swapping(mutant);
  const { program, label } = mutant.at;
  const programs = model.programs.map((p) =>
    p.name === program ? watchedAt(p, (at) => (at === label ? make : undefined)) : p,
  );
  return { ...model, programs };
}

/** To its step it seems to have happened. */
const dropping =
  ({ effect }: Mutant & { readonly kind: "drop" }) =>
  (): Watcher => ({ watch: (it, act) => (isSame(it, effect) ? true : act()) });

/** What a verb says when all went well. */
const wellDone = (verb: Verb): unknown => (verb === "sendDatagram" ? undefined : true);

/** Holds the effect back until the next one has happened, when that is the one to swap with. */
const swapping =
  ({ effect, next }: Mutant & { readonly kind: "swap" }) =>
  (): Watcher => {
    let held: Thunk | undefined;
    const doHeld = () => {
      const act = held;
      held = undefined;
      act?.();
    };
    const watch: Watch = (it, act) => {
      const swaps = held !== undefined && isSame(it, next);
      if (!swaps) doHeld();
      if (!swaps && isSame(it, effect)) {
        held = act;
        return wellDone(it.verb);
      }
      const result = act();
      doHeld();
      return result;
    };
    return { watch, end: doHeld };
  };
