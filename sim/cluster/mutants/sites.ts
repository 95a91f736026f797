// What there is to mutate: the effects, pairs of effects and answers that runs of the general
// generator come to, each with the seeds whose runs came to it. Only runs that pass without a
// mutant count, since what fails anyway says nothing about one.

import type { Outcome } from "../../explore/hunt.ts";
import { monitorsFor } from "../plan/judged.ts";
import { planWorld } from "../plan/plan.ts";
import { chooserOf, type Trial } from "../trial/tape-runs.ts";
import { runToEnd } from "../trial/trial.ts";
import type { ClusterWorld } from "../world/types.ts";
import type { Model } from "../world/variants.ts";
import { type Effect, isOf, type Place } from "./effects.ts";
import { droppable, isOfValues, type Mutant, mutantKey, orderMatters } from "./mutants.ts";
import { type Spy, spying } from "./spy.ts";

/** A mutant, and the seeds that come to its place. */
export interface Candidate {
  readonly mutant: Mutant;
  /** The program that came to it first. */
  readonly by: string;
  /** The effect did something in their runs: somebody waited, the work was not pending yet. */
  readonly seeds: string[];
  /** How often, by seed. */
  readonly times: Map<string, number>;
  /** It did nothing in theirs. */
  readonly idleSeeds: string[];
}

/** A run that passes, as it is without a mutant. */
export interface Base extends Pick<Outcome, "events" | "hash"> {
  readonly trial: Trial;
}

export interface Sites {
  readonly candidates: Map<string, Candidate>;
  /** By seed. */
  readonly bases: Map<string, Base>;
  /** Runs that failed without a mutant. */
  failing: number;
  /** Pairs of effects whose order within an atomic step cannot matter, by key. */
  readonly commuting: Set<string>;
  /** Rules that answer with something else than yes or no. */
  readonly valued: Set<string>;
  /** Steps that look at a value which what was before them has come back with. */
  readonly given: Set<string>;
}

export const newSites = (): Sites => ({
  candidates: new Map(),
  bases: new Map(),
  failing: 0,
  commuting: new Set(),
  valued: new Set(),
  given: new Set(),
});

const placeKey = ({ program, label }: Place): string => `${program} @ ${label}`;

/** What can be tried, in a fixed order, but for values. Whatever brings its step a value is not
 *  skipped: without it the text of the step makes no sense. */
export function chosenOf(sites: Sites): (readonly [string, Candidate])[] {
  const makesSense = ({ mutant: m }: Candidate): boolean =>
    m.kind !== "skip" ||
    m.park === undefined ||
    !sites.given.has(placeKey({ ...m.at, label: m.park.then }));
  return inOrder(sites, (c) => !isOfValues(c.mutant) && makesSense(c));
}

/** Values that can be wrong, a family of its own, in a fixed order. */
export const valuesOf = (sites: Sites) => inOrder(sites, ({ mutant }) => isOfValues(mutant));

function inOrder(sites: Sites, isWanted: (c: Candidate) => boolean) {
  return [...sites.candidates]
    .filter(([, candidate]) => isWanted(candidate))
    .toSorted(([x], [y]) => (x < y ? -1 : 1));
}

/** The seeds to try, in turn one of those that come there most and one as they were found: what is
 *  rare is likelier where a place is busy, and what needs quiet is not found there. */
export function seedsToTry({ seeds, times }: Candidate): string[] {
  const timesOf = (seed: string): number => times.get(seed) ?? 0;
  const busiest = seeds.toSorted((x, y) => timesOf(y) - timesOf(x));
  return [...new Set(seeds.flatMap((seed, at) => [busiest[at] ?? seed, seed]))];
}

interface Visit {
  readonly mutant: Mutant;
  readonly by: string;
  /** How often it did something. */
  acted: number;
}

/** `modDelayedWork` always does something, and says whether the work was pending before. */
const hasActed = ({ verb }: Effect, result: unknown): boolean =>
  verb === "modDelayedWork" || result !== false;

const NUMBERED = /N$/;
/** What a place changes is looked at so often in a run, and then every so many times. */
const LOOKS = 16;
const RARELY = 16;

/** What one run came to. */
class Visits implements Spy {
  readonly mutants = new Map<string, Visit>();
  /** The world that runs: it knows who asks a rule, and who waits. */
  world: ClusterWorld | undefined;
  private readonly sites: Sites;

  /** By place, how often a step ran. */
  private readonly ran = new Map<string, number>();
  private readonly looksAt: LooksAt;

  constructor(sites: Sites, looksAt: LooksAt) {
    this.sites = sites;
    this.looksAt = looksAt;
  }

  private add(mutant: Mutant, by: string, acted: boolean): void {
    const key = mutantKey(mutant);
    const known = this.mutants.get(key);
    if (known === undefined) this.mutants.set(key, { mutant, by, acted: acted ? 1 : 0 });
    else if (acted) known.acted++;
  }

  /** Somebody is parked on such a wait queue. */
  private isWaitedFor({ what }: Effect): boolean {
    const { world } = this;
    if (world === undefined) return false;
    const queues = [...world.peekMount(world.out.mount).waiters.keys()];
    return queues.some((queue) => queue.split("#")[0] === what);
  }

  effect: Spy["effect"] = (at, effect, act) => {
    const found = effect.verb === "wake" && this.isWaitedFor(effect);
    const result = act();
    const acted = effect.verb === "wake" ? found : hasActed(effect, result);
    const mutant: Mutant = { kind: "drop", at, effect };
    if (isOf(droppable, effect.verb)) this.add(mutant, at.program, acted);
    return result;
  };

  hear: Spy["hear"] = (at, question) => {
    this.add({ kind: "deny", at, question }, at.program, true);
  };

  /** What is waited for is the wait's own to skip, and what the next step is is the wait's too. */
  park: Spy["park"] = (at, park) => {
    if (park.verb !== "wait") this.add({ kind: "skip", at, park }, at.program, true);
    if (park.verb === "io" && NUMBERED.test(park.what)) {
      this.add({ kind: "misplace", at, park }, at.program, true);
    }
  };

  waits: Spy["waits"] = (at) => {
    this.add({ kind: "skip", at, park: undefined }, at.program, true);
  };

  given: Spy["given"] = (at) => {
    this.sites.given.add(placeKey(at));
  };

  pair: Spy["pair"] = (at, effect, next) => {
    const mutant: Mutant = { kind: "swap", at, effect, next };
    if (orderMatters(effect, next)) this.add(mutant, at.program, true);
    else this.sites.commuting.add(mutantKey(mutant));
  };

  looks: Spy["looks"] = (at) => {
    const key = placeKey(at);
    if (!this.looksAt(key)) return false;
    const times = (this.ran.get(key) ?? 0) + 1;
    this.ran.set(key, times);
    return times <= LOOKS || times % RARELY === 0;
  };

  changes: Spy["changes"] = (at, path) => {
    this.add({ kind: "forget", at, path }, at.program, true);
  };

  answer: Spy["answer"] = (rule, answer) => {
    const by = this.world?.out.place().split(" ")[0] ?? "";
    if (typeof answer === "boolean") this.add({ kind: "negate", rule }, by, true);
    else this.sites.valued.add(rule);
  };
}

/** Whether what a place changes is learned, which takes long. */
export type LooksAt = (place: string) => boolean;

/** Runs a trial and adds what it comes to. */
export function learn(sites: Sites, trial: Trial, looksAt: LooksAt = () => false): void {
  const { plan } = trial;
  const { seed } = plan;
  const visits = new Visits(sites, looksAt);
  const remodel = (model: Model): Model => spying(model, visits);
  const w = planWorld(plan, monitorsFor(plan), chooserOf(trial), { remodel });
  visits.world = w;
  const { violation, events, hash } = runToEnd(w, plan);
  if (violation !== undefined) {
    sites.failing++;
    return;
  }
  sites.bases.set(seed, { trial, events, hash });
  for (const [key, { mutant, by, acted }] of visits.mutants) {
    const none = { seeds: [], times: new Map<string, number>(), idleSeeds: [] };
    const known: Candidate = sites.candidates.get(key) ?? { mutant, by, ...none };
    sites.candidates.set(key, known);
    (acted > 0 ? known.seeds : known.idleSeeds).push(seed);
    if (acted > 0) known.times.set(seed, acted);
  }
}

const CALLS = /\bout\s*\.\s*(\w+)\s*\(/g;

/** Places whose text has an effect that can be dropped, though no run came to one there: `program @
 *  label verb`. What a step calls in another function is not seen. */
export function notReached({ programs, rules }: Model, sites: Sites): string[] {
  const reached = new Set<string>();
  const asked = new Set(sites.valued);
  for (const { mutant } of sites.candidates.values()) {
    if (mutant.kind === "negate") asked.add(mutant.rule);
    if (mutant.kind !== "drop") continue;
    const { at, effect } = mutant;
    reached.add(`${at.program} @ ${at.label}: drop ${effect.verb}`);
  }
  const all = programs.flatMap(({ name, steps, waits }) => [
    ...Object.entries(steps).flatMap(([label, run]) => droppedIn(`${name} @ ${label}`, run)),
    ...Object.entries(waits).flatMap(([label, { until }]) =>
      droppedIn(`${name} @ wait ${label}`, until),
    ),
  ]);
  return [
    ...Object.keys(rules).flatMap((rule) => (asked.has(rule) ? [] : [`negate ${rule}`])),
    ...new Set(all.filter((key) => !reached.has(key))),
  ];
}

function droppedIn(place: string, run: { toString(): string }): string[] {
  const calls = [...run.toString().matchAll(CALLS)].map(([, verb = ""]) => verb);
  return calls.filter((verb) => isOf(droppable, verb)).map((verb) => `${place}: drop ${verb}`);
}
