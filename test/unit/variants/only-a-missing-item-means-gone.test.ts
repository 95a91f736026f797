// One look-up of a mount that is there fails: main takes its log tree for that of a mount that is
// gone, or passes over its open transaction. No plan makes such an error, so it is put there.

import { expect, test } from "vitest";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Rid } from "../../../src/core/index.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { live } from "../../../src/monitors/live.ts";
import { trn1 } from "../../../src/monitors/trn1.ts";
import { newLogTrees } from "../../../src/server/super.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as servers from "../server/world.ts";
import * as world from "../trans/world.ts";
import { FIRST_RID, hold, notes, release, SECOND, threeMembers } from "../trans/world.ts";

const REPAIR = variantOf("only-a-missing-item-means-gone");
const GONE = "log trees of a mount that is gone";

/** A mount has synced 50 and has 51 dirty in its open transaction. Another asks for log trees, and
 *  the look-up of the first one's item fails, and nothing else does. Then the first one syncs. */
function failsOnce(variants: readonly Variant[]) {
  const led = threeMembers("gone", { hosts: 3, variants }, [dat1, live, trn1]);
  const { w, leader, others } = led;
  world.write(w, leader, 5, 50);
  world.sync(w, leader);
  world.write(w, leader, 5, 51);
  const looks = hold(w, "reclaim_orphan_log_trees", "isMounted", leader);
  start(w, others[1], "sync", {});
  expect(world.reaches(w, looks)).toBe(true);
  const taken = hold(w, "reclaim_orphan_log_trees", "letGo", leader);
  const server = () => world.state(w, leader).server;
  server().btreeError = "EIO";
  release(w, looks);
  const isOver = () => taken.held.length > 0 || notes(w, "get log trees failure: EIO") > 0;
  expect(w.runUntil(isOver, w.now + SECOND)).toBe(true);
  server().btreeError = undefined;
  const slow = hold(w, "scoutfs_trans_write_func", "commit", others[0]);
  release(w, taken);
  const before = world.count(w, "op");
  start(w, leader, "sync", {});
  w.runUntil(() => world.count(w, "op") >= before + 2, w.now + 30 * SECOND);
  release(w, slow);
  return led;
}

test("main finalizes the open tree of a mount that lives, and its next sync is lost", () => {
  const { w, leader, others } = failsOnce([]);
  expect(notes(w, GONE)).toBe(1);
  const rid = FIRST_RID + leader;
  expect(world.ops(w).filter((op) => op.what === "sync" && op.rid === rid)).toMatchObject([
    { error: undefined },
    { error: undefined },
  ]);
  expect(world.read(w, others[1], 5)).toBe(50);
  expect(w.violations.map(({ promise }) => promise)).toEqual(["DAT1"]);
});

test.each(["mended", REPAIR.id])("with %s the request fails once, and nothing is lost", (name) => {
  const { w, leader, others } = failsOnce(variantsOf([name]));
  expect(notes(w, GONE)).toBe(0);
  expect(notes(w, "get log trees failure: EIO")).toBe(1);
  expect(world.stableTrees(w, leader).some(({ finalized }) => finalized)).toBe(false);
  expect(world.read(w, others[1], 5)).toBe(51);
  w.runFor(60 * SECOND);
  expect(w.violations).toEqual([]);
});

test("a tree whose mount has no item is still reclaimed", () => {
  const { w, leader, others } = threeMembers("none", { hosts: 3, variants: [REPAIR] }, [dat1]);
  const { dirtySuper } = world.state(w, leader).server;
  dirtySuper.logTrees.push({ ...newLogTrees(999 as Rid, 1), getTransSeq: 2, commitTransSeq: 1 });
  world.sync(w, others[1]);
  expect(notes(w, GONE)).toBe(1);
});

/** A mount has 80 open. Its look-up fails when a question for the last seq comes to it. */
function lastSeq(variants: readonly Variant[]) {
  const w = servers.serverWorld("seq", variants);
  const conn = servers.upWithClient(w);
  const { server } = servers.stateOf(w);
  server.seq = 100;
  const rid = 7 as Rid;
  server.dirtySuper.logTrees = [{ ...newLogTrees(rid, 1), getTransSeq: 80, commitTransSeq: 70 }];
  server.dirtySuper.mountedClients = [{ rid, address: servers.PEER, quorum: false }];
  const looks = servers.hold(w, "server_get_last_seq", "isMounted");
  const id = servers.request(w, conn, { name: "server_get_last_seq", cmd: "GET_LAST_SEQ" });
  expect(servers.reaches(w, looks)).toBe(true);
  const goesOn = servers.hold(w, "server_get_last_seq", "next");
  servers.stateOf(w).server.btreeError = "EIO";
  servers.release(w, looks);
  const passedOver = servers.reaches(w, goesOn);
  servers.stateOf(w).server.btreeError = undefined;
  servers.release(w, goesOn);
  w.runFor(SECOND);
  const answer = servers.sentTo(w, conn).find((msend) => msend.id === id);
  return { passedOver, answer, again: servers.ask(w, conn, "GET_LAST_SEQ") };
}

test("main answers with a seq that is not stable, past an open transaction", () => {
  const { passedOver, answer, again } = lastSeq([]);
  expect(passedOver).toBe(true);
  expect(answer).toMatchObject({ error: undefined, data: { seq: 99 } });
  expect(again.data).toEqual({ seq: 79 });
});

test("the repair answers with the error, and lets go of what it held", () => {
  const { answer, again } = lastSeq([REPAIR]);
  expect(answer?.error).toBe("EIO");
  expect(again).toEqual({ error: undefined, data: { seq: 79 } });
});
