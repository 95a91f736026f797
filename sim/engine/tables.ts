// What a world is bound to when it is built and never changes: programs, rules, neighbours'
// functions, monitors, bounds. Clones share it. Nothing global: two worlds with different variants
// live side by side.

import type { AnyProgram, Protocol, Step, WaitOn } from "../../src/core/index.ts";
import type { Delay } from "./machine.ts";
import { hashString } from "./state/hash.ts";
import type { Monitor } from "./trace/monitor.ts";

export interface BoundStep<P extends Protocol> {
  // biome-ignore lint/suspicious/noExplicitAny: the type of the locals is the program's own
  readonly run: Step<P, any, string, string>;
  /** Of program and label: what the rolling hash takes in. */
  readonly hash: number;
  /** Its place in a coverage count. */
  readonly id: number;
}

export interface BoundProgram<P extends Protocol> {
  readonly name: string;
  readonly source: string;
  readonly start: string;
  readonly locals: (args: never) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the type of the locals is the program's own
  readonly waits: Readonly<Record<string, WaitOn<P, any>>>;
  readonly steps: Readonly<Record<string, BoundStep<P>>>;
}

export interface Bounds {
  readonly events: number;
  readonly timeUs: number;
  readonly pending: number;
  readonly tasks: number;
  readonly queued: number;
  /** Labels that one task may run within one event. */
  readonly jumps: number;
}

/** A kind that is not in it is wanted by `everything` alone: the monitors that want "*". */
export interface Listeners {
  readonly byKind: ReadonlyMap<string, readonly number[]>;
  readonly everything: readonly number[];
}

export function listenersOf<P extends Protocol>(monitors: readonly Monitor<P>[]): Listeners {
  const who = (kind: string) =>
    monitors.flatMap(({ wants }, i) => (wants.includes(kind) || wants.includes("*") ? [i] : []));
  const kinds = new Set(monitors.flatMap(({ wants }) => wants));
  return { byKind: new Map([...kinds].map((kind) => [kind, who(kind)])), everything: who("*") };
}

/** How the host schedules its tasks. */
export interface Scheduling {
  /** From being runnable to running. */
  readonly start: Delay;
  /** Priorities with so many drops for each mount, in place of start delays that are all alike. */
  readonly pctDepth?: number;
  /** A task is preempted after 1 to this many jumps; 0 never. */
  readonly preemptWithin: number;
}

/** How often each kind of chance may still go against the run, in order mode. */
export type Budgets = Readonly<Record<string, number>>;

export interface Tables<P extends Protocol> {
  readonly programs: ReadonlyMap<string, BoundProgram<P>>;
  readonly rules: P["Rules"];
  readonly api: P["Api"];
  readonly monitors: readonly Monitor<P>[];
  /** Which monitors, by their place in the list, want which kind of trace entry. */
  readonly listeners: Listeners;
  /** Called for a Kind.plan event: the world's user acts on it. */
  readonly plan: ReadonlyMap<string, (world: never, action: never) => void>;
  readonly bounds: Bounds;
  readonly scheduling: Scheduling;
}

export const defaultBounds: Bounds = {
  events: 50_000_000,
  timeUs: 24 * 3600 * 1_000_000,
  pending: 100_000,
  tasks: 5_000,
  queued: 5_000,
  jumps: 10_000,
};

export const defaultScheduling: Scheduling = { start: { min: 5, max: 60 }, preemptWithin: 500 };

/** Programs by name; refuses two of the same name and labels that a wait does not declare. */
export function bindPrograms<P extends Protocol>(
  programs: readonly AnyProgram<P>[],
): ReadonlyMap<string, BoundProgram<P>> {
  const bound = new Map<string, BoundProgram<P>>();
  let id = 0;
  for (const p of programs) {
    if (bound.has(p.name)) {
      throw new Error(`two programs are called ${p.name}: rename one or leave it out`);
    }
    const steps: Record<string, BoundStep<P>> = {};
    for (const label of Object.keys(p.steps)) {
      const run = p.steps[label];
      const hash = hashString(`${p.name} @ ${label}`);
      if (run !== undefined) steps[label] = { run, hash, id: id++ };
    }
    const { name, source, start, waits } = p;
    bound.set(name, { name, source, start, waits, steps, locals: (a) => p.locals(a) });
  }
  return bound;
}
