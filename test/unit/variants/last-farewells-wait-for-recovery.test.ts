// The last two members unmount while the locks of one are still recovered; in main the other one
// goes, and with it the server of the one that was kept back.

import { describe, expect, test } from "vitest";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { live } from "../../../src/monitors/live.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  type Cluster,
  gone,
  hold,
  mounted,
  peek,
  reaches,
  release,
  SECOND,
} from "../trans/world.ts";

const ALL = [0, 1, 2];
const REPAIR = variantOf("last-farewells-wait-for-recovery");
const statusOf = (w: Cluster, n: number) => (w.peekMount(n).alive ? peek(w, n).server.status : "");

interface Left {
  readonly w: Cluster;
  readonly next: number;
  readonly slow: number;
  readonly letGo: () => void;
}

/** The leader has left, and of the others the one that does not lead recovers its locks for
 *  long. */
function lastTwo(variants: readonly Variant[], slots = 3): Left {
  const agent = { habit: "honest" } as const;
  const w = mounted({
    ...{ mounts: 3, slots, hosts: 3, heartbeatTimeoutMs: 2000, agent, variants },
    blueprint: { monitors: [live] },
  });
  const first = ALL.find((n) => statusOf(w, n) === "UP") ?? -1;
  const gathers = ALL.map((n) => hold(w, "scoutfs_lock_recover_request", "gather", n));
  start(w, first, "umount", { force: false });
  const leads = (n: number) => n !== first && statusOf(w, n) === "UP";
  expect(w.runUntil(() => ALL.some(leads), w.now + 10 * SECOND)).toBe(true);
  const next = ALL.find(leads) ?? -1;
  const slow = 3 - first - next;
  const [atNext, atSlow] = [gathers[next], gathers[slow]];
  if (atNext === undefined || atSlow === undefined) throw new Error("three mounts");
  release(w, atNext);
  expect(reaches(w, atSlow)).toBe(true);
  return { w, next, slow, letGo: () => release(w, atSlow) };
}

/** Both ask; who has unmounted so many seconds after what is done then. */
function left({ w, next, slow }: Left, seconds: number, then: () => void): string[] {
  start(w, slow, "umount", { force: false });
  start(w, next, "umount", { force: false });
  w.runFor(SECOND);
  then();
  w.runFor(seconds * SECOND);
  const nameOf = new Map([
    [slow, "slow"],
    [next, "next"],
  ]);
  return gone(w).flatMap((n) => nameOf.get(n) ?? []);
}

describe("of the last who unmount, one whose locks are still recovered", () => {
  test("is left without a majority by main, and owed its unmount", () => {
    const last = lastTwo([]);
    expect(left(last, 150, last.letGo)).toEqual(["next"]);
    expect(last.w.violations.map(({ promise, place }) => [promise, place])).toEqual([
      ["LIVE", "unmount"],
    ]);
  });

  test.each(["mended", REPAIR.id])("is waited for with %s", (name) => {
    const last = lastTwo(variantsOf([name]));
    expect(left(last, 0, () => undefined)).toEqual([]);
    last.letGo();
    last.w.runFor(5 * SECOND);
    expect(gone(last.w)).toHaveLength(3);
    last.w.runFor(150 * SECOND);
    expect(last.w.violations).toEqual([]);
  });

  test("is waited for by the last member, though it is none itself", () => {
    const run = (variants: readonly Variant[]) => {
      const last = lastTwo(variants, 2);
      return left(last, 60, last.letGo);
    };
    expect([run([]), run([REPAIR])]).toEqual([["next"], ["slow", "next"]]);
  });

  test("is waited for until it is fenced", () => {
    const run = (seconds: number) => {
      const last = lastTwo([REPAIR]);
      return left(last, seconds, () => powerOff(last.w, last.slow));
    };
    expect([run(10), run(60)]).toEqual([[], ["next"]]);
  });
});
