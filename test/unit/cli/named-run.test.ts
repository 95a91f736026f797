// What is a file and what a seed, and which variants a run has that is named with some.

import { describe, expect, it } from "vitest";
import { isFileName, namedRun, rebound } from "../../../sim/cli/named-run.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
const FILE = `scenarios/${LEAK}.json`;
const BARRIER = "no-unmount-barrier";

describe("a run that is named", () => {
  it.each(["none.json", "none.scn", "none.ndjson", "none.gz", "none.txt", "some/seed:1"])(
    "%s is a file, be it there or not",
    (what) => expect(isFileName(what)).toBe(true),
  );

  it("is by a file that is there, whatever its ending, or else by a seed", () => {
    expect(isFileName("LICENSE")).toBe(true);
    expect(["hunt:5", "plain", "today.json:3"].map(isFileName)).toEqual([false, false, false]);
  });

  it("has the variants of its artifact, and those that are given", () => {
    const { trial, artifact } = namedRun(FILE, { variant: [BARRIER] });
    expect(artifact?.plan.variants).toEqual([LEAK]);
    expect(trial.plan.variants).toEqual([LEAK, BARRIER]);
    expect(trial.tape).toEqual(artifact?.tape);
    const twice = rebound(trial, { variant: [LEAK] });
    expect(twice.plan.variants).toEqual([BARRIER, LEAK]);
    const without = rebound(trial, { variant: [], withoutVariants: true });
    expect(without.plan.variants).toEqual([]);
  });

  it("has those that are given alone when it is of a seed", () => {
    const { trial, artifact } = namedRun("hunt:5", { variant: ["mended"] });
    expect([trial.plan.variants, trial.tape, artifact]).toEqual([["mended"], [], undefined]);
  });

  it.each([FILE, "hunt:5"])("of %s refuses a variant that is none", (what) => {
    expect(() => namedRun(what, { variant: ["x"] })).toThrow('unknown variant "x"');
  });
});
