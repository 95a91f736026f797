// A greeting that its server is late with: its client leaves meanwhile by another connection, or is
// reclaimed. See src/variants/gone-client-is-not-let-open.ts.

import { expect, test } from "vitest";
import { type Plan, type PlanStep, THERE } from "../../../sim/cluster/plan/types.ts";
import { tryTrial } from "../../../sim/cluster/trial/trial.ts";
import { quietPlan } from "../../support/quiet-plan.ts";

const SECOND = 1_000_000;
const AT = 5 * SECOND;
const base = quietPlan("failed mount");

/** It is given up, and its server is late at this place of its greeting. */
const letsInLate = (label: string, forUs = SECOND): readonly PlanStep[] => [
  { atUs: 0, do: "mount", n: 0 },
  { atUs: AT, do: "mount", n: 1 },
  ...lateGreeting(AT - 1, label, forUs),
  {
    ...{ atUs: AT, do: "interrupt-mount", n: THERE },
    upon: { what: "client_greeting", skip: 0, afterUs: 8000 },
  },
];
function lateGreeting(atUs: number, label: string, forUs: number): PlanStep[] {
  const place = { program: "scoutfs_net_server_greeting", label };
  return [{ atUs, do: "delay", skip: 0, forUs, ...place }];
}
/** With all repairs, and with all but this one. */
const broken = (plan: Omit<Plan, "variants">): (string | undefined)[] =>
  [["mended"], ["mended", "not:gone-client-is-not-let-open"]].map(
    (variants) => tryTrial({ plan: { ...plan, variants }, tape: [] }).violation?.promise,
  );

test("whose farewell has been answered meanwhile is asked for no open maps", () => {
  const cluster = { ...base.cluster, mounts: 3, hosts: 3 };
  const steps: PlanStep[] = [...letsInLate("greet"), { atUs: SECOND, do: "mount", n: 2 }];
  const calm = { calmAtUs: 20 * SECOND, endUs: 120 * SECOND };
  expect(broken({ ...base, cluster, steps, ...calm })).toEqual([undefined, "LCK2"]);
});

test("whose farewell has come by a later connection gets no lock by the first", () => {
  const weather = { ...base.weather, startMaxUs: 5000, diskMaxUs: 5000 };
  const late = (forUs: number): Omit<Plan, "variants"> => ({
    ...{ ...base, weather, endUs: 12 * SECOND },
    steps: letsInLate("greet", forUs),
  });
  const found = [70_000, 70_120, 70_240, 70_360].map((forUs) => broken(late(forUs)));
  expect(found.map(([mended]) => mended)).toEqual([undefined, undefined, undefined, undefined]);
  expect(found.map(([, without]) => without)).toContain("LCK2");
});

test("is not let in when the last members have left", () => {
  const steps: PlanStep[] = [
    ...letsInLate("enter"),
    { atUs: AT + SECOND / 10, do: "umount", n: 0 },
  ];
  expect(broken({ ...base, steps, endUs: 60 * SECOND })).toEqual([undefined, "FWL1"]);
});

test("who is reclaimed after a fence meanwhile is not let in any more", () => {
  const cluster = { ...base.cluster, mounts: 4, slots: 3, hosts: 4, agentDelayUs: SECOND / 10 };
  const healsUs = 37.6 * SECOND;
  const steps: PlanStep[] = [
    ...[0, 1, 2].map((n): PlanStep => ({ atUs: n * SECOND, do: "mount", n })),
    { atUs: 4 * SECOND, do: "mount", n: 3 },
    { atUs: 7.9 * SECOND, do: "cut-all", host: 3, forUs: healsUs - 7.9 * SECOND },
    { atUs: 8 * SECOND, do: "umount", n: 0 },
    ...lateGreeting(healsUs - SECOND / 2, "greet", 3 * SECOND),
  ];
  const calm = { calmAtUs: 70 * SECOND, endUs: 150 * SECOND };
  expect(broken({ ...base, cluster, steps, ...calm })).toEqual([undefined, "RCL1"]);
});
