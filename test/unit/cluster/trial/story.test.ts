// The story of a kept failure names the promise, the steps, the place, and what the variant
// changed.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import { withVariantList } from "../../../../sim/cluster/trial/found.ts";
import { storyOf } from "../../../../sim/cluster/trial/story.ts";
import { entryMonitors, stateMonitors } from "../../../../src/monitors/all.ts";
import { promises } from "../../../../src/monitors/promises.ts";

const ID = "quorum-udp-not-isolated-by-forced-unmount";
const file = `scenarios/${ID}.json`;
const artifact = readArtifact(readFileSync(file, "utf8"), file);

describe("a story", () => {
  const story = storyOf(artifact);
  const text = story.join("\n");

  test("says what was promised, done and broken", () => {
    expect(story[0]).toBe("promised: ISO1, nothing leaves after a forced unmount");
    expect(text).toMatch(/\ndone:\n(?: {2}[\d.]+ s {2}\S+.*\n)+broken at [\d.]+ s: sends a data/);
  });

  test("leads to the step that broke it, and names what the variant changed", () => {
    expect(text).toMatch(/set going by the one above:\n(?: {2}.*\n)* {2}.*send_msg_members @ send/);
    const parting = new RegExp(`what ${ID} changes begins with event \\d+, m\\d: send_msg_members`);
    expect(story.at(-1)).toMatch(parting);
  });

  test("is short enough to read at once", () => {
    expect(story.length).toBeLessThan(40);
    expect(Math.max(...story.map((line) => line.length))).toBeLessThanOrEqual(160);
  });

  test("of a run that breaks nothing says so", () => {
    expect(storyOf(withVariantList(artifact, []))).toEqual(["no promise is broken"]);
  });
});

describe("the promises", () => {
  test("have a sentence each, the one of the monitors' README", () => {
    const readme = readFileSync("src/monitors/README.md", "utf8");
    const rows = [...readme.matchAll(/^\| ([A-Z]{3,4}\d?) \| ([^|]+) \|/gm)];
    for (const [, promise = "", says] of rows) expect(promises[promise]).toBe(says?.trim());
    for (const { promise } of [...entryMonitors, ...stateMonitors]) {
      expect(promises[promise], promise).toBeDefined();
    }
  });
});
