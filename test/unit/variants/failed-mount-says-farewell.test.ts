// A mount is interrupted when it knows that a server has greeted it, before it does, when no server
// answers any more, and while somebody isolates it. See src/variants/failed-mount-says-farewell.ts.

import { expect, test } from "vitest";
import { planWorld } from "../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../sim/cluster/plan/types.ts";
import { NAMED, THERE } from "../../../sim/cluster/plan/types.ts";
import type { Cluster } from "../../../sim/cluster/world/types.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { MemorySink } from "../../../sim/engine/trace/trace.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import { quietPlan } from "../../support/quiet-plan.ts";

const SECOND = 1_000_000;
const AT = 5 * SECOND;
const base = quietPlan("failed mount");

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

const upon = (what: "server_greeting" | "client_greeting", afterUs = 1) =>
  ({ what, skip: 0, afterUs }) as const;
const GIVEN: PlanStep = {
  ...{ atUs: AT, do: "interrupt-mount", n: THERE },
  upon: upon("client_greeting"),
};
const error = "EINTR";
const WELL = { error, broken: [], fenced: 0 };
const REPAIR = ["failed-mount-says-farewell"];

test("given up when a server has greeted it", () => {
  expect(interrupted([], GIVEN)).toMatchObject({ error, broken: ["FNC5"] });
  const mended = interrupted(REPAIR, GIVEN);
  expect(mended).toMatchObject(WELL);
  expect(mended.tookUs).toBeLessThan(2 * SECOND);
  expect(interrupted(["mended"], GIVEN)).toMatchObject(WELL);
});

test("given up before it has heard of that owes no farewell, and is fenced", () => {
  const early: PlanStep = { ...GIVEN, n: NAMED, upon: upon("server_greeting") };
  const goes = { error, broken: [], fenced: 1 };
  expect(interrupted([], early)).toMatchObject(goes);
  expect(interrupted(REPAIR, early)).toMatchObject(goes);
});

test("does not wait for ever where its server is gone", () => {
  const cut: PlanStep = { atUs: AT, do: "cut-all", host: 0, forUs: 60 * SECOND };
  const lost: PlanStep = { ...cut, upon: upon("client_greeting", 0) };
  const left = interrupted(REPAIR, lost, GIVEN);
  expect(left).toMatchObject({ error, broken: [] });
  expect(left.tookUs).toBeGreaterThan(19 * SECOND);
  expect(left.tookUs).toBeLessThan(30 * SECOND);
});

test("stays isolated when somebody isolates it meanwhile", () => {
  const cut: PlanStep = { atUs: AT, do: "cut-all", host: 0, forUs: 60 * SECOND };
  const steps: PlanStep[] = [
    { atUs: 0, do: "mount", n: 0 },
    { atUs: AT, do: "mount", n: 1 },
    { ...cut, upon: upon("client_greeting", 0) },
    GIVEN,
  ];
  const w = planWorld({ ...base, variants: REPAIR, steps }, []);
  w.runFor(AT + 2 * SECOND);
  const mount = 1;
  expect(w.peekMount(mount).state.super.forcingUnmount).toBe(false);
  start(w, mount, "scoutfs_umount_begin");
  w.runFor(2 * SECOND);
  expect(w.peekMount(mount).state.super.forcingUnmount).toBe(true);
  expect(w.peekMount(mount).state.slot.mount).toBe("done");
});
