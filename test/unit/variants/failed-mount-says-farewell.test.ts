// A mount is interrupted when its server has greeted it, while it does so, and when no server
// answers any more. See src/variants/failed-mount-says-farewell.ts.

import { expect, test } from "vitest";
import { generatePlan } from "../../../sim/cluster/generate.ts";
import { planWorld } from "../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../sim/cluster/plan/types.ts";
import { NAMED, THERE } from "../../../sim/cluster/plan/types.ts";
import type { Cluster } from "../../../sim/cluster/world/types.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { MemorySink } from "../../../sim/engine/trace/trace.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";

const SECOND = 1_000_000;
const AT = 5 * SECOND;
const { calmAtUs: _, ...drawn } = generatePlan("failed mount");
const base: Omit<Plan, "variants" | "steps"> = {
  ...drawn,
  cluster: {
    ...{ mounts: 2, slots: 1, hosts: 2, heartbeatTimeoutMs: 10_000, agent: "honest" },
    ...{ agentDelayUs: SECOND, agentExecMaxUs: 5000, agentSlowUs: 0, rebootUs: 0 },
  },
  weather: {
    ...{ minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0, startMaxUs: 60 },
    ...{ preemptWithin: 0, diskMaxUs: 500 },
  },
};

/** The second mount comes, is interrupted, and what becomes of it. */
function interrupted(variants: Plan["variants"], ...then: readonly PlanStep[]) {
  const steps: PlanStep[] = [
    { atUs: 0, do: "mount", n: 0 },
    { atUs: AT, do: "mount", n: 1 },
    ...then,
  ];
  const w = planWorld({ ...base, variants, steps }, [fnc5 as unknown as Monitor<Cluster>]);
  const sink = new MemorySink(500_000);
  w.trace.sink = sink;
  w.runFor(90 * SECOND);
  const entries = sink.entries();
  const at = (kind: string) =>
    entries.find((e) => e.mount === 1 && e.kind === kind && e.at >= AT)?.at ?? 0;
  const { error } = (entries.find((e) => e.mount === 1 && e.kind === "fill_super_ret")?.data ??
    {}) as { error?: string };
  return {
    error,
    broken: w.violations.map(({ promise }) => promise),
    tookUs: at("fill_super_ret") - at("signal"),
    fenced: entries.filter((e) => e.kind === "fence.start").length,
  };
}

const given = (what: "server_greeting" | "client_greeting"): PlanStep => ({
  ...{ atUs: AT, do: "interrupt-mount", n: what === "client_greeting" ? THERE : NAMED },
  upon: { what, skip: 0, afterUs: 1 },
});

test.each(["server_greeting", "client_greeting"] as const)("given up at %s", (what) => {
  const error = "ERESTARTSYS";
  expect(interrupted([], given(what))).toMatchObject({ error, broken: ["FNC5"] });
  const well = { error, broken: [], fenced: 0 };
  const mended = interrupted(["failed-mount-says-farewell"], given(what));
  expect(mended).toMatchObject(well);
  expect(mended.tookUs).toBeLessThan(2 * SECOND);
  expect(interrupted(["mended"], given(what))).toMatchObject(well);
});

test("does not wait for ever where its server is gone", () => {
  const lost: PlanStep = { atUs: AT, do: "cut-all", host: 0, forUs: 60 * SECOND };
  const upon = { what: "client_greeting", skip: 0, afterUs: 0 } as const;
  const one = [{ ...lost, upon }, given("client_greeting")];
  const { error, tookUs } = interrupted(["failed-mount-says-farewell"], ...one);
  expect(error).toBe("ERESTARTSYS");
  expect(tookUs).toBeGreaterThan(19 * SECOND);
  expect(tookUs).toBeLessThan(30 * SECOND);
});
