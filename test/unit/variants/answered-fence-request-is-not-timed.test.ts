// The agent answers a request that shows already and has no timer yet. See
// src/variants/answered-fence-request-is-not-timed.ts.

import { expect, test } from "vitest";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { wrk1 } from "../../../src/monitors/wrk1.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, hold, peek, reaches, release, SECOND, threeMembers } from "../trans/world.ts";

const REPAIR = variantOf("answered-fence-request-is-not-timed");
const without = mendedVariants.filter((v) => v !== REPAIR);

/** The agent's write is held too, at the moment before it is there to be seen. */
function isTimed(variants: readonly Variant[], marksLast = false) {
  const agent = { run: "power" } as const;
  const { w, leader, others } = threeMembers("timed", { variants, agent }, [wrk1]);
  const asks = hold(w, "scoutfs_fence_start", "armTimer", leader);
  const marks = hold(w, "fenced_store", "mark", leader);
  marks.open = !marksLast;
  powerOff(w, others[0]);
  expect(reaches(w, asks, 60 * SECOND)).toBe(true);
  if (marksLast) {
    expect(reaches(w, marks, 20 * SECOND)).toBe(true);
    release(w, asks);
    w.runFor(SECOND / 100);
    release(w, marks);
  }
  w.runUntil(() => count(w, "fence.fenced") > 0, w.now + 20 * SECOND);
  expect(count(w, "fence.fenced")).toBe(1);
  if (!marksLast) release(w, asks);
  w.runFor(SECOND / 100);
  w.trace.look();
  w.runFor(5 * SECOND);
  expect(peek(w, leader).server.status).toBe("UP");
  return w.violations.map(({ promise, text }) => `${promise}: ${text}`);
}

test("it is timed in main, though it is fenced, and mended it is not", () => {
  const timed = [
    expect.stringMatching(/^WRK1: the request for rid \d+ is fenced and still timed$/),
  ];
  expect(isTimed([])).toEqual(timed);
  expect(isTimed(without)).toEqual(timed);
  expect(isTimed([REPAIR])).toEqual([]);
  expect(isTimed([...without, REPAIR])).toEqual([]);
});

test("nor is it mended when the agent's write stops the timer before it is armed", () => {
  expect(isTimed([], true)).toEqual([
    expect.stringMatching(/^WRK1: .* is fenced and still timed$/),
  ]);
  expect(isTimed([REPAIR], true)).toEqual([]);
  expect(isTimed([...without, REPAIR], true)).toEqual([]);
});
