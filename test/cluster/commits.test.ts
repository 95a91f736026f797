// Commits that requests, farewells and reclaims share, some of whose holders fail: over many seeds,
// and for a small case in every order there is, with one preemption.

import { describe, expect, test } from "vitest";
import { clusterWorld } from "../../sim/cluster/world/cluster.ts";
import type { Cluster, ClusterWorld } from "../../sim/cluster/world/types.ts";
import { start } from "../../sim/engine/build.ts";
import { fromValues } from "../../sim/engine/chooser.ts";
import { open } from "../../sim/engine/kernel/holds.ts";
import type { Monitor } from "../../sim/engine/trace/monitor.ts";
import { search } from "../../sim/explore/exhaustive.ts";

const SECOND = 1_000_000;

/** A commit is written while nobody holds it. */
const alone: Monitor<Cluster, object> = {
  promise: "ALONE",
  wants: ["io"],
  start: () => ({}),
  on(entry, _state, view) {
    const { did, op, block } = entry.data as Record<"did" | "op" | "block", string>;
    if (did !== "issue" || op !== "write" || !block.startsWith("server.")) return;
    const { holding, committing } = view.peekMount(entry.mount).state.server.cusers;
    if (holding.length > 0) view.violate("commit", `${holding.length} hold the commit`);
    if (!committing) view.violate("commit", "written by no commit");
  },
};

const SERVER = 0;
const clients = [1, 2, 3, 4];
const shape = { slots: 1, hosts: 1, heartbeatTimeoutMs: 10_000, agent: {} };

/** Preempted often, so that many hold at once. */
const scheduling = { start: { min: 5, max: 300 }, preemptWithin: 4 };

/** A server with four clients. */
function mounted(seed: string): ClusterWorld {
  const o = { ...shape, seed, mounts: 5, blueprint: { monitors: [alone], scheduling } };
  const w = clusterWorld(o);
  for (const id of [SERVER, ...clients]) start(w, id, "mount");
  w.runFor(3 * SECOND);
  return w;
}

const REQUESTS = 12;

/** Requests of all mounts, a quarter of which fail, while the clients leave one after another. */
function makeBusy(w: ClusterWorld): void {
  for (let i = 0; i < REQUESTS; i++) {
    const from = w.pick(0, "from", clients.length + 1);
    if (w.pick(0, "error", 4) > 0) start(w, from, "alloc_inodes", { count: 10 });
    else start(w, from, "resize_devices", { metaBlocks: 1, dataBlocks: 0 });
    if (i % 3 === 2) start(w, 1 + Math.floor(i / 3), "umount", { force: false });
    w.runFor(w.pick(0, "pause", 400));
  }
}

const seeds = Array.from({ length: 60 }, (_, i) => `commits ${i}`);

describe("commits and farewells together", () => {
  test("all end, and every client is gone, whatever the order", () => {
    for (const seed of seeds) {
      const w = mounted(seed);
      makeBusy(w);
      w.runFor(SECOND);
      for (const id of clients) start(w, id, "umount", { force: false });
      w.runFor(SECOND);
      expect(w.violations, seed).toEqual([]);
      const { server, slot } = w.peekMount(SERVER).state;
      expect(slot.users, seed).toBe(0);
      expect(server.cusers, seed).toMatchObject({ holding: [], applying: [], committing: false });
      expect(
        server.holds.slots.filter((s) => s.value !== undefined),
        seed,
      ).toEqual([]);
      expect(
        server.stableSuper.mountedClients.map((c) => c.rid),
        seed,
      ).toEqual([slot.rid]);
    }
  });
});

describe("the smallest case in every order", () => {
  const answers = ["farewell_worker", "server_resize_devices"] as const;

  /** A client outside the quorum says farewell while a request of its server fails. Heartbeats,
   *  commits of mounts and the agent stand still, so that there is an end. */
  const small = (): ClusterWorld => {
    const w = clusterWorld({
      ...shape,
      ...{ seed: "", mounts: 2, agent: { habit: "absent" } },
      blueprint: {
        monitors: [alone],
        chooser: fromValues([]),
        ordering: { preempt: 1 },
        scheduling: { start: { min: 0, max: 50 }, preemptWithin: 0 },
        device: { landMin: 0, landMax: 300, completeMin: 0, completeMax: 100 },
      },
    });
    for (const id of [0, 1]) start(w, id, "mount");
    w.runFor(3 * SECOND);
    expect(w.peekMount(1).state.slot.mounted).toBe(true);
    const hold = (program: string, label: string) => {
      const until = { is: "released" } as const;
      w.holds.push({ program, label, mount: -1, held: [], open: false, until });
    };
    const begun = [
      ["server_farewell", "add"],
      ["server_resize_devices", "enter"],
    ] as const;
    for (const [program, label] of begun) hold(program, label);
    hold("scoutfs_quorum_worker", "loop");
    hold("scoutfs_client_connect_worker", "enter");
    hold("reclaim_worker", "next");
    for (const program of answers) hold(program, "respond");
    start(w, 1, "umount", { force: false });
    start(w, 0, "resize_devices", { metaBlocks: 1, dataBlocks: 0 });
    w.runFor(SECOND / 100);
    const requests = w.holds.slice(0, begun.length);
    expect(requests.map(({ held }) => held.length)).toEqual([1, 1]);
    hold("scoutfs_trans_write_func", "enter");
    hold("scoutfs_srch_compact_worker", "get");
    for (const held of requests) open(w, held);
    return w;
  };

  const isStuck = (w: ClusterWorld): string | undefined => {
    const { server } = w.peekMount(SERVER).state;
    for (const program of answers) {
      const there = w.holds.find((h) => h.program === program && h.label === "respond");
      if (there?.held.length !== 1) return `${program} did not come to its answer`;
    }
    if (server.stableSuper.mountedClients.length > 1) return "the client was not reclaimed";
    return server.cusers.holding.length > 0 ? "somebody still holds the commit" : undefined;
  };

  test("ends well in each of them", () => {
    const result = search(small(), { states: 100_000, depth: 500, draws: 400, atEnd: isStuck });
    expect(result.counterexample).toBeUndefined();
    expect(result.cutBy).toBeUndefined();
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(200);
  });
});
