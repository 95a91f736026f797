// How long the receive of quorum.c really waits: SO_RCVTIMEO on the timer wheel.

import { expect, test } from "vitest";
import { ms, us } from "../../../src/core/index.ts";
import { receiveTimeout } from "../../../src/quorum/timing.ts";

test.each([
  ["a heartbeat interval", 100, 8],
  ["an election timeout", 300, 36],
  ["a heartbeat timeout", 10_000, 260],
])("%s never ends early, and late by less than its buckets are wide", (_what, wait, late) => {
  for (let now = 0; now < 1_000_000; now += 7_919) {
    const after = receiveTimeout(ms(wait), us(now), us(1_234));
    expect(after).toBeGreaterThan(ms(wait));
    expect(after).toBeLessThanOrEqual(ms(wait + late));
  }
});

test("waits that begin within a bucket end together where the phase is the same", () => {
  const ends = [0, 10, 60].map((at) => at * 1000 + receiveTimeout(ms(10_000), ms(at), ms(0)));
  expect(new Set(ends).size).toBe(1);
  expect(receiveTimeout(ms(10_000), ms(0), ms(3))).not.toBe(ends[0]);
});
