// The second phase: after faults that would last, a core is healed and has a server in bounded
// time; and what stays broken then is found.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { coreOf, isAtRest, planCalm } from "../../../../sim/cluster/plan/calm.ts";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import { LEADER, type Plan, type PlanStep } from "../../../../sim/cluster/plan/types.ts";
import { agentOf, killAgent } from "../../../../sim/cluster/world/agents.ts";
import type { Cluster, ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { planAt } from "../../../../sim/engine/build.ts";
import { powerOff } from "../../../../sim/engine/hosts.ts";
import type { Monitor } from "../../../../sim/engine/trace/monitor.ts";
import { live } from "../../../../src/monitors/live.ts";
import { threeHosts as cluster } from "./three-hosts.ts";

const SECOND = 1_000_000;
const { calmAtUs: _, ...base } = generatePlan("calm");
const steps: readonly PlanStep[] = [
  ...[0, 1, 2].map((n): PlanStep => ({ atUs: n, do: "mount", n })),
  { atUs: 8 * SECOND, do: "power-off", host: LEADER, forUs: 0 },
  { atUs: 8 * SECOND + 1, do: "power-off", host: LEADER, forUs: 0 },
  { atUs: 9 * SECOND, do: "stall-io", host: 2, forUs: 5 * SECOND },
];
const plan: Plan = { ...base, budget: "survivable", cluster, steps };

function worldOf(): ClusterWorld {
  const w = planWorld(plan, [live as Monitor<Cluster>]);
  return w;
}
const hasServer = (w: ClusterWorld): boolean =>
  Array.from({ length: w.mountCount }, (_, id) => w.peekMount(id)).some(
    ({ alive, state }) => alive && state.server.status === "UP",
  );

describe("the calm", () => {
  test("brings a cluster back that had lost its majority for good", () => {
    const w = worldOf();
    w.runFor(30 * SECOND);
    expect(hasServer(w)).toBe(false);
    planCalm(w, 0);
    w.runFor(60 * SECOND);
    expect(hasServer(w)).toBe(true);
    expect(w.violations).toEqual([]);
  });

  test("mounts a majority of the members at least, and the same of the same seed", () => {
    for (let n = 0; n < 50; n++) {
      const big = { ...plan, seed: `core ${n}`, cluster: { ...cluster, mounts: 7, slots: 5 } };
      const core = coreOf(big);
      expect(core).toEqual(coreOf(big));
      expect(core.filter((m) => m < 5).length).toBeGreaterThanOrEqual(3);
      expect(new Set(core).size).toBe(core.length);
    }
  });
});

test("an agent is at ease that starts with the calm or later, before it is as planned", () => {
  const slow = { ...cluster, agentSlowUs: 20 * SECOND };
  const w = planWorld({ ...plan, cluster: slow, steps: [], calmAtUs: 10 * SECOND }, []);
  const restarted = (atUs: number) => {
    w.runFor(atUs - w.now);
    killAgent(w, 1);
    planAt(w, 0, { do: "start-agent", host: 1 } as never);
    w.runFor(1);
    return w.peekMount(agentOf(w, 1)).state.fenced.options.slowUs;
  };
  expect(restarted(SECOND)).toBe(20 * SECOND);
  expect(restarted(20 * SECOND)).toBe(0);
});

describe("rest", () => {
  test("has not come while somebody has a connection to a host that has died", () => {
    const client = 3;
    const four: Plan = {
      ...{ ...base, budget: "survivable", calmAtUs: 0 },
      cluster: { ...cluster, mounts: 4, hosts: 4 },
      steps: [...[0, 1, 2, client].map((n): PlanStep => ({ atUs: n, do: "mount", n }))],
    };
    const w = planWorld(four, []);
    w.runFor(30 * SECOND);
    expect(isAtRest(w, four)).toBe(true);
    powerOff(w, client);
    w.runFor(SECOND);
    expect(isAtRest(w, four)).toBe(false);
    w.runFor(120 * SECOND);
    expect(isAtRest(w, four)).toBe(true);
  });
});
