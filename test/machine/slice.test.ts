// The slice of scoutfs in a world: commits shared by concurrent holders that may fail, farewells
// and reclaims beside them, over many seeds and, for a small case, over every order there is.

import { describe, expect, test } from "vitest";
import type { AnyWorld } from "../../sim/cluster/any-world.ts";
import { showWhat } from "../../sim/cluster/show.ts";
import type { Slice } from "../../sim/cluster/slice.ts";
import { sliceWorld } from "../../sim/cluster/slice.ts";
import { start } from "../../sim/engine/build.ts";
import { fromValues } from "../../sim/engine/chooser.ts";
import type { Monitor } from "../../sim/engine/trace/monitor.ts";
import { search } from "../../sim/explore/exhaustive.ts";
import { firstDifference } from "../../sim/explore/twin.ts";
import type { Rid } from "../../src/core/index.ts";

const rid = (n: number): Rid => n as Rid;
const clients = [11, 12, 13, 14].map((n) => ({ rid: rid(n), quorum: n < 13 }));

/** A commit is written while nobody holds it. */
const alone: Monitor<Slice, object> = {
  promise: "ALONE",
  wants: ["io"],
  start: () => ({}),
  on(entry, _state, view) {
    const { did, op } = entry.data as { did: string; op: string };
    if (did !== "issue" || op !== "write") return;
    const { holding, committing } = view.peekMount(entry.mount).state.server.cusers;
    if (holding.length > 0) view.violate("commit", `${holding.length} hold the commit`);
    if (!committing) view.violate("commit", "written by no commit");
  },
};

function busyWorld(seed: string) {
  const w = sliceWorld({ clients, seed, monitors: [alone], recovering: [rid(13)] });
  w.runFor(100);
  for (let i = 0; i < 12; i++) {
    const blocks = 1 + w.pick(0, "blocks", 20);
    const us = 1 + w.pick(0, "use", 700);
    const error = w.pick(0, "error", 4) === 0 ? "EIO" : undefined;
    start(w, 0, "slice_request", { blocks, us, error });
    if (i % 3 === 0) start(w, 0, "slice_farewell", { rid: 11 + i / 3 });
    w.runFor(w.pick(0, "pause", 400));
  }
  start(w, 0, "slice_recovered", { rid: 13 });
  return w;
}

const seeds = Array.from({ length: 60 }, (_, i) => `slice ${i}`);

describe("commits and farewells together", () => {
  test("all end, and every client is gone, whatever the order", () => {
    for (const seed of seeds) {
      const w = busyWorld(seed);
      w.runFor(200_000);
      expect(w.violations, seed).toEqual([]);
      expect(showWhat(w as unknown as AnyWorld, { what: "tasks", mount: 0, path: "" }), seed).toBe(
        "none",
      );
      const { server, recov } = w.peekMount(0).state;
      expect(server.cusers, seed).toMatchObject({ holding: [], applying: [], committing: false });
      expect(
        server.holds.slots.every((s) => s.value === undefined),
        seed,
      ).toBe(true);
      expect(server.stableSuper.mountedClients, seed).toEqual([]);
      expect(recov.pending, seed).toEqual([]);
    }
  });

  test("share commits: fewer are written than applied", () => {
    const w = busyWorld("share");
    w.runFor(200_000);
    const written = w.peekDevice().blocks.get("server.super")?.version ?? 0;
    expect(written).toBeGreaterThan(1);
    expect(written).toBeLessThan(12);
  });

  test("run twice do not differ, and go on alike in clones", () => {
    expect(firstDifference(busyWorld("twin"), busyWorld("twin"), 5000)).toBeUndefined();
    let cloned = busyWorld("twin");
    const straight = busyWorld("twin");
    for (let i = 1; i <= 400; i++) {
      straight.step();
      cloned.step();
      if (i % 50 === 0) cloned = cloned.clone();
    }
    expect(cloned.hash).toBe(straight.hash);
  });
});

describe("what main does when the last holder fails", () => {
  test("one that waits for room sleeps on, for nobody queues a commit", () => {
    const w = sliceWorld({ clients });
    w.runFor(100);
    const { alloc } = w.mount(0).state.server;
    alloc.avail = 1200; // room for one holder, not for two
    start(w, 0, "slice_request", { blocks: 1, us: 500, error: "EIO" });
    w.runFor(100);
    start(w, 0, "slice_request", { blocks: 1, us: 100 });
    w.runFor(10_000_000);
    const stuck = showWhat(w as unknown as AnyWorld, { what: "tasks", mount: 0, path: "" });
    expect(stuck).toMatch(/server_hold_commit .* waits \(held\)/);
    expect(stuck).toMatch(/no room in the allocators, and only an apply makes some/);
    start(w, 0, "slice_request", { blocks: 1, us: 100 });
    w.runFor(10_000);
    const after = showWhat(w as unknown as AnyWorld, { what: "tasks", mount: 0, path: "" });
    expect(after).toBe("none"); // the next one asks for a commit, and that wakes both
  });
});

describe("the smallest case in every order", () => {
  const small = () => {
    const w = sliceWorld({
      clients: [{ rid: rid(11), quorum: false }],
      monitors: [alone],
      blueprint: {
        chooser: fromValues([]),
        ordering: { preempt: 1 },
        scheduling: { start: { min: 0, max: 50 }, preemptWithin: 0 },
        device: { landMin: 0, landMax: 300, completeMin: 0, completeMax: 100 },
      },
    });
    w.runUntil((x) => x.pendingCount === 0);
    start(w, 0, "slice_farewell", { rid: 11 });
    start(w, 0, "slice_request", { blocks: 2, us: 100 });
    start(w, 0, "slice_request", { blocks: 2, us: 100, error: "EIO" });
    return w;
  };
  const isStuck = (w: ReturnType<typeof small>) => {
    if (w.peekMount(0).tasks.some((t) => t !== undefined)) return "somebody waits for ever";
    return w.peekMount(0).state.server.stableSuper.mountedClients.length > 0
      ? "the client was not reclaimed"
      : undefined;
  };

  test("ends well in each of them", () => {
    const result = search(small(), { states: 300_000, depth: 500, draws: 400, atEnd: isStuck });
    expect(result.counterexample).toBeUndefined();
    expect(result.cutBy).toBeUndefined();
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(200);
  });
});
