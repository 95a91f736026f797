// Forced unmounts: nothing more reaches device or network, and the others fence; see
// src/mount/forced-unmount.ts.

import { expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { peekBlock } from "../../../sim/engine/device.ts";
import { quorumBlockName } from "../../../src/quorum/config.ts";
import type { QuorumBlock } from "../../../src/quorum/types.ts";
import {
  causes,
  RID,
  SECOND,
  seen,
  stateOf,
  type WholeWorld,
  wholeWorld,
} from "../server/world.ts";

const up = (w: WholeWorld): number[] =>
  [...Array(w.mountCount).keys()].filter((n) => stateOf(w, n).server.status === "UP");

function force(w: WholeWorld, n: number): void {
  start(w, n, "scoutfs_umount_begin");
  w.runFor(1000);
  start(w, n, "scoutfs_kill_sb");
}

test("a leader that is unmounted by force writes no STOP and is fenced by the next", () => {
  const w = wholeWorld({ mounts: 3 });
  for (const n of [0, 1, 2]) start(w, n, "scoutfs_fill_super");
  w.runUntil(() => up(w).length > 0, 10 * SECOND);
  w.runFor(SECOND);
  const [leader = -1] = up(w);
  force(w, leader);
  w.runFor(2 * SECOND);
  expect(seen(w, "put_super_ret").map(({ mount }) => mount)).toEqual([leader]);
  expect(causes(w)).toContain("quorum: unmount");
  const { ELECT, STOP } = (peekBlock(w.peekDevice(), quorumBlockName(leader)) as QuorumBlock)
    .events;
  expect(ELECT.term).toBeGreaterThan(STOP.term);

  expect(w.runUntil(() => seen(w, "fence.start").length > 0, w.now + 15 * SECOND)).toBe(true);
  const [asked] = seen(w, "fence.start");
  expect(asked?.data).toMatchObject({ rid: RID + leader, reason: "quorum_block_leader" });
  const next = asked?.mount ?? -1;
  w.runFor(SECOND);
  expect(up(w)).toEqual([]);
  for (const fence of stateOf(w, next).fence.list) {
    start(w, next, "fenced_store", { fence: { ...fence }, writer: next });
  }
  w.runFor(SECOND);
  expect(up(w)).toEqual([next]);
  expect(seen(w, "reclaim_rid_ret").map(({ data }) => data.rid)).toEqual([RID + leader]);
  expect(w.violations).toEqual([]);
});

const alone = (): WholeWorld => {
  const w = wholeWorld({ mounts: 1 });
  start(w, 0, "scoutfs_fill_super");
  w.runUntil(() => seen(w, "fill_super_ret").length > 0, 10 * SECOND);
  expect(up(w)).toEqual([0]);
  return w;
};

test("the flag is set at once, and the server goes on until its quorum worker looks", () => {
  const w = alone();
  w.runFor(SECOND);
  start(w, 0, "scoutfs_umount_begin");
  w.runFor(100);
  expect(stateOf(w).super.forcingUnmount).toBe(true);
  expect(up(w)).toEqual([0]);
  w.runFor(SECOND);
  expect(up(w)).toEqual([]);
  expect(w.violations).toEqual([]);
});

/** Until the server has its client fenced: see net/reconn-free.ts. */
const RECONNECT = 20 * SECOND;

test("a quorum worker that cannot write its FENCE leaves the server up until the unmount", () => {
  const w = alone();
  start(w, 0, "scoutfs_umount_begin");
  w.runFor(RECONNECT - SECOND);
  expect(seen(w, "quorum_worker_exit").map(({ data }) => data.ret)).toEqual(["ENOLINK"]);
  expect(up(w)).toEqual([0]);
  start(w, 0, "scoutfs_kill_sb");
  w.runFor(SECOND);
  expect(up(w)).toEqual([]);
  expect(causes(w)).toContain("unmount: destroy");
  expect(seen(w, "put_super_ret")).toHaveLength(1);
  expect(w.violations).toEqual([]);
});
