// The device fails for the leader's host alone: main's server stays up and serves nobody.

import { expect, test } from "vitest";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { live } from "../../../src/monitors/live.ts";
import { trn1 } from "../../../src/monitors/trn1.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  count,
  fields,
  hold,
  ops,
  peek,
  reaches,
  release,
  SECOND,
  threeMembers,
  write,
} from "../trans/world.ts";

const REPAIR = variantOf("failed-commit-stops-the-server");
const CAUSE = "scoutfs_server_commit_func: EIO";

const stops = (w: Parameters<typeof fields>[0]) =>
  fields(w, "server.status").filter(({ to }) => to === "STOPPING");
const failedCommits = (w: Parameters<typeof fields>[0]) =>
  fields(w, "server_commit_end").filter(({ error }) => error !== undefined).length;

/** One of the others has written, and syncs; the third reads what it wrote. */
function leaderFails(variants: readonly Variant[], lastsUs: number) {
  const agent = { run: "power" } as const;
  const led = threeMembers("failing", { hosts: 3, variants, agent }, [dat1, live, trn1]);
  const { w, leader, others } = led;
  w.runFor(5 * SECOND);
  write(w, others[0], 5, 50);
  failIo(w, leader, 1000);
  start(w, others[0], "sync", {});
  start(w, others[1], "read_file", { ino: 5 });
  w.runFor(lastsUs);
  return led;
}

test("main's server fails one commit after another, and leads on", () => {
  const { w, leader } = leaderFails([], 300 * SECOND);
  expect(peek(w, leader).server.status).toBe("UP");
  expect(failedCommits(w)).toBeGreaterThan(500);
  expect(ops(w)).toHaveLength(1);
  const broken = w.violations.map(({ promise, place }) => `${promise} ${place}`);
  expect(broken).toContain("LIVE lock wait");
  expect(broken.filter((it) => !it.startsWith("LIVE"))).toEqual([]);
});

/** Its STOP fails as well; the repair of `leader-resigns-after-stop` tries it again. */
test.each([
  ["mended", 0],
  [REPAIR.id, 1],
] as const)("with %s its first failure stops it", (name, ended) => {
  const { w, others } = leaderFails(variantsOf([name]), 300 * SECOND);
  expect(stops(w)).toMatchObject([{ term: 1, cause: CAUSE }]);
  expect(failedCommits(w)).toBe(1);
  expect(fields(w, "quorum_worker_exit")).toMatchObject(
    new Array(ended).fill({ term: 1, ret: "EIO" }),
  );
  expect(others.filter((n) => peek(w, n).server.status === "UP")).toHaveLength(1);
  // The mount of the first leader, and the agent beside it.
  expect(count(w, "dead")).toBe(2);
  expect(ops(w).map(({ what, value }) => `${what} ${value}`)).toEqual([
    ...["write 50", "sync 0", "read 50"],
  ]);
  expect(w.violations).toEqual([]);
});

/** Its device is back before the members have elected another: nobody is fenced. */
test("with the repair a leader whose device fails once writes STOP and stays a member", () => {
  const { w, leader } = leaderFails([REPAIR], 0);
  w.runUntil(() => stops(w).length > 0, w.now + SECOND);
  failIo(w, leader, 0);
  w.runFor(60 * SECOND);
  expect(stops(w)).toHaveLength(1);
  expect(count(w, "quorum_worker_exit")).toBe(0);
  expect(count(w, "dead")).toBe(0);
  expect(ops(w)).toHaveLength(3);
  expect(w.violations).toEqual([]);
});

test("the repair leaves a forced unmount to the quorum worker", () => {
  const { w, leader, others } = leaderFails([REPAIR], 0);
  failIo(w, leader, 0);
  const commits = hold(w, "scoutfs_server_commit_func", "checkForced", leader);
  expect(reaches(w, commits)).toBe(true);
  start(w, leader, "umount", { force: true });
  w.runUntil(() => peek(w, leader).super.forcingUnmount, w.now + SECOND);
  release(w, commits);
  w.runFor(60 * SECOND);
  expect(fields(w, "server_commit_end")).toContainEqual(
    expect.objectContaining({ term: 1, error: "ENOLINK" }),
  );
  expect(stops(w)).toMatchObject([{ cause: expect.stringMatching(/^(quorum|unmount): /) }]);
  expect(others.filter((n) => peek(w, n).server.status === "UP")).toHaveLength(1);
  expect(w.violations).toEqual([]);
});
