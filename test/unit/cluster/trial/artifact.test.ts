// An artifact is read as it was written, and what is not one is refused in one line that names the
// broken field.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { PLAN_FORMAT } from "../../../../sim/cluster/plan/plan.ts";
import {
  ARTIFACT_VERSION,
  artifactOf,
  formatArtifact,
  readArtifact,
} from "../../../../sim/cluster/trial/artifact.ts";
import type { TapeRun } from "../../../../sim/cluster/trial/tape-runs.ts";
import { UserError } from "../../../../sim/report/user-error.ts";

const tape: readonly TapeRun[] = [
  { why: "start", who: 0, count: 0, times: 40, value: 0 },
  { why: "start", who: 0, count: 50, times: 1, value: 7 },
];
const expectation = {
  promise: "ISO1",
  place: "mount 1",
  text: 'says "x" {"atUs": 1}',
  hash: "0123456789abcdef",
  events: 12,
  atUs: 34,
};
const artifact = artifactOf({ plan: generatePlan("artifact"), tape }, expectation);
const text = formatArtifact(artifact);

/** The text with the value at a path replaced; undefined takes the field away. */
function altered(path: string, value: unknown): string {
  const copy = JSON.parse(text);
  const keys = path.split(".");
  const last = keys.pop() as string;
  const at = keys.reduce((x, key) => x[key], copy);
  at[last] = value;
  return JSON.stringify(copy);
}

function refusal(bad: string): string {
  try {
    readArtifact(bad, "x.json");
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was read");
}

describe("an artifact", () => {
  test("is read as it was written", () => {
    expect(readArtifact(text, "x.json")).toEqual(artifact);
    expect(formatArtifact(readArtifact(text, "x.json"))).toBe(text);
  });

  test("is read whatever plan the generator makes", () => {
    for (let n = 0; n < 300; n++) {
      const some = artifactOf({ plan: generatePlan(`read:${n}`), tape: [] }, expectation);
      expect(readArtifact(formatArtifact(some), "x.json")).toEqual(some);
    }
  });

  test("has a line for each step and each line of tape", () => {
    const lines = text.split("\n").flatMap((line) => {
      const item = /^ {4,6}(\{.*\}),?$/.exec(line)?.[1];
      return item === undefined ? [] : [JSON.parse(item)];
    });
    expect(lines).toEqual(expect.arrayContaining([...artifact.plan.steps, ...tape]));
  });

  test("that is cut off is refused wherever it was cut", () => {
    for (let end = 0; end < text.length - 2; end += 7) {
      expect(refusal(text.slice(0, end))).toMatch(/^x\.json: is not one whole piece of JSON/);
    }
  });

  test.each<[string, string, string]>([
    ["an empty object", "{}", 'expected "format": "scoutsim-artifact"'],
    ["a list", "[]", 'expected "format": "scoutsim-artifact"'],
    ["nothing", "null", 'expected "format": "scoutsim-artifact"'],
    ["another format", altered("format", "y"), 'expected "format": "scoutsim-artifact"'],
    ["a newer version", altered("version", ARTIFACT_VERSION + 1), "is newer than"],
    ["a newer plan", altered("plan.format", PLAN_FORMAT + 1), "plan format 2 is newer than 1"],
    ["an old version", altered("version", 0), "version: expected 1, got 0"],
    ["no plan", altered("plan", undefined), "plan: is missing"],
    ["no seed", altered("plan.seed", undefined), "plan.seed: is missing"],
    ["a field too many", altered("plan.weather.sun", 1), "plan.weather.sun: is not a field"],
    ["a step of no kind", altered("plan.steps.0.do", "fly"), 'plan.steps.0.do: expected ("mount"'],
    ["a step that is none", altered("plan.steps.0", null), "plan.steps.0: expected Object, got n"],
    ["no such mount", altered("plan.steps.0.n", 63), "plan.steps.0.n: expected one of"],
    ["a time that is none", altered("plan.endUs", -1), "plan.endUs: expected a whole number"],
    ["half a mount", altered("plan.cluster.mounts", 1.5), "got 1.5"],
    ["too many slots", altered("plan.cluster.slots", 15), "plan.cluster.slots: expected at most"],
    ["a chance above all", altered("plan.weather.lossPermille", 1001), "from 0 to 1000, got 1001"],
    ["an unknown variant", altered("plan.variants", ["x"]), 'plan.variants: unknown variant "x"'],
    ["a draw on it twice", altered("tape.1.count", 39), "tape.1: answers draws that a line above"],
    ["an endless tape", altered("tape.0.times", 1e12), "tape.0.times: expected a whole number"],
    ["a hash that is none", altered("expectation.hash", 1), "expectation.hash: expected string"],
    ["control characters", altered("plan.variants", ["a\n\u001b[2J"]), "unknown variant"],
  ])("with %s is refused with the path", (_what, bad, message) => {
    const said = refusal(bad);
    expect(said).toContain(message);
    expect(said).toMatch(/^x\.json: [^\n\p{Cc}]+$/u);
  });
});
