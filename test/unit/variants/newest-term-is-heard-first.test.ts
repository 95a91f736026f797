// A member stands still while the others need its vote, and has much to read when it goes on: in
// main it answers each vote request that was ever sent to it before the one that counts.

import { expect, test } from "vitest";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { iso1 } from "../../../src/monitors/iso1.ts";
import { qrm3 } from "../../../src/monitors/qrm3.ts";
import { quorumWorker } from "../../../src/quorum/worker.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, fields, hold, mounted, peek, reaches, release, SECOND } from "../trans/world.ts";

/** Three of four slots are left, which all must vote; one of them stands still for so long. */
function standsStill(variants: readonly Variant[], forUs: number) {
  const members = { mounts: 4, slots: 4, heartbeatTimeoutMs: 2000, agent: {} };
  const device = { readMax: 20_000, landMax: 20_000, completeMax: 4000 };
  const blueprint = { monitors: [qrm3, iso1] as never, device };
  const w = mounted({ seed: "behind", ...members, variants, blueprint });
  const leader = [0, 1, 2, 3].find((n) => peek(w, n).server.status === "UP") ?? -1;
  const still = (leader + 1) % 4;
  const stands = hold(w, "scoutfs_quorum_worker", "received", still);
  expect(reaches(w, stands)).toBe(true);
  powerOff(w, leader);
  w.runFor(forUs);
  return { w, still, stands };
}

/** How long the others wait for a leader when it goes on, and what it stores meanwhile. */
function electsAfter(variants: readonly Variant[]) {
  const { w, stands } = standsStill(variants, 60 * SECOND);
  const from = w.now;
  const before = fields(w, "quorum_block_event").length;
  const elections = count(w, "server.work_enter");
  release(w, stands);
  w.runUntil(() => count(w, "server.work_enter") > elections, w.now + 20 * SECOND);
  // Nobody told the monitor of the fault that kept them from electing.
  expect(w.violations.filter(({ place }) => place !== "election")).toEqual([]);
  return { us: w.now - from, stored: fields(w, "quorum_block_event").length - before };
}

test("main stores a term for each candidacy of that minute", () => {
  const main = electsAfter([]);
  expect(main.stored).toBeGreaterThan(150);
  expect(main.us).toBeGreaterThan(1.5 * SECOND);
});

test.each(["mended", "newest-term-is-heard-first"])("with %s it stores the newest", (name) => {
  const mended = electsAfter(variantsOf([name]));
  expect(mended.stored).toBeLessThan(15);
  expect(mended.us).toBeLessThan(SECOND);
});

/** Its next turn has heard the first vote request, and more wait behind that. */
test("with the repair a mount that is forced down takes nothing more out", () => {
  const { w, still, stands } = standsStill(variantsOf(["newest-term-is-heard-first"]), 5 * SECOND);
  const between = hold(w, "scoutfs_quorum_worker", "adoptTerm", still);
  release(w, stands);
  expect(reaches(w, between)).toBe(true);
  const hears = hold(w, "scoutfs_quorum_worker", "received", still);
  release(w, between);
  expect(reaches(w, hears)).toBe(true);
  start(w, still, "umount", { force: true });
  w.runUntil(() => peek(w, still).super.forcingUnmount, w.now + SECOND);
  release(w, hears);
  w.runFor(SECOND);
  expect(w.violations.map(({ promise }) => promise)).not.toContain("ISO1");
});

/** A turn in term 5 hears one of a leader of term 3: what it goes by, and what is left to read. */
function turnOf(variant: Variant | undefined, waiting: readonly { readonly term: number }[]) {
  const socket = waiting.map((message) => ({ body: { type: "HEARTBEAT", from: 1, ...message } }));
  const [{ body: value } = { body: undefined }, ...rest] = socket;
  const info = { socket: 1, config: { slots: [{}, {}] } };
  const options = { quorumHeartbeatTimeoutMs: 10_000 };
  const m = { super: { forcingUnmount: false }, options, quorum: { info } };
  const l: { qst: object; msg?: { readonly term: number } } = { qst: { term: 5, voteBits: 0 } };
  const out = { emit: () => 0, ignored: () => 0, receiveDatagram: () => rest.shift() };
  const steps = variant?.steps?.scoutfs_quorum_worker ?? quorumWorker.steps;
  (steps.received as (...args: unknown[]) => unknown)(l, m, out, { value });
  return [l.msg?.term, rest.length];
}

test("a member that has much to read of older terms passes over all of it at once", () => {
  const [repair] = variantsOf(["newest-term-is-heard-first"]);
  const old = Array.from({ length: 300 }, () => ({ term: 3 }));
  expect(turnOf(undefined, old)).toEqual([undefined, 299]);
  expect(turnOf(repair, old)).toEqual([undefined, 0]);
  expect(turnOf(repair, [...old, { term: 5 }, { term: 4 }])).toEqual([5, 0]);
  expect(turnOf(repair, [{ term: 5 }, ...old])).toEqual([5, 300]);
});
