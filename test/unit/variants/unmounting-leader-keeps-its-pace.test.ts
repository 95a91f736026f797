// The leader unmounts while its server reclaims a client that was fenced, which takes it twice the
// heartbeat timeout. See src/variants/unmounting-leader-keeps-its-pace.ts.

import { expect, test } from "vitest";
import type { Cluster } from "../../../sim/cluster/world/types.ts";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  count,
  hold,
  mounted,
  peek,
  reaches,
  release,
  SECOND,
  threeMembers,
} from "../trans/world.ts";

const REPAIR = variantOf("unmounting-leader-keeps-its-pace");
/** No member of the quorum. */
const CLIENT = 3;

function leaves(variants: readonly Variant[], reclaimTakes: number) {
  const monitors = [fnc5] as unknown as Monitor<Cluster>[];
  const agent = { run: "power" } as const;
  const o = { mounts: 4, slots: 3, heartbeatTimeoutMs: 2000, agent, variants };
  const w = mounted({ ...o, blueprint: { monitors } });
  const leader = [0, 1, 2].find((n) => peek(w, n).server.status === "UP") ?? -1;
  const reclaims = hold(w, "reclaim_worker", "reclaimed", leader);
  w.record(CLIENT, "fault", { rid: peek(w, CLIENT).super.rid });
  powerOff(w, CLIENT);
  expect(reaches(w, reclaims, 90 * SECOND)).toBe(true);
  start(w, leader, "umount");
  w.runFor(reclaimTakes);
  release(w, reclaims);
  w.runFor(30 * SECOND);
  const broken = w.violations.map(({ promise }) => promise);
  return { unmounted: count(w, "unmounted"), broken };
}

const WELL = { unmounted: 1, broken: [] };

test("is fenced in main, and leaves cleanly when it goes on with its heartbeats", () => {
  expect(leaves([], 4 * SECOND)).toEqual({ unmounted: 0, broken: ["FNC5"] });
  expect(leaves([REPAIR], 4 * SECOND)).toEqual(WELL);
  expect(leaves([...new Set([...mendedVariants, REPAIR])], 4 * SECOND)).toEqual(WELL);
});

test("leaves cleanly anyhow when its server stops in time", () => {
  expect([leaves([], SECOND), leaves([REPAIR], SECOND)]).toEqual([WELL, WELL]);
});

/** Its farewell is through, and others want a commit that takes twice the heartbeat timeout. They
 *  wait for it when the leader's worker sees that it leaves, or ask for it a moment later. */
function leavesInACommit(variants: readonly Variant[], asks: "before" | "behind") {
  const { w, leader, others } = threeMembers("commit", { hosts: 3, variants }, [fnc5]);
  start(w, leader, "umount", { force: false });
  w.runUntil(() => count(w, "reclaim_rid_ret") === 1, w.now + 5 * SECOND);
  const turns = hold(w, "scoutfs_quorum_worker", "loop", leader);
  w.runUntil(() => peek(w, leader).quorum.info?.shutdown === true, w.now + 5 * SECOND);
  const requests = hold(w, "server_commit_log_trees", "enter", leader);
  const commits = hold(w, "scoutfs_server_commit_func", "writeBlocks", leader);
  start(w, others[0], "write_file", { ino: 5000, value: 1 });
  start(w, others[0], "sync", {});
  const sees = () => release(w, turns);
  const joins = () => release(w, requests);
  expect(reaches(w, requests)).toBe(true);
  expect(reaches(w, turns)).toBe(true);
  for (const next of asks === "before" ? [joins, sees] : [sees, joins]) {
    next();
    w.runFor(3000);
  }
  expect(reaches(w, commits)).toBe(true);
  w.runFor(4 * SECOND);
  release(w, commits);
  w.runFor(30 * SECOND);
  return { unmounted: count(w, "unmounted"), broken: w.violations.map(({ promise }) => promise) };
}

test.each(["before", "behind"] as const)(
  "leaves cleanly in a commit that is asked for %s it, and is fenced in main",
  (asks) => {
    expect(leavesInACommit([], asks).broken).toEqual(["FNC5"]);
    expect(leavesInACommit([REPAIR], asks)).toEqual(WELL);
    expect(leavesInACommit(mendedVariants, asks)).toEqual(WELL);
  },
);
