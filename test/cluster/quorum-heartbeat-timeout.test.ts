// The equivalent of scoutfs's quorum-heartbeat-timeout test: the option decides how long it takes
// to get a new leader after the old one was unmounted by force; within [timeout - 1 s, timeout + 5
// s]. The option is changed while mounted, as its sysfs file does, and given at a mount.

import { describe, expect, test } from "vitest";
import { type ClusterOptions, clusterWorld, remount } from "../../sim/cluster/world/cluster.ts";
import type { ClusterWorld } from "../../sim/cluster/world/types.ts";
import { start } from "../../sim/engine/build.ts";

const SECOND = 1_000_000;
const TIMEOUTS = [3, 5, 10, 15, 20, 29, 3];

const options = (seed: string): ClusterOptions => ({
  seed,
  mounts: 3,
  slots: 3,
  hosts: 1,
  heartbeatTimeoutMs: 10_000,
  agent: {},
});

function leaderOf(w: ClusterWorld): number | undefined {
  for (let id = 0; id < w.mountCount; id++) {
    const m = w.peekMount(id);
    if (m.alive && m.state.slot.mounted && m.state.server.status === "UP") return id;
  }
  return undefined;
}

const allMounted = (w: ClusterWorld): boolean =>
  [0, 1, 2].every((id) => w.peekMount(id).state.slot.mounted);

function waitForLeader(w: ClusterWorld, limit: number): number {
  const from = w.now;
  const found = w.runUntil((x) => leaderOf(x) !== undefined, from + limit);
  expect(found, `a leader within ${limit} us`).toBe(true);
  return w.now - from;
}

/** Sets the option on all but the leader, removes the leader, gives back the delay. */
function delayWith(w: ClusterWorld, timeoutSeconds: number): number {
  const leader = leaderOf(w);
  if (leader === undefined) throw new Error("the cluster should have a leader");
  for (let id = 0; id < w.mountCount; id++) {
    if (id === leader || !w.peekMount(id).state.slot.mounted) continue;
    w.mount(id).state.options.quorumHeartbeatTimeoutMs = timeoutSeconds * 1000;
  }
  w.runFor(SECOND); // followers hear a heartbeat and set their timeout anew
  start(w, leader, "umount", { force: true });
  w.runUntil((x) => !x.peekMount(leader).state.slot.mounted);
  return waitForLeader(w, 60 * SECOND);
}

describe("quorum_heartbeat_timeout_ms", () => {
  test.each(["a", "b", "c"])("bounds the time without a leader, seed %s", (seed) => {
    const o = options(seed);
    const w = clusterWorld(o);
    for (let n = 0; n < o.mounts; n++) start(w, n, "mount");
    waitForLeader(w, 5 * SECOND);
    expect(w.runUntil(allMounted, w.now + 5 * SECOND), "mounts that finish").toBe(true);
    for (const timeout of TIMEOUTS) {
      const slot = w.peekMount(leaderOf(w) ?? 0).state.options.quorumSlotNr;
      const delay = delayWith(w, timeout);
      expect(delay, `timeout ${timeout} s`).toBeGreaterThanOrEqual((timeout - 1) * SECOND);
      expect(delay, `timeout ${timeout} s`).toBeLessThanOrEqual((timeout + 5) * SECOND);
      w.runFor(5 * SECOND);
      remount(w, o, slot);
      w.runFor(5 * SECOND);
    }
    expect(w.violations).toEqual([]);
  });
});
