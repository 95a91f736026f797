// A member is lost, and the others unmount before it has been reclaimed: in main the leader goes,
// and the last one has no majority any more.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../sim/cluster/generate.ts";
import { type Plan, planWorld } from "../../../sim/cluster/plan/plan.ts";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { resetOpenedBy } from "../../../sim/engine/network/streams.ts";
import { live } from "../../../src/monitors/live.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { threeHosts } from "../cluster/plan/three-hosts.ts";
import {
  type Cluster,
  gone,
  hold,
  notes,
  reaches,
  release,
  SECOND,
  threeMembers,
} from "../trans/world.ts";

const REPAIR = variantOf("absent-members-do-not-stay");

interface Three {
  readonly w: Cluster;
  readonly leader: number;
  readonly lost: number;
  readonly last: number;
}
function three(variants: readonly Variant[]): Three {
  const { w, leader, others } = threeMembers("absent", { hosts: 3, variants }, [live]);
  return { w, leader, lost: others[0], last: others[1] };
}

const leave = (w: Cluster, n: number) => start(w, n, "umount", { force: false });

/** Its host loses its power, and so much later the others unmount, the leader first. */
function shutDown({ w, leader, lost, last }: Three, afterS: number): void {
  powerOff(w, lost);
  w.runFor(afterS * SECOND);
  leave(w, leader);
  w.runFor(1000);
  leave(w, last);
  w.runFor(150 * SECOND);
}

describe("a member that is lost", () => {
  test("counts as one that stays in main, and the last one is owed its unmount", () => {
    const all = three([]);
    shutDown(all, 30);
    expect(gone(all.w)).toEqual([all.leader]);
    expect(all.w.violations.map(({ promise, place }) => [promise, place])).toEqual([
      ["LIVE", "unmount"],
    ]);
  });

  test.each(["mended", REPAIR.id])("is waited for until it is reclaimed with %s", (name) => {
    const all = three(variantsOf([name]));
    shutDown(all, 30);
    expect(gone(all.w).toSorted()).toEqual([all.leader, all.last].toSorted());
    expect(all.w.violations).toEqual([]);
  });

  test("is missed by nobody before its connection is, and nothing is owed then", () => {
    const all = three([REPAIR]);
    shutDown(all, 10);
    expect(gone(all.w)).toEqual([all.leader]);
    expect(all.w.violations).toEqual([]);
  });
});

describe("a member that is lost when it has asked to leave", () => {
  const S = SECOND;
  const plan: Plan = {
    ...generatePlan("asked"),
    cluster: { ...threeHosts, mounts: 4, slots: 4, hosts: 4 },
    budget: "survivable",
    steps: [
      ...[0, 1, 2, 3].map((n) => ({ atUs: n * 1000, do: "mount" as const, n })),
      { atUs: 10 * S, do: "umount", n: 3 },
      { atUs: 15 * S, do: "umount", n: 1 },
      { atUs: 16 * S, do: "umount", n: 2 },
      { atUs: 20 * S, do: "reset-client", n: 1 },
      { atUs: 20 * S, do: "cut-all", host: 1, forUs: 8 * S },
      { atUs: 25 * S, do: "mount", n: 3 },
      { atUs: 30 * S, do: "mount", n: 1 },
    ],
  };

  test("goes before the others, and takes nobody's place", () => {
    const w = planWorld({ ...plan, variants: [REPAIR.id] }, []);
    const leaves = (n: number) => w.peekMount(n).state.slot.inSysfs;
    w.runUntil(() => false, 19 * SECOND);
    expect([leaves(3), leaves(1), leaves(2)]).toEqual([false, true, true]);
    w.runUntil(() => false, 32 * SECOND);
    expect(leaves(2)).toBe(false);
  });
});

describe("a member that is away for a moment", () => {
  /** It may not greet, and the leader asks meanwhile. */
  function away(variants: readonly Variant[]) {
    const all = three(variants);
    const { w, leader, lost } = all;
    const greets = hold(w, "scoutfs_client_connect_worker", "greet", lost);
    resetOpenedBy(w, lost);
    expect(reaches(w, greets)).toBe(true);
    return { ...all, greets, asks: () => leave(w, leader) };
  }

  test("is waited for until it greets", () => {
    const { w, leader, greets, asks } = away([REPAIR]);
    asks();
    w.runFor(5 * SECOND);
    expect(gone(w)).toEqual([]);
    release(w, greets);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([leader]);
    const main = away([]);
    main.asks();
    main.w.runFor(5 * SECOND);
    expect(gone(main.w)).toEqual([main.leader]);
  });

  test("is counted again when it greets behind the count", () => {
    const { w, leader, greets, asks } = away([REPAIR]);
    const counted = hold(w, "farewell_worker", "giveBack", leader);
    asks();
    expect(reaches(w, counted)).toBe(true);
    release(w, greets);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([]);
    release(w, counted);
    w.runFor(SECOND);
    expect(gone(w)).toEqual([leader]);
    expect(notes(w, "a client greeted while the farewells were counted")).toBe(1);
  });
});
