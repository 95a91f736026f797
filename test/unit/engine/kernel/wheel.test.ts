// How long a timeout of the kernel really takes.

import { expect, test } from "vitest";
import { onWheel } from "../../../../sim/engine/kernel/wheel.ts";

const MS = 1000;

test.each([
  ["a heartbeat interval", 100, 8],
  ["an election timeout", 300, 36],
  ["a heartbeat timeout", 10_000, 260],
  ["a fence wait", 15_000, 260],
  ["a reconnect timeout", 20_000, 2_052],
])("%s never ends early, and late by less than its buckets are wide", (_what, wait, late) => {
  const seen: number[] = [];
  for (let now = 0; now < 5_000_000; now += 7_919) {
    const takes = onWheel(wait * MS, now + 1_234);
    expect(takes).toBeGreaterThan(wait * MS);
    expect(takes).toBeLessThanOrEqual((wait + late) * MS);
    seen.push(takes);
  }
  expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(((late - 4) / 2) * MS);
});

test("what begins within a bucket ends together on one host", () => {
  const ends = [0, 10, 60].map((at) => at * MS + onWheel(10_000 * MS, at * MS));
  expect(new Set(ends).size).toBe(1);
  expect(onWheel(10_000 * MS, 3 * MS)).not.toBe(ends[0]);
});

test("what is shorter than a jiffy takes that long", () => {
  expect(onWheel(2, 12_345)).toBe(2);
});
