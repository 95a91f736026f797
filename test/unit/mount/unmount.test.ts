// Unmounts in order: what runs is stopped and what was queued is gone; see src/mount/unmount.ts.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { peekBlock } from "../../../sim/engine/device.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { quorumBlockName } from "../../../src/quorum/config.ts";
import type { QuorumBlock } from "../../../src/quorum/types.ts";
import {
  causes,
  hold,
  RID,
  reaches,
  release,
  SECOND,
  seen,
  stateOf,
  statuses,
  type WholeWorld,
  wholeWorld,
} from "../server/world.ts";

const leaderOf = (w: WholeWorld): number =>
  [...Array(w.mountCount).keys()].findIndex((n) => stateOf(w, n).server.status === "UP");
function mounted(mounts: number): WholeWorld {
  const w = wholeWorld({ mounts });
  for (let n = 0; n < mounts; n++) start(w, n, "scoutfs_fill_super");
  w.runUntil(() => leaderOf(w) >= 0, 10 * SECOND);
  w.runFor(SECOND);
  return w;
}

describe("an unmount", () => {
  test("of the leader stops its server, writes STOP and END, and another is elected", () => {
    const w = mounted(3);
    const leader = leaderOf(w);
    start(w, leader, "scoutfs_kill_sb");
    w.runFor(SECOND);
    expect(seen(w, "put_super_ret").map(({ mount }) => mount)).toEqual([leader]);
    expect(statuses(w).slice(0, 4)).toEqual(["STARTING", "UP", "STOPPING", "DOWN"]);
    expect(causes(w)[2]).toBe("quorum: unmount");
    const block = peekBlock(w.peekDevice(), quorumBlockName(leader)) as QuorumBlock;
    const { ELECT, STOP, END } = block.events;
    expect([STOP.term, END.term]).toEqual([ELECT.term, ELECT.term]);
    w.runFor(2 * SECOND);
    expect(leaderOf(w)).toBeGreaterThanOrEqual(0);
    expect(leaderOf(w)).not.toBe(leader);
    expect(seen(w, "fence.start")).toEqual([]);
    expect(w.violations).toEqual([]);
  });

  test("leaves nothing behind", () => {
    const w = mounted(1);
    start(w, 0, "scoutfs_kill_sb");
    w.runFor(SECOND);
    const { queues, tasks, sockets, timers } = w.peekMount(0);
    expect([...queues.keys()]).toEqual([]);
    expect(tasks.filter((task) => task !== undefined)).toEqual([]);
    expect(sockets.filter((socket) => socket !== undefined)).toEqual([]);
    expect([...timers.values()].filter(({ armed }) => armed)).toEqual([]);
    expect(stateOf(w)).toMatchObject({ parts: [], server: { setUp: false, status: "DOWN" } });
    expect(w.violations).toEqual([]);
  });

  test("of a mount that failed does nothing more", () => {
    const w = wholeWorld({ mounts: 1 });
    start(w, 0, "scoutfs_kill_sb");
    w.runFor(SECOND);
    expect(seen(w, "put_super")).toEqual([]);
    expect(stateOf(w).super.unmounting).toBe(true);
  });
});

describe("the farewell of an unmount", () => {
  const items = (w: WholeWorld) => {
    const block = peekBlock(w.peekDevice(), "server.super") as Scoutfs["Block"] | undefined;
    return block?.kind === "super" ? block.super.mountedClients.map(({ rid }) => rid - RID) : [];
  };
  /** Two mounts: the first leads, the second has no slot. */
  function pair(): WholeWorld {
    const w = wholeWorld({ mounts: 2, slots: 1 });
    for (const n of [0, 1]) start(w, n, "scoutfs_fill_super");
    w.runUntil(() => seen(w, "fill_super_ret").length === 2, 10 * SECOND);
    expect(items(w)).toEqual([0, 1]);
    return w;
  }
  const gone = (w: WholeWorld) => seen(w, "put_super_ret").map(({ mount }) => mount);

  test("is answered once the item is gone from the device", () => {
    const w = pair();
    start(w, 1, "scoutfs_kill_sb");
    w.runUntil(() => seen(w, "client_farewell_resp").length > 0, w.now + SECOND);
    expect(items(w)).toEqual([0]);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([1]);
    expect(seen(w, "client_farewell_resp").map(({ data }) => data.error)).toEqual([0]);
    expect(seen(w, "lookup_mounted_client")).toEqual([]);
    w.runFor(60 * SECOND);
    expect(seen(w, "fence.start")).toEqual([]);
    expect(w.violations).toEqual([]);
  });

  test("may lose its answer: the mount looks at the device and goes", () => {
    const w = pair();
    const it = hold(w, "farewell_worker", "respond");
    start(w, 1, "scoutfs_kill_sb");
    expect(reaches(w, it)).toBe(true);
    resetStreams(w, 0, 1);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([1]);
    expect(seen(w, "client_farewell_resp")).toEqual([]);
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data.ret)).toEqual([0]);
    release(w, it);
    w.runFor(60 * SECOND);
    expect(w.violations).toEqual([]);
  });

  test("is said again, flag and all, to a server that has not processed it yet", () => {
    const w = pair();
    const it = hold(w, "farewell_worker", "reclaim");
    start(w, 1, "scoutfs_kill_sb");
    expect(reaches(w, it)).toBe(true);
    resetStreams(w, 0, 1);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([]);
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data.ret)).toEqual([1]);
    release(w, it);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([1]);
    expect(w.violations).toEqual([]);
  });

  test("waits for a server as long as there is none, and says so", () => {
    const w = pair();
    const it = hold(w, "scoutfs_client_destroy", "decide");
    start(w, 1, "scoutfs_kill_sb");
    expect(reaches(w, it)).toBe(true);
    powerOff(w, 0);
    release(w, it);
    w.runFor(600 * SECOND);
    expect(gone(w)).toEqual([]);
    const places = w.peekMount(1).tasks.map((task) => task?.frames.at(-1)?.program);
    expect(places).toContain("scoutfs_client_destroy");
    expect(seen(w, "lookup_mounted_client").map(({ data }) => data.ret)).toContain(1);
    expect(w.violations).toEqual([]);
  });
});
