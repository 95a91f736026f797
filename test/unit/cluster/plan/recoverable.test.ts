// Which plans must come to rest is known before they run, and nearly all must.

import { expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { isRecoverable, whyUnrecoverable } from "../../../../sim/cluster/plan/recoverable.ts";

const PLANS = 2000;
const MOST_LET_OFF = 0.05;
const { calmAtUs, ...base } = { ...generatePlan("recoverable"), budget: "survivable" } as const;

test("a plan without a second phase, or with faults beyond, is let off by name", () => {
  expect(calmAtUs).toBeGreaterThan(0);
  expect(whyUnrecoverable({ ...base, calmAtUs })).toBe(undefined);
  expect(whyUnrecoverable(base)).toBe("it has no second phase");
  const beyond = { ...base, calmAtUs, budget: "beyond" } as const;
  expect(whyUnrecoverable(beyond)).toBe("it has faults beyond what scoutfs survives");
});

test("fewer than 5 % of the generator's plans are let off", () => {
  const plans = Array.from({ length: PLANS }, (_, n) => generatePlan(`share ${n}`));
  const letOff = plans.filter((plan) => !isRecoverable(plan)).length;
  expect(letOff).toBeGreaterThan(0);
  expect(letOff).toBeLessThan(MOST_LET_OFF * PLANS);
});
