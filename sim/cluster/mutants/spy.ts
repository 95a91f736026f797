// The model that does the same, but tells a spy what its steps do, so that a run shows which
// mutants there are.

import type { Model } from "../world/variants.ts";
import { beforeStep } from "./changes.ts";
import { type Effect, type Park, type Place, parkOf, waitLabel, watchedAt } from "./effects.ts";
import { withRules } from "./mutants.ts";

/** What a run came to. */
export interface Spy {
  /** Does it, by `act`, and gives what it returned. */
  effect(at: Place, effect: Effect, act: () => unknown): unknown;
  pair(at: Place, effect: Effect, next: Effect | Park): void;
  /** A neighbour said yes or no. */
  hear(at: Place, question: string): void;
  park(at: Place, park: Park): void;
  /** A wait's condition did not hold yet. */
  waits(at: Place): void;
  /** What the step before has come back with is something. */
  given(at: Place): void;
  answer(rule: string, answer: unknown): void;
  /** Whether it wants to hear what this run of a step changes, which costs as much as the step. */
  looks(at: Place): boolean;
  /** Something of the mount's state or of the locals has changed. */
  changes(at: Place, path: string): void;
}

const WAIT = waitLabel("");

export function spying(model: Model, spy: Spy): Model {
  const programs = model.programs.map((p) =>
    watchedAt(p, (label) => {
      const at = { program: p.name, label };
      const isWait = label.startsWith(WAIT);
      const looksAtRet = !isWait && (p.steps[label]?.length ?? 0) > RET;
      return (locals, { value }, state) => {
        if (looksAtRet && value !== undefined) spy.given(at);
        const tell = spy.looks(at) ? beforeStep(state, locals) : undefined;
        let last: Effect | undefined;
        return {
          watch(effect, act) {
            if (last !== undefined) spy.pair(at, last, effect);
            last = effect;
            return spy.effect(at, effect, act);
          },
          hear(question, answer) {
            spy.hear(at, question);
            return answer;
          },
          end(next) {
            tell?.((path) => {
              spy.changes(at, path);
              return false;
            });
            if (isWait && next === false) spy.waits(at);
            const park = isWait ? undefined : parkOf(next);
            if (park === undefined) return next;
            spy.park(at, park);
            if (last !== undefined && park.verb !== "call") spy.pair(at, last, park);
            return next;
          },
        };
      };
    }),
  );
  return withRules({ ...model, programs }, (name, rule) => (...args) => {
    const answer = rule(...args);
    spy.answer(name, answer);
    return answer;
  });
}

/** Which parameter of a step that is; who has no such does not look. */
const RET = 3;
