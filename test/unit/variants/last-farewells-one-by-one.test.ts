// The last members leave together, and their server fails when it has reclaimed some of them: in
// main those have gone, and the others have no majority any more.

import { expect, test } from "vitest";
import { mendedVariants, variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { cut } from "../../../sim/engine/network/links.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import { live } from "../../../src/monitors/live.ts";
import { rcl1 } from "../../../src/monitors/rcl1.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, gone, hold, peek, reaches, release, SECOND, threeMembers } from "../trans/world.ts";

const REPAIR = variantOf("last-farewells-one-by-one");

/** All ask before one run of the worker, the leader last: whoever asks first is reclaimed first. */
function allLeave(variants: readonly Variant[]) {
  const led = threeMembers("together", { hosts: 3, variants }, [live, rcl1]);
  const { w, leader, others } = led;
  const takes = hold(w, "farewell_worker", "take", leader);
  for (const [i, n] of [...others, leader].entries()) {
    start(w, n, "umount", { force: false });
    expect(w.runUntil(() => count(w, "server_farewell") > i, w.now + 5 * SECOND)).toBe(true);
  }
  return { ...led, takes };
}

/** It has reclaimed the two others, durably, and cannot write its next commit. They look for their
 *  items before the next election. */
function failsBetween(variants: readonly Variant[]) {
  const led = allLeave(variants);
  const { w, leader, takes } = led;
  release(w, takes);
  w.runUntil(() => count(w, "reclaim_rid_ret") === 2, w.now + 5 * SECOND);
  failIo(w, leader, 1000);
  w.runUntil(() => count(w, "server.work_exit") > 0, w.now + 5 * SECOND);
  failIo(w, leader, 0);
  const campaigns = hold(w, "scoutfs_quorum_worker", "campaign");
  w.runFor(10 * SECOND);
  release(w, campaigns);
  w.runFor(200 * SECOND);
  return led;
}

test("main lets the others go, and the leader is owed its unmount", () => {
  const { w, others } = failsBetween([]);
  expect(gone(w).toSorted()).toEqual([...others].toSorted());
  expect(w.violations.map(({ promise, place }) => [promise, place])).toEqual([["LIVE", "unmount"]]);
});

test.each(["mended", REPAIR.id])("with %s they elect another server, and all go", (name) => {
  const { w } = failsBetween(variantsOf([name]));
  expect(gone(w).toSorted()).toEqual([0, 1, 2]);
  expect(w.violations).toEqual([]);
});

test("the repair deletes their items in one commit, behind the reclaims", () => {
  const { w, leader, takes } = allLeave([REPAIR]);
  const deleted = hold(w, "farewell_worker", "deleted", leader);
  const items = () => w.peekMount(leader).state.server;
  release(w, takes);
  w.runUntil(() => count(w, "reclaim_rid_ret") === 3, w.now + 5 * SECOND);
  expect(items().stableSuper.mountedClients).toHaveLength(3);
  expect(reaches(w, deleted)).toBe(true);
  expect(items().stableSuper.mountedClients).toHaveLength(0);
  release(w, deleted);
  w.runFor(5 * SECOND);
  expect(gone(w)).toHaveLength(3);
});

test("who is reclaimed, and waits for that commit, is not fenced for a lost connection", () => {
  const { w, leader, others, takes } = allLeave(mendedVariants);
  const deletes = hold(w, "farewell_worker", "deleteAll", leader);
  release(w, takes);
  expect(reaches(w, deletes)).toBe(true);
  for (const n of others) {
    w.record(n, "fault", { rid: peek(w, n).super.rid });
    cut(w, n, leader);
    resetStreams(w, leader, n);
  }
  w.runFor(40 * SECOND);
  expect(count(w, "fence.start")).toBe(0);
});
