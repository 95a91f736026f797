// A leader that shows itself while the new one waits for others has its own time to hear of it.
// What becomes of a leader that is superseded is in test/cluster/mended-quorum.test.ts.

import { expect, test } from "vitest";
import { seconds } from "../../../src/core/index.ts";
import { startingLeaderWaitsForStop } from "../../../src/variants/starting-leader-waits-for-stop.ts";

const fence = startingLeaderWaitsForStop.steps?.scoutfs_quorum_fence_leaders?.fence as (
  ...args: unknown[]
) => unknown;

const dead = { event: { rid: 102, term: 1 }, heard: false };
/** Elected by votes that it was late to count. */
const late = { event: { rid: 103, term: 2 }, heard: false };
const hears = { ...late, heard: true };

/** What is done at each look: how long it was, in seconds, and whom it found. */
function looks(...all: (readonly [s: number, ...old: object[]])[]): string[] {
  const l = { slot: 0, fenced: 0, old: [] as object[], error: undefined };
  return all.map(([s, ...old]) => {
    l.old = old;
    const out = { now: seconds(s), api: { serverIsRunning: () => true }, note: () => undefined };
    const next = fence(l, {}, out, {}) as { then: string; args?: { rid: number } };
    return next.args === undefined ? next.then : `fences ${next.args.rid}`;
  });
}

test("one that is seen later is given time from then on", () => {
  const waits = "lookForStop";
  expect(looks([10, dead], [10.4, dead], [10.6, dead])).toEqual([waits, waits, "fences 102"]);
  expect(looks([10, dead], [10.4, dead, late], [10.8, dead, hears], [13.3, dead, hears])).toEqual([
    ...[waits, waits, waits],
    waits,
  ]);
  expect(looks([10, dead], [10.4, dead, late], [13.5, dead, hears])).toEqual([
    ...[waits, waits],
    "fences 102",
  ]);
  expect(looks([10, dead], [10.4, dead, late], [11, late])).toEqual([waits, waits, "fences 103"]);
});
