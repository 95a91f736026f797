// The machine proved on the lease service: messages, timers, disk writes, time mode and order mode.

import { describe, expect, test } from "vitest";
import { fromValues } from "../../sim/engine/chooser.ts";
import { CountingSink } from "../../sim/engine/trace/trace.ts";
import { search } from "../../sim/explore/exhaustive.ts";
import { leaseWorld, oneOwner, overstaying } from "../protocols/leases.ts";

const rounds = (w: ReturnType<typeof leaseWorld>): number => {
  let sum = 0;
  for (let i = 1; i < w.mountCount; i++) sum += w.peekMount(i).state.client.rounds;
  return sum;
};

describe("the lease service in time mode", () => {
  test.each(["a", "b", "c", "d", "e"])("keeps one owner per key, seed %s", (seed) => {
    const w = leaseWorld({ clients: 5, keys: 3, seed });
    w.runFor(2_000_000);
    expect(w.violations).toEqual([]);
    expect(rounds(w)).toBeGreaterThan(1000);
  });

  test("writes every grant to the disk before it is owned", () => {
    const w = leaseWorld({ clients: 3, keys: 2, seed: "disk" });
    w.runFor(100_000);
    for (let i = 1; i < w.mountCount; i++) {
      const { holding, turn } = w.peekMount(i).state.client;
      if (holding < 0) continue;
      const written = w.peekDevice().blocks.get(`grant ${holding}`)?.content;
      expect(written?.turn ?? 0).toBeGreaterThanOrEqual(turn);
    }
    expect(w.peekDevice().blocks.size).toBe(2);
  });

  test("is caught when clients use what they no longer have", () => {
    const caught = ["a", "b", "c"].filter((seed) => {
      const w = leaseWorld({ clients: 5, keys: 1, seed, rules: overstaying });
      return w.runUntil((x) => x.violations.length > 0, 1_000_000);
    });
    expect(caught).toHaveLength(3);
  });

  test("names promise, place, time and mount of what it caught", () => {
    const w = leaseWorld({ clients: 5, keys: 1, seed: "a", rules: overstaying });
    w.runUntil((x) => x.violations.length > 0);
    const [v] = w.violations;
    expect(v?.promise).toBe(oneOwner.promise);
    expect(v?.place).toBe("key 0");
    expect(v?.seq).toBe(w.seq);
    expect(v?.at).toBe(w.now);
    expect(v?.mount).toBeGreaterThan(0);
  });

  test("keeps the same hash with a trace sink and without", () => {
    const bare = leaseWorld({ clients: 4, keys: 2, seed: "sink" });
    const watched = leaseWorld({ clients: 4, keys: 2, seed: "sink" });
    const sink = new CountingSink();
    watched.trace.sink = sink;
    bare.runFor(50_000);
    watched.runFor(50_000);
    expect(watched.hash).toBe(bare.hash);
    expect(sink.total).toBeGreaterThan(watched.seq);
  });
});

describe("the lease service in order mode", () => {
  const inOrder = (rules?: typeof overstaying) =>
    leaseWorld({
      clients: 2,
      keys: 1,
      chooser: fromValues([]),
      ...(rules === undefined ? {} : { rules }),
      blueprint: {
        ordering: {},
        net: { link: { minUs: 0, maxUs: 900 } },
        device: { landMin: 0, landMax: 900, completeMin: 0, completeMax: 0 },
        scheduling: { start: { min: 0, max: 0 }, preemptWithin: 0 },
      },
    });

  test("finds the clients that overstay, by a shortest path", () => {
    const found = search(inOrder(overstaying), { states: 200_000, depth: 60 });
    expect(found.counterexample?.violation?.promise).toBe("ONE");
    const again = search(inOrder(overstaying), { states: 200_000, depth: 60 });
    expect(again.counterexample?.path).toEqual(found.counterexample?.path);
  });

  test("finds nothing within its bounds in the sound service, and says that it was cut", () => {
    const found = search(inOrder(), { states: 3_000, depth: 60 });
    expect(found.counterexample).toBeUndefined();
    expect(found.complete).toBe(false);
  });
});
