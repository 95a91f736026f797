// Runs near a failing one: the first is the run itself, the others have other times, and the same
// number gives the same run.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import { DELAYS, nearTrial, reachOf, tryNear } from "../../../../sim/cluster/trial/near.ts";
import { drawsOfTrial } from "../../../../sim/cluster/trial/trial.ts";

const ID = "quorum-udp-not-isolated-by-forced-unmount";
const file = `scenarios/${ID}.json`;
const artifact = readArtifact(readFileSync(file, "utf8"), file);
const draws = drawsOfTrial(artifact);
const { variants } = artifact.plan;
const run = (n: number) => tryNear(nearTrial(artifact, draws, n), variants);

describe("near a failing run", () => {
  test("the 0-th run is that run", () => {
    expect(run(0).hash).toBe(artifact.expectation.hash);
  });

  test("the others differ from it and from one another, and each is the same again", () => {
    const hashes = [0, 1, 2, 3, 4].map((n) => run(n).hash);
    expect(new Set(hashes).size).toBe(5);
    expect(run(3).hash).toBe(hashes[3]);
  });

  test("steps move by no more than the reach of the run", () => {
    for (const n of [1, 2, 3, 4]) {
      const { plan } = nearTrial(artifact, draws, n);
      plan.steps.forEach((step, i) => {
        const was = artifact.plan.steps[i]?.atUs ?? 0;
        expect(Math.abs(step.atUs - was)).toBeLessThanOrEqual(reachOf(n));
        expect(step.atUs).toBeGreaterThanOrEqual(0);
      });
      expect(plan.steps.map(({ atUs }) => atUs)).not.toEqual(
        artifact.plan.steps.map(({ atUs }) => atUs),
      );
      expect(plan.endUs).toBeGreaterThan(artifact.plan.endUs);
    }
  });

  test("a change is tried over the same times", () => {
    const near = nearTrial(artifact, draws, 1);
    expect(tryNear(near, variants).violation?.promise).toBe("ISO1");
    expect(tryNear(near, []).violation).toBeUndefined();
    expect(tryNear(near, variants)).toEqual(run(1));
  });

  test("every purpose of a drawn delay is known", () => {
    const drawn = new Set(draws.map(({ why }) => why).filter((why) => / (delay|land)$/.test(why)));
    for (const why of drawn) expect(DELAYS).toContain(why);
    expect(drawn.size).toBeGreaterThan(1);
  });
});
