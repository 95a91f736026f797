// The hunt from random seeds: it finds a bug that was put back by the promise which the variant
// names, the plain model passes the same plan, and a run is the same when it is run again.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../sim/cluster/generate.ts";
import { planWorld } from "../../sim/cluster/plan/plan.ts";
import { planOf, tryPlan } from "../../sim/cluster/trial/trial.ts";
import type { Cluster } from "../../sim/cluster/world/types.ts";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import type { Monitor } from "../../sim/engine/trace/monitor.ts";
import { seedOf } from "../../sim/explore/hunt.ts";
import { firstDifference } from "../../sim/explore/twin.ts";
import { entryMonitors } from "../../src/monitors/all.ts";

const monitors = entryMonitors as readonly Monitor<Cluster>[];
const RUNS = 30;
const seeds = Array.from({ length: RUNS }, (_, n) => seedOf("test", n));

describe("the general hunt", () => {
  test("finds the datagrams that leak out of a forced unmount, and main passes those plans", () => {
    const id = "quorum-udp-not-isolated-by-forced-unmount";
    const found = seeds.filter((s) => tryPlan(planOf(s, [id])).violation?.promise === "ISO1");
    expect(found.length).toBeGreaterThan(2);
    for (const seed of found) expect(tryPlan(planOf(seed, [])).violation?.promise).not.toBe("ISO1");
    expect(variantOf(id).promises).toContain("ISO1");
  });

  test("makes the same plan of the same seed, and another of another", () => {
    expect(generatePlan("a")).toEqual(generatePlan("a"));
    expect(generatePlan("a")).not.toEqual(generatePlan("b"));
  });

  test.each(seeds.slice(0, 8))("runs a plan twice to the same events, %s", (seed) => {
    const make = () => planWorld(planOf(seed, []), monitors);
    expect(firstDifference(make(), make(), 3000)).toBeUndefined();
  });

  test.each(seeds.slice(0, 4))("goes on alike in a clone every 50 events, %s", (seed) => {
    const straight = planWorld(planOf(seed, []), monitors);
    let cloned = planWorld(planOf(seed, []), monitors);
    for (let i = 1; i <= 2000; i++) {
      straight.step();
      cloned.step();
      if (i % 50 === 0) cloned = cloned.clone();
    }
    expect(cloned.hash).toBe(straight.hash);
  });
});
