// The hunt from random seeds: it finds a bug that was put back by the promise which the variant
// names, the plain model passes the same plan, and a run is the same when it is run again.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../sim/cluster/generate.ts";
import { planWorld } from "../../sim/cluster/plan/plan.ts";
import { tryAndTell } from "../../sim/cluster/trial/found.ts";
import { planOf, trialOf, tryPlan } from "../../sim/cluster/trial/trial.ts";
import type { Cluster } from "../../sim/cluster/world/types.ts";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import type { Monitor } from "../../sim/engine/trace/monitor.ts";
import { huntOn, newHunt, seedOf } from "../../sim/explore/hunt.ts";
import { firstDifference } from "../../sim/explore/twin.ts";
import { entryMonitors } from "../../src/monitors/all.ts";

const monitors = entryMonitors as readonly Monitor<Cluster>[];
const RUNS = 60;
const seeds = Array.from({ length: RUNS }, (_, n) => seedOf("test", n));

describe("the general hunt", () => {
  test("finds the datagrams that leak out of a forced unmount, and main passes those plans", () => {
    const id = "quorum-udp-not-isolated-by-forced-unmount";
    const found = seeds.filter((s) => tryPlan(planOf(s, [id])).violation?.promise === "ISO1");
    expect(found.length).toBeGreaterThan(2);
    for (const seed of found) expect(tryPlan(planOf(seed, [])).violation?.promise).not.toBe("ISO1");
    expect(variantOf(id).promises).toContain("ISO1");
  });

  test("says where it found what, and tells failures apart by promise and place", () => {
    const hunt = newHunt();
    const places = ["mount 1", "mount 2", "elsewhere"];
    huntOn(hunt, "x", 3, (seed) => ({
      events: 10,
      hash: "",
      atUs: 0,
      violation: { promise: "P", place: places[Number(seed.slice(2))] ?? "", text: seed },
    }));
    expect([...hunt.found.values()].map((f) => [f.place, f.runs, f.seed])).toEqual([
      ["mount 1", 2, "x:0"],
      ["elsewhere", 1, "x:2"],
    ]);
    expect([hunt.runs, hunt.events]).toEqual([3, 30]);
  });

  test("finds the same however many runs it makes at a time", () => {
    const hunts = [1, 7, 40].map((atOnce) => {
      const hunt = newHunt();
      while (hunt.runs < 40) {
        huntOn(hunt, "test", Math.min(atOnce, 40 - hunt.runs), (s) =>
          tryAndTell(trialOf(s, ["quorum-udp-not-isolated-by-forced-unmount"])),
        );
      }
      return hunt;
    });
    expect(hunts[0]?.found.size).toBeGreaterThan(0);
    expect(hunts[1]).toEqual(hunts[0]);
    expect(hunts[2]).toEqual(hunts[0]);
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
