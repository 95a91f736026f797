// A greeting that its server is late with: its client leaves meanwhile by another connection, or is
// reclaimed. See src/variants/gone-client-is-not-let-open.ts.

import { expect, test } from "vitest";
import { type Plan, type PlanStep, THERE } from "../../../sim/cluster/plan/types.ts";
import { tryTrial } from "../../../sim/cluster/trial/trial.ts";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Hold } from "../../../sim/engine/kernel/holds.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import { live } from "../../../src/monitors/live.ts";
import { rcl1 } from "../../../src/monitors/rcl1.ts";
import { rcv1 } from "../../../src/monitors/rcv1.ts";
import { quietPlan } from "../../support/quiet-plan.ts";
import { isOf, releaseBut } from "../inode/world.ts";
import { type Cluster, count, hold, mounted, peek, release } from "../trans/world.ts";

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

/** The greeting of that rid, alone, is held there, and on which mount. */
function holdsGreetingOf(w: Cluster, rid: number, label: string): { it: Hold; server: number } {
  const it = hold(w, "scoutfs_net_server_greeting", label);
  const isHeld = () => it.held.some((held) => isOf(w, held, rid));
  expect(w.runUntil(isHeld, w.now + 60 * SECOND)).toBe(true);
  releaseBut(w, it, rid);
  return { it, server: it.held[0]?.mount ?? -1 };
}

/** It waits for its farewell, and its server dies. The next one has answered its greeting, and is
 *  late with the rest; its connection breaks, and it comes again. */
function leavesBesideItsGreeting(label: string): Cluster {
  const members = { mounts: 4, slots: 3, hosts: 4, heartbeatTimeoutMs: 2000, agent: {} };
  const monitors = [live, rcv1, rcl1, fnc5] as never;
  const w = mounted({ ...members, variants: mendedVariants, blueprint: { monitors } });
  const leader = [0, 1, 2].find((n) => peek(w, n).server.status === "UP") ?? -1;
  hold(w, "farewell_worker", "take", leader);
  start(w, 3, "umount", { force: false });
  expect(w.runUntil(() => count(w, "server_farewell") > 0, w.now + AT)).toBe(true);
  w.record(leader, "fault", { rid: peek(w, leader).super.rid });
  powerOff(w, leader);
  const { it, server } = holdsGreetingOf(w, 104, label);
  const knows = () => peek(w, 3).client.serverTerm === peek(w, server).server.term;
  expect(w.runUntil(knows, w.now + SECOND)).toBe(true);
  resetStreams(w, server, 3);
  w.runFor(SECOND / 20);
  release(w, it);
  w.runFor(100 * SECOND);
  return w;
}

test.each(["enter", "walk"])("says no farewell beside its greeting, at %s", (label) => {
  const w = leavesBesideItsGreeting(label);
  expect(peek(w, 3).slot.umount).toBe("done");
  expect(w.violations).toEqual([]);
  expect(count(w, "finished_recovery")).toBe(1);
});
