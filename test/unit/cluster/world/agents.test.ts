// The life of agents: one that is killed comes back and finishes what its requests ask for, and one
// that fails, or is away, keeps the server from coming up until it is well.

import { describe, expect, test } from "vitest";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../../sim/cluster/plan/types.ts";
import { agentOf, isAgent } from "../../../../sim/cluster/world/agents.ts";
import { clusterWorld } from "../../../../sim/cluster/world/cluster.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { start } from "../../../../sim/engine/build.ts";
import { MemorySink } from "../../../../sim/engine/trace/trace.ts";
import { ridText } from "../../../../src/fence/api.ts";
import { RESTART_SEC } from "../../../../src/fenced/api.ts";

const SECOND = 1_000_000;

const plan = (steps: readonly PlanStep[], cluster: Partial<Plan["cluster"]> = {}): Plan => ({
  format: 1,
  seed: "agents",
  cluster: {
    ...{ mounts: 3, slots: 3, hosts: 1, heartbeatTimeoutMs: 2000, agent: "honest" },
    ...{ agentSlowUs: 0, agentDelayUs: SECOND, agentExecMaxUs: 5000, rebootUs: 0 },
    ...cluster,
  },
  variants: [],
  budget: "survivable",
  weather: {
    ...{ minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 },
    ...{ startMaxUs: 60, preemptWithin: 0, diskMaxUs: 500 },
  },
  steps: [...[0, 1, 2].map((n) => ({ atUs: n * 1000, do: "mount", n }) as const), ...steps],
  endUs: 60 * SECOND,
});

function kinds(w: ClusterWorld, forUs: number): string[] {
  const sink = new MemorySink(100_000);
  w.trace.sink = sink;
  w.runFor(forUs);
  return sink.entries().map(({ kind }) => kind);
}

const fenced = (all: readonly string[]): boolean => all.includes("fence.fenced");
const forced = { atUs: 2 * SECOND, do: "force-umount", n: -1 } as const;

describe("an agent", () => {
  test("fences a leader that was unmounted by force", () => {
    expect(fenced(kinds(planWorld(plan([forced]), []), 10 * SECOND))).toBe(true);
  });

  test("is started again five seconds after it was killed, and reads the requests anew", () => {
    const down = { atUs: 3 * SECOND, do: "agent-down", host: 0, forUs: 5 * SECOND } as const;
    const w = planWorld(plan([forced, down]), []);
    expect(fenced(kinds(w, 8 * SECOND))).toBe(false);
    expect(agentOf(w, 0)).toBeGreaterThan(3);
    expect(fenced(kinds(w, 5 * SECOND))).toBe(true);
  });

  test("that is killed while its command runs leaves the request to the next one", () => {
    const w = planWorld(
      plan([forced, { atUs: 7 * SECOND, do: "agent-down", host: 0, forUs: 0 }], {
        agentSlowUs: 4 * SECOND,
      }),
      [],
    );
    const before = kinds(w, 6.9 * SECOND);
    expect(before.filter((kind) => kind === "agent.fence")).toHaveLength(1);
    const after = kinds(w, 8 * SECOND);
    expect(after.filter((kind) => kind === "agent.fence")).toHaveLength(1);
    expect(fenced(before)).toBe(false);
    expect(fenced(after)).toBe(true);
  });

  test("reports errors while it fails", () => {
    const fails = { atUs: SECOND, do: "agent-fails", host: 0, forUs: 20 * SECOND } as const;
    const w = planWorld(plan([forced, fails]), []);
    const ill = kinds(w, 15 * SECOND);
    expect(ill).toContain("fence.error");
    expect(fenced(ill)).toBe(false);
  });

  test("goes with its host and comes back with it", () => {
    const off = { atUs: SECOND, do: "power-off", host: 1, forUs: 2 * SECOND } as const;
    const w = planWorld(plan([off], { hosts: 3, heartbeatTimeoutMs: 10_000 }), []);
    w.runFor(2 * SECOND);
    expect([w.peekHost(1).up, agentOf(w, 1)]).toEqual([false, -1]);
    w.runFor(2 * SECOND);
    expect(w.peekHost(1).up).toBe(true);
    w.runFor(RESTART_SEC);
    expect(agentOf(w, 1)).toBeGreaterThan(5);
  });

  test("cuts the power again of a host that boots while it looks", () => {
    const run = (forUs: number) => {
      const off = { atUs: 3 * SECOND, do: "power-off", host: -1, forUs } as const;
      const w = planWorld(plan([off], { hosts: 3 }), []);
      const sink = new MemorySink(100_000);
      w.trace.sink = sink;
      w.runFor(15 * SECOND);
      return sink.entries();
    };
    const cutsOf = (all: ReturnType<typeof run>) => all.filter((e) => e.kind === "agent.power");
    const [cut, ...more] = cutsOf(run(0));
    expect(more).toEqual([]);
    const booting = run((cut?.at ?? 0) - 3 * SECOND + SECOND / 2);
    expect(cutsOf(booting)).toHaveLength(2);
    expect(booting.some((e) => e.kind === "fence.error")).toBe(false);
    expect(booting.some((e) => e.kind === "fence.fenced")).toBe(true);
  });

  test("is killed at the instants of its options, and systemd starts it again", () => {
    const w = clusterWorld({
      ...{ seed: "k", mounts: 1, slots: 1, hosts: 1, heartbeatTimeoutMs: 2000 },
      agent: { killedAtUs: [SECOND, 20 * SECOND] as never },
    });
    start(w, 0, "mount");
    const agents = () =>
      Array.from({ length: w.mountCount }, (_, id) => w.peekMount(id)).filter((m) =>
        isAgent(m.state),
      );
    w.runFor(2 * SECOND);
    expect([agents().length, agentOf(w, 0)]).toEqual([1, -1]);
    w.runFor(RESTART_SEC);
    expect([agents().length, agentOf(w, 0)]).toEqual([2, 2]);
    w.runFor(20 * SECOND);
    expect([agents().length, agentOf(w, 0)]).toEqual([3, 3]);
  });

  test("waits for the unmount of what is mounted now, whoever was unmounted there before", () => {
    const again = [
      { atUs: 2 * SECOND, do: "umount", n: 0 },
      { atUs: 8 * SECOND, do: "mount", n: 0 },
    ] as const;
    const w = planWorld(plan(again), []);
    w.runFor(12 * SECOND);
    const { slot } = w.peekMount(w.mountCount - 1).state;
    expect([slot.device, slot.mounted]).toEqual(["dev0", true]);
    start(w, agentOf(w, 0), "fenced_local_force_unmount", { rid: ridText(slot.rid) } as never);
    const waits = () =>
      w
        .peekMount(agentOf(w, 0))
        .tasks.flatMap((task) => task?.frames ?? [])
        .some((f) => f.program === "fenced_local_force_unmount" && f.label === "umount");
    const runs = () => w.peekMount(w.mountCount - 1).state.slot.umount === "running";
    expect(w.runUntil(runs, w.now + SECOND)).toBe(true);
    w.runFor(1000);
    expect([runs(), waits()]).toEqual([true, true]);
    w.runFor(5 * SECOND);
    expect([runs(), waits()]).toEqual([false, false]);
  });
});
