// A run that is watched is the same run; and what an event depends on is who wrote what it read and
// who set it going, and not what merely came before.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../sim/cluster/trial/artifact.ts";
import { runToEnd, worldOf } from "../../../sim/cluster/trial/trial.ts";
import { Watch } from "../../../sim/explain/watch.ts";
import { type Op, scriptWorld } from "../../support/script.ts";

const sleep = (us: number): Op => ({ op: "sleep", us });
const set = (flag: string): Op => ({ op: "set", flag });
const wait = (flag: string): Op => ({ op: "wait", flag });
const wake: Op = { op: "wake" };

/** The tasks whose events the last turn of a task depends on. */
function tasksBehind(jobs: readonly (readonly Op[])[], slot: number): number[] {
  const w = scriptWorld(
    jobs,
    jobs.map((_, i) => i),
  );
  const watch = new Watch(w);
  let turn = 0;
  while (w.step()) turn = watch.turnOf(0, slot) ?? turn;
  const slice = watch.sliceOf([turn]);
  const who = watch.entries
    .filter((e) => e.sub === 0 && slice.has(e.seq) && ["run", "timeout"].includes(e.kind))
    .map((e) => (e.data as { readonly who: number }).who);
  return [...new Set(who)].sort();
}

describe("what a task depends on", () => {
  test("is who wrote what it waits for, though another one woke it", () => {
    const jobs = [
      [wait("f"), sleep(10)],
      [sleep(100), set("f")],
      [sleep(500), wake],
      [sleep(50), set("g"), sleep(600)],
    ];
    expect(tasksBehind(jobs, 0)).toEqual([0, 1, 2]);
  });

  test("is nobody else when it waits for nobody", () => {
    expect(
      tasksBehind(
        [
          [sleep(10), sleep(10)],
          [sleep(5), set("f"), wake],
        ],
        0,
      ),
    ).toEqual([0]);
  });
});

describe.each(["quorum-udp-not-isolated-by-forced-unmount"])("a failing run, %s", (id) => {
  const file = `scenarios/${id}.json`;
  const artifact = readArtifact(readFileSync(file, "utf8"), file);

  test("is the same run when it is watched, and depends on a part of it", () => {
    const w = worldOf(artifact);
    const watch = new Watch(w);
    const outcome = runToEnd(w, artifact.plan);
    expect(outcome.hash).toBe(artifact.expectation.hash);
    const slice = watch.sliceOf(watch.violatedIn);
    expect(slice.size).toBeGreaterThan(10);
    expect(slice.size).toBeLessThan(outcome.events);
    expect(slice.has(w.violations[0]?.seq ?? 0)).toBe(true);
  });
});
