// Of every bug of the corpus a failure is kept in scenarios/. Each that is kept there still fails
// as it did, event for event, by a promise that its variant names, and passes without the variant.
// GOLDEN=1 (`npm run golden`) takes in another run to the same failure: a change of the model moves
// events.

import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { corpusIds } from "../../sim/cli/hunt/corpus.ts";
import { keptFiles } from "../../sim/cli/kept.ts";
import { comparison } from "../../sim/cli/replay.ts";
import { artifactOf, formatArtifact, readArtifact } from "../../sim/cluster/trial/artifact.ts";
import { asksAbout, isFound } from "../../sim/cluster/trial/found.ts";
import type { Trial } from "../../sim/cluster/trial/tape-runs.ts";
import { tryTrial } from "../../sim/cluster/trial/trial.ts";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import { keyOf, type Outcome } from "../../sim/explore/hunt.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAX_STEPS = 8;
/** A find that nobody knew is kept as small as it could be made. */
const MAX_STEPS_OF_FINDS = 20;
const MAX_BYTES = 16_000;

const files = keptFiles().map((file) => relative(ROOT, file));

it.each(corpusIds())("finds a failure of %s to replay", (id) => {
  expect(files).toContain(`scenarios/${id}.json`);
});

describe.each(files)("%s", (file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  const artifact = readArtifact(text, file);
  const { plan, expectation } = artifact;
  const ids = asksAbout(artifact).map((name) => name.replace(/^not:/, ""));

  /** By the variants that it was run with: no two trials of a file differ in anything else. */
  const outcomes = new Map<string, Outcome>();
  const tried = (t: Trial): Outcome => {
    const names = t.plan.variants.toSorted().join(" ");
    const outcome = outcomes.get(names) ?? tryTrial(t);
    outcomes.set(names, outcome);
    return outcome;
  };

  it("replays to the same run", () => {
    const outcome = tried(artifact);
    const { violation, hash, events, atUs } = outcome;
    if (process.env.GOLDEN === "1" && violation !== undefined) {
      expect(keyOf(violation), "another failure: hunt for this one again").toBe(keyOf(expectation));
      const now = artifactOf(artifact, { ...violation, hash, events, atUs });
      if (formatArtifact(now) !== text) writeFileSync(join(ROOT, file), formatArtifact(now));
      return;
    }
    const advice = "if this change is meant, run npm run golden and review its diff";
    expect(comparison(outcome, expectation), advice).toBe("same run");
  });

  it("is found: it fails by a promise of its variant, and passes without", () => {
    for (const id of ids) {
      expect(variantOf(id).promises).toContain(expectation.promise);
      expect(isFound(artifact, id, tried)).toBe(true);
    }
  });

  it("is small, and as the hunt writes it", () => {
    const most = file.startsWith("scenarios/finds/") ? MAX_STEPS_OF_FINDS : MAX_STEPS;
    expect(plan.steps.length).toBeLessThanOrEqual(most);
    expect(text.length).toBeLessThan(MAX_BYTES);
    expect(formatArtifact(artifact)).toBe(text);
  });
});
