// The server changes while a mount is to give up `read`, and the next one makes that `write`. See
// src/variants/grant-waits-for-earlier-invalidations.ts.

import { expect, test } from "vitest";
import type { ClusterWorld } from "../../../sim/cluster/world/types.ts";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Hold } from "../../../sim/engine/kernel/holds.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { lck1 } from "../../../src/monitors/lck1.ts";
import { grantWaitsForEarlierInvalidations } from "../../../src/variants/grant-waits-for-earlier-invalidations.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  hold,
  ops,
  peek,
  reaches,
  read,
  release,
  SECOND,
  threeMembers,
  write,
} from "../trans/world.ts";

const WHILE = SECOND / 10;
/** Two of one lock, and one of another. */
const FILE = 2048;
const NEXT = FILE + 1;
const OTHER = 4096;

interface Race {
  readonly w: ClusterWorld;
  readonly first: number;
  /** The mount that has `read`, and one that is to take it away. */
  readonly reads: number;
  readonly writes: number;
}
function raceOf(variants: readonly Variant[]): Race {
  const { w, leader: first, others } = threeMembers("own", { variants }, [dat1, lck1]);
  const [reads, writes] = others;
  return { w, first, reads, writes };
}

/** Who reads wants to write as well, and the new server hears of that before it hears from the
 *  other. There may be a third server meanwhile. What broke, or else what was written, as somebody
 *  reads it who has written neither. */
function changesServer(
  { w, first, reads, writes }: Race,
  invalidation: Hold,
  goes: "once" | "twice",
): unknown[] {
  start(w, reads, "write_file", { ino: FILE, value: 10 });
  w.runFor(200);
  const comesLater = hold(w, "scoutfs_client_connect_worker", "findServer", writes);
  start(w, first, "stop_server", { cause: "test" });
  w.runFor(5 * SECOND);
  expect(comesLater.held).toHaveLength(1);
  expect(invalidation.held).toHaveLength(1);
  release(w, comesLater);
  w.runFor(SECOND);
  if (goes === "twice") {
    const second = [0, 1, 2].find((n) => peek(w, n).server.status === "UP") ?? -1;
    start(w, second, "stop_server", { cause: "test" });
    start(w, first, "read_file", { ino: NEXT });
    w.runFor(5 * SECOND);
  }
  release(w, invalidation);
  w.runFor(SECOND);
  if (w.violations.length > 0) return w.violations.map(({ promise }) => promise);
  expect(ops(w).filter(({ value }) => value === 10)).toHaveLength(1);
  return [read(w, first, FILE), read(w, first, NEXT)];
}

/** The invalidation waits for somebody who reads. */
function whileRead(variants: readonly Variant[], goes: "once" | "twice" = "once") {
  const race = raceOf(variants);
  const { w, reads, writes } = race;
  const reader = hold(w, "read_file", "looked", reads);
  start(w, reads, "read_file", { ino: FILE });
  expect(reaches(w, reader)).toBe(true);
  start(w, writes, "write_file", { ino: NEXT, value: 20 });
  w.runFor(WHILE);
  return changesServer(race, reader, goes);
}

/** It waits for the sync of another lock of its batch. */
function whileSynced(variants: readonly Variant[]) {
  const race = raceOf(variants);
  const { w, reads, writes } = race;
  write(w, reads, OTHER, 1);
  read(w, reads, FILE);
  const worker = hold(w, "lock_invalidate_worker", "collect", reads);
  start(w, writes, "write_file", { ino: OTHER, value: 21 });
  w.runFor(WHILE);
  start(w, writes, "write_file", { ino: NEXT, value: 20 });
  w.runFor(WHILE);
  const sync = hold(w, "lock_invalidate", "synced", reads);
  release(w, worker);
  expect(reaches(w, sync)).toBe(true);
  return changesServer(race, sync, "once");
}

const without = mendedVariants.filter((v) => v !== grantWaitsForEarlierInvalidations);

test.each([
  ["waits for a reader", whileRead],
  ["waits for a sync", whileSynced],
])("what is written under a new grant is not dropped by an old request that %s", (_, race) => {
  expect(race([])).toEqual(["CRASH"]);
  expect(race([grantWaitsForEarlierInvalidations])).toEqual([10, 20]);
  expect(race(without)).toEqual(["CRASH"]);
  expect(race(mendedVariants)).toEqual([10, 20]);
});

test("a third server is told of the grant that waits, and grants nothing beside it", () => {
  expect(whileRead([grantWaitsForEarlierInvalidations], "twice")).toEqual([10, 20]);
  expect(whileRead(mendedVariants, "twice")).toEqual([10, 20]);
});
