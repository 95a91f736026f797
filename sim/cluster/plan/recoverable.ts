// Whether a plan has to come to rest in the end: it is computed from the plan before the run, never
// after a failure. The second phase heals everything that a plan can break, agents and majority
// too, so only plans beyond what scoutfs promises to survive are let off: they must fail safe.

import type { Plan } from "./types.ts";

/** Why it need not; undefined: it must. */
export function whyUnrecoverable(plan: Plan): string | undefined {
  if (plan.budget === "beyond") return "it has faults beyond what scoutfs survives";
  return plan.calmAtUs === undefined ? "it has no second phase" : undefined;
}

export const isRecoverable = (plan: Plan): boolean => whyUnrecoverable(plan) === undefined;
