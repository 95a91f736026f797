// A run whose cluster nobody can help ends early; one that only waits does not.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { isBeyondHelp } from "../../../../sim/cluster/plan/helpless.ts";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../../sim/cluster/plan/types.ts";
import { runToEnd } from "../../../../sim/cluster/trial/trial.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { threeHosts as cluster } from "./three-hosts.ts";

const SECOND = 1_000_000;
const CALM_US = 20 * SECOND;
const END_US = 200 * SECOND;
const ALL = 1000;
const base = generatePlan("helpless");
const calmWeather: Plan["weather"] = {
  minUs: 20,
  maxUs: 200,
  lossPermille: 0,
  duplicatePermille: 0,
  startMaxUs: 60,
  preemptWithin: 0,
  diskMaxUs: 500,
};

function planWith(...steps: readonly PlanStep[]): Plan {
  const mounts = [0, 1, 2].map((n): PlanStep => ({ atUs: n * 1000, do: "mount", n }));
  return {
    ...base,
    cluster,
    budget: "survivable",
    weather: calmWeather,
    steps: [...mounts, ...steps],
    calmAtUs: CALM_US,
    endUs: END_US,
  };
}

/** Quorum workers that must write their block while the device gives errors end for good. */
const noDevice = (host: number): PlanStep => {
  return { atUs: 10 * SECOND, do: "fail-io", host, forUs: 5 * SECOND, permille: ALL };
};
/** The leader goes, so that the others campaign. */
const leaderless: PlanStep = { atUs: 10 * SECOND, do: "force-umount", n: -1 };

function ended(plan: Plan): ClusterWorld {
  const w = planWorld(plan, []);
  expect(runToEnd(w, plan).violation).toBeUndefined();
  return w;
}

describe("a cluster beyond help", () => {
  test("has no majority of quorum workers left: its run ends soon after the calm begins", () => {
    const plan = planWith(leaderless, ...[0, 1, 2].map(noDevice));
    const w = ended(plan);
    expect(isBeyondHelp(w, plan)).toBe(true);
    expect(w.now).toBeLessThan(CALM_US + 30 * SECOND);
  });

  test("is none when one worker is lost: that cluster comes to rest with the others", () => {
    const plan = planWith(leaderless, noDevice(1));
    const w = ended(plan);
    expect(isBeyondHelp(w, plan)).toBe(false);
  });

  test("is none before the calm, whatever is broken then", () => {
    const plan = planWith(leaderless, ...[0, 1, 2].map(noDevice));
    const w = planWorld(plan, []);
    w.runFor(CALM_US - SECOND);
    expect(isBeyondHelp(w, plan)).toBe(false);
  });

  test("is not one that is shut down while all who are left are leaving", () => {
    const leave = [0, 1, 2].map((n): PlanStep => ({ atUs: 15 * SECOND, do: "umount", n }));
    const plan: Plan = { ...planWith(...leave), shutDown: true };
    const gone = ended(plan);
    expect(gone.now).toBeLessThan(CALM_US + 15 * SECOND);
    const names = [0, 1, 2].map((id) => gone.peekMount(id).state.slot.inSysfs);
    expect(names).toEqual([false, false, false]);
    // the others cannot elect a server without the leader, which is not there to be missed
    const off: PlanStep = { atUs: 14 * SECOND, do: "power-off", host: 0, forUs: 0 };
    const w = planWorld({ ...plan, steps: [...plan.steps, off] }, []);
    w.runUntil(() => false, CALM_US + SECOND);
    expect([1, 2].some((id) => w.peekMount(id).state.slot.inSysfs)).toBe(true);
    expect(isBeyondHelp(w, plan)).toBe(false);
  });

  test("is none while those who are missing can still be mounted", () => {
    const off = [0, 1, 2].map((host): PlanStep => {
      return { atUs: 10 * SECOND + host, do: "power-off", host, forUs: 0 };
    });
    const plan = planWith(...off);
    const w = planWorld(plan, []);
    w.runFor(CALM_US + SECOND);
    expect(isBeyondHelp(w, plan)).toBe(false);
  });
});
