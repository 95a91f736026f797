// What a failure depends on is all that it depends on: a delay of any other event may be another
// one, and it fails as before.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import { sayDelay } from "../../../../sim/cluster/trial/say-delay.ts";
import { runToEnd, worldOf } from "../../../../sim/cluster/trial/trial.ts";
import { watchTrial } from "../../../../sim/cluster/trial/watched.ts";
import { delaysOf, noteDelays, setDelay } from "../../../../sim/explain/delays.ts";
import { keyOf } from "../../../../sim/explore/hunt.ts";

const IDS = [
  "fence-agent-disappearing-request-or-target",
  "election-timeout-checked-before-heartbeat-applied",
].filter((id) => existsSync(`scenarios/${id}.json`));
/** So many of the other delays are tried. */
const TRIED = 12;

describe.each(IDS)("%s", (id) => {
  const file = `scenarios/${id}.json`;
  const artifact = readArtifact(readFileSync(file, "utf8"), file);
  const x = watchTrial(artifact);

  test("ends with an event on which it depends, by a part of all events", () => {
    expect(x?.slice.has(x.seq)).toBe(true);
    expect(x?.slice.size).toBeLessThan(x?.outcome.events ?? 0);
    expect(x?.outcome.hash).toBe(artifact.expectation.hash);
  });

  test("fails as before when what it does not depend on comes a little later", () => {
    const w = worldOf(artifact);
    const noted = noteDelays(w, (event) => sayDelay(w, event));
    runToEnd(w, artifact.plan);
    const { trace = [], slice = new Set<number>(), failure } = x ?? {};
    const others = new Set(trace.map(({ seq }) => seq).filter((seq) => !slice.has(seq)));
    const all = delaysOf(noted, trace, others);
    expect(all.length).toBeGreaterThan(0);
    const every = Math.max(1, Math.floor(all.length / TRIED));
    for (const delay of all.filter((_, i) => i % every === 0)) {
      const again = worldOf(artifact);
      setDelay(again, delay, delay.max);
      const { violation } = runToEnd(again, artifact.plan);
      expect(violation && keyOf(violation), delay.says).toBe(failure && keyOf(failure));
    }
  });
});
