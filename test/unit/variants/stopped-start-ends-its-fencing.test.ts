// A server that is stopped while it waits for the fencing of the leader before it: in main it goes
// down when that wait is over, however long the agent takes.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { type Cluster, count, mounted, peek, SECOND } from "../trans/world.ts";

const statusOf = (w: Cluster, n: number) => (w.peekMount(n).alive ? peek(w, n).server.status : "");
const ALL = [0, 1, 2];
const REPAIR = variantOf("stopped-start-ends-its-fencing");

/** The leader has died, there is no agent, and the next one starts. */
function starting(variants: readonly Variant[]): { w: Cluster; next: number } {
  const w = mounted({ mounts: 3, slots: 3, heartbeatTimeoutMs: 2000, variants });
  powerOff(w, ALL.find((n) => statusOf(w, n) === "UP") ?? -1);
  const starts = (n: number) => statusOf(w, n) === "STARTING";
  expect(w.runUntil(() => ALL.some(starts), w.now + 10 * SECOND)).toBe(true);
  return { w, next: ALL.find(starts) ?? -1 };
}

/** How many seconds the stop of that one takes. */
function stopTakes(w: Cluster, next: number): number {
  const before = w.now;
  start(w, next, "stop_server", { cause: "quorum: leads no more" });
  expect(w.runUntil(() => statusOf(w, next) === "DOWN", w.now + 20 * SECOND)).toBe(true);
  expect(w.violations).toEqual([]);
  return Math.round((w.now - before) / SECOND);
}

test("goes down at once, where main waits for the agent first", () => {
  const takes = (variants: readonly Variant[]) => {
    const { w, next } = starting(variants);
    const fences = () => peek(w, next).fence.list.length > 0;
    expect(w.runUntil(fences, w.now + SECOND)).toBe(true);
    return stopTakes(w, next);
  };
  expect([takes([]), takes([REPAIR])]).toEqual([15, 0]);
});

test("and has nobody fenced, when it waits for the STOP of the leader before it", () => {
  const waits = [variantOf("starting-leader-waits-for-stop"), REPAIR];
  const { w, next } = starting(waits);
  w.runFor(SECOND / 4);
  expect([stopTakes(w, next), count(w, "fence.start")]).toEqual([0, 0]);
});
