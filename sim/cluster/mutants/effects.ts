// What the steps of a model do, seen from outside: effects on others, questions to neighbours, and
// what a step hands itself over to at its end. The text of the model is not touched: a step is
// given verbs that tell a watcher of each effect before it happens, and the watcher decides.
//
// An effect is named by its verb and by the kind of kernel object that it is for: what a loop does
// to many connections is one effect, and so is what two branches of a step do to the same work.

import type { AnyProgram, Out } from "../../../src/core/index.ts";
import type { Scoutfs } from "../../../src/protocol.ts";

/** Verbs that do something to others; what only looks, and what the trace hears, is not here. A
 *  task that is spawned is none either: its step keeps the handle. */
export const WORK = ["queueWork", "queueDelayedWork", "modDelayedWork"] as const;
export const TIMER = ["armTimer", "disarmTimer"] as const;
export const STREAM = ["send", "shutdown", "listen", "close"] as const;
const verbs = ["wake", ...WORK, "cancelWork", ...TIMER, ...STREAM, "sendDatagram"] as const;
/** What a step ends with and comes back from. A mutex is none: who unlocks must hold it. */
const PARKS = ["io", "call", "flush", "cancel", "drain", "wait"] as const;
type Verb = (typeof verbs)[number];
type ParkVerb = (typeof PARKS)[number];

/** What a step does to others, and to what of theirs. */
export interface Effect {
  readonly verb: Verb;
  /** The wait queue, work item, timer or socket, without its number. */
  readonly what: string;
  /** Of work: the queue. */
  readonly queue: string | undefined;
}

/** What a step hands itself over to: a block's write, a program, somebody else's work. */
export interface Park {
  readonly verb: ParkVerb;
  readonly what: string;
  readonly then: string;
}

/** A step, or the condition of a wait, which runs as part of steps and wake-ups. */
export interface Place {
  readonly program: string;
  readonly label: string;
}

export const isOf = (list: readonly string[], verb: string): boolean => list.includes(verb);
export const isSame = (x: Effect | Park, y: Effect | Park): boolean =>
  x.verb === y.verb && x.what === y.what;

export type Thunk = () => unknown;

/** Made anew for each run of a step. */
export interface Watcher {
  /** Sees each effect before it happens, and does it, or not, or later. */
  watch?(effect: Effect, act: Thunk): unknown;
  /** Sees the answer of each question to a neighbour, and gives the one that the step hears. */
  hear?(question: string, answer: boolean): boolean;
  /** Sees what the step returned, and gives what comes instead. */
  end?(next: unknown): unknown;
}

/** Of one run of a step: its locals, which tell tasks apart, what was handed to it, and the state
 *  of its mount. */
export type Make = (
  locals: object,
  ret: { readonly value?: unknown },
  state: Scoutfs["State"],
) => Watcher;

const nameOf = (arg: unknown): string => {
  if (typeof arg === "string") return arg;
  return Array.isArray(arg) && typeof arg[0] === "string" ? arg[0] : "";
};

function effectOf(verb: Verb, args: readonly unknown[]): Effect {
  if (isOf(WORK, verb)) return { verb, what: nameOf(args[1]), queue: nameOf(args[0]) };
  return { verb, what: nameOf(args[0]), queue: undefined };
}

const DIGITS = /\d+/g;

/** What a step that returned this hands itself over to. */
export function parkOf(next: unknown): Park | undefined {
  if (typeof next !== "object" || next === null) return undefined;
  const of = next as Readonly<Record<string, unknown>>;
  const verb = PARKS.find((name) => of[name] !== undefined);
  if (verb === undefined) return undefined;
  const then = of.then as string;
  if (verb !== "io") return { verb, what: nameOf(of[verb]), then };
  const { op, block } = of.io as { readonly op: string; readonly block: string };
  return { verb, what: `${op} ${block.replaceAll(DIGITS, "N")}`, then };
}

type Fn = (...args: unknown[]) => unknown;

/** The verbs of a world, but for effects and questions, which the watcher of the moment sees. */
class Spied {
  readonly out: Out<Scoutfs>;
  watcher: Watcher = {};

  constructor(out: Out<Scoutfs>) {
    const spied = Object.create(out) as Record<string, unknown>;
    for (const verb of verbs) {
      const act = out[verb] as Fn;
      spied[verb] = (...args: unknown[]) => {
        const run = () => act.apply(out, args);
        const { watch } = this.watcher;
        return watch === undefined ? run() : watch(effectOf(verb, args), run);
      };
    }
    const api = Object.entries(out.api).map(([name, of]) => {
      return [name, typeof of === "function" ? this.asking(name, of as Fn) : of] as const;
    });
    Object.defineProperty(spied, "api", { value: Object.fromEntries(api) });
    this.out = spied as unknown as Out<Scoutfs>;
  }

  private asking(name: string, ask: Fn): Fn {
    return (...args) => {
      const answer = ask(...args);
      const { hear } = this.watcher;
      return typeof answer === "boolean" && hear !== undefined ? hear(name, answer) : answer;
    };
  }
}

/** One a world: a world has the same verbs for all of its steps. */
const spiedOf = new WeakMap<object, Spied>();

function watching(watcher: Watcher, out: Out<Scoutfs>, run: (out: Out<Scoutfs>) => unknown) {
  const spied = spiedOf.get(out) ?? new Spied(out);
  spiedOf.set(out, spied);
  spied.watcher = watcher;
  const result = run(spied.out);
  return watcher.end === undefined ? result : watcher.end(result);
}

export const waitLabel = (wait: string): string => `wait ${wait}`;

/** The program with a watcher at those of its steps and waits that `chosen` names one for. */
export function watchedAt(
  p: AnyProgram<Scoutfs>,
  chosen: (label: string) => Make | undefined,
): AnyProgram<Scoutfs> {
  const steps = Object.entries(p.steps).map(([label, run]) => {
    const make = chosen(label);
    if (make === undefined) return [label, run] as const;
    const step: typeof run = (l, m, out, ret) =>
      watching(make(l, ret, m), out, (o) => run(l, m, o, ret)) as ReturnType<typeof run>;
    return [label, step] as const;
  });
  const waits = Object.entries(p.waits).map(([name, wait]) => {
    const make = chosen(waitLabel(name));
    if (make === undefined) return [name, wait] as const;
    const until: typeof wait.until = (l, m, out) =>
      watching(make(l, {}, m), out, (o) => wait.until(l, m, o)) as boolean;
    return [name, { ...wait, until }] as const;
  });
  return { ...p, steps: Object.fromEntries(steps), waits: Object.fromEntries(waits) };
}
