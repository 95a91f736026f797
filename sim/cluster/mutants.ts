// Small faults put into the plain model, one at a time, to ask whether a hunt would notice: a rule
// answers the opposite, a wake-up or a queueing of work is left out, two effects of a step happen
// in the other order. A mutant is a change of the programs that a world is bound to, so nothing of
// the model's text is touched. Which effects a step has is learned by running it.

import type { AnyProgram, Out } from "../../src/core/index.ts";
import type { Scoutfs } from "../../src/protocol.ts";
import type { AnyStep } from "../../src/variants/types.ts";
import type { Model } from "./variants.ts";

/** The n-th effect, from 0, of a step. */
export interface Site {
  readonly program: string;
  readonly label: string;
  readonly verb: string;
  readonly nth: number;
}

export type Mutant =
  | { readonly kind: "negate"; readonly rule: string }
  | { readonly kind: "drop"; readonly site: Site }
  | { readonly kind: "swap"; readonly site: Site };

/** Verbs that do something to others; what only looks, and what the trace hears, is not here. */
const effects = [
  ...["wake", "queueWork", "queueDelayedWork", "modDelayedWork", "cancelWork"],
  ...["armTimer", "disarmTimer", "spawn", "sendDatagram", "send", "shutdown", "listen", "unlock"],
] as const;
const droppable: readonly string[] = ["wake", "queueWork", "queueDelayedWork", "modDelayedWork"];

type Verb = (typeof effects)[number];
type Thunk = () => unknown;
/** Sees each effect of a step before it happens, and does it, or not, or later. */
type Watch = (verb: Verb, nth: number, act: Thunk) => unknown;

/** The verbs as before, but for the effects, which `watch` sees. */
function watched(out: Out<Scoutfs>, watch: Watch): Out<Scoutfs> {
  const spied = Object.create(out) as Record<string, unknown>;
  let nth = 0;
  for (const verb of effects) {
    const act = (out as unknown as Record<string, (...args: unknown[]) => unknown>)[verb];
    spied[verb] = (...args: unknown[]) => watch(verb, nth++, () => act?.apply(out, args));
  }
  return spied as unknown as Out<Scoutfs>;
}

function withStep(p: AnyProgram<Scoutfs>, label: string, step: AnyStep): AnyProgram<Scoutfs> {
  return { ...p, steps: { ...p.steps, [label]: step } };
}

export const siteKey = (s: Site): string => `${s.program} @ ${s.label} ${s.verb} ${s.nth}`;

/** The model with every effect of every step reported, for `sites` to learn from. */
export function spying(model: Model, see: (site: Site) => void): Model {
  const programs = model.programs.map((p) => {
    const steps = Object.entries(p.steps).map(([label, run]) => {
      const spy: AnyStep = (l, m, out, ret) => {
        const watch: Watch = (verb, nth, act) => {
          see({ program: p.name, label, verb, nth });
          return act();
        };
        return run(l, m, watched(out, watch), ret);
      };
      return [label, spy] as const;
    });
    return { ...p, steps: Object.fromEntries(steps) };
  });
  return { ...model, programs };
}

/** What can be done to a model whose steps have these effects. */
export function mutantsOf(model: Model, sites: readonly Site[]): Mutant[] {
  const answersYesOrNo = Object.keys(model.rules).filter(isQuestion(model));
  const steps = new Set(sites.map(({ program, label, nth }) => `${program} @ ${label} ${nth}`));
  return [
    ...answersYesOrNo.map((rule) => ({ kind: "negate", rule }) as const),
    ...sites
      .filter(({ verb }) => droppable.includes(verb))
      .map((site) => ({ kind: "drop", site }) as const),
    ...sites
      .filter(({ program, label, nth }) => steps.has(`${program} @ ${label} ${nth + 1}`))
      .map((site) => ({ kind: "swap", site }) as const),
  ];
}

/** Rules that are answered with yes or no are named as questions or claims; the others give a
 *  value and are left alone. */
const isQuestion =
  (model: Model) =>
  (rule: string): boolean => {
    const value = (model.rules as unknown as Record<string, unknown>)[rule];
    return typeof value === "function" && !/^(?:text|after)/.test(rule);
  };

export const describeMutant = (m: Mutant): string =>
  m.kind === "negate" ? `negate rule ${m.rule}` : `${m.kind} ${siteKey(m.site)}`;

export function mutated(model: Model, mutant: Mutant): Model {
  if (mutant.kind === "negate") return negated(model, mutant.rule);
  const { site, kind } = mutant;
  const programs = model.programs.map((p) => {
    const run = p.name === site.program ? p.steps[site.label] : undefined;
    if (run === undefined) return p;
    return withStep(p, site.label, kind === "drop" ? dropping(run, site) : swapping(run, site));
  });
  return { ...model, programs };
}

function negated(model: Model, rule: string): Model {
  const rules = model.rules as unknown as Record<string, (...args: unknown[]) => unknown>;
  const answer = rules[rule];
  const opposite = (...args: unknown[]) => !answer?.(...args);
  return { ...model, rules: { ...model.rules, [rule]: opposite } };
}

const dropping =
  (run: AnyStep, site: Site): AnyStep =>
  (l, m, out, ret) =>
    run(
      l,
      m,
      watched(out, (_verb, nth, act) => (nth === site.nth ? true : act())),
      ret,
    );

/** Holds the effect back until the next one has happened; to its step it seems to succeed. */
const swapping =
  (run: AnyStep, site: Site): AnyStep =>
  (l, m, out, ret) => {
    let held: Thunk | undefined;
    const watch: Watch = (_verb, nth, act) => {
      if (nth === site.nth) {
        held = act;
        return true;
      }
      const result = act();
      held?.();
      held = undefined;
      return result;
    };
    const next = run(l, m, watched(out, watch), ret);
    held?.();
    return next;
  };
