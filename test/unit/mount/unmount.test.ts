// Unmounts in order: what runs is stopped and what was queued is gone; see src/mount/unmount.ts.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { peekBlock } from "../../../sim/engine/device.ts";
import { quorumBlockName } from "../../../src/quorum/config.ts";
import type { QuorumBlock } from "../../../src/quorum/types.ts";
import {
  causes,
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
