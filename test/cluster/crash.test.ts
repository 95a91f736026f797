// CRASH: an assertion that fails inside a step, and the use of a handle that is gone, are a broken
// promise of the run with program and label as their place, and end the mount like a kernel's BUG.

import { describe, expect, test } from "vitest";
import { clusterWorld } from "../../sim/cluster/world/cluster.ts";
import { start } from "../../sim/engine/build.ts";
import { allocate, assert, free, get } from "../../src/core/index.ts";
import type { AnyStep, Variant } from "../../src/variants/types.ts";

function crashOf(beat: AnyStep) {
  const variant: Variant = {
    id: "crash",
    kind: "regression",
    commit: undefined,
    area: "test",
    promises: ["CRASH"],
    says: "a step that fails",
    steps: { scoutfs_quorum_worker: { announced: beat } },
  };
  const shape = { mounts: 2, slots: 2, hosts: 1, heartbeatTimeoutMs: 2000, agent: {} };
  const w = clusterWorld({ seed: "crash", ...shape, variants: [variant] });
  start(w, 0, "mount");
  w.runUntil((x) => x.violations.length > 0, 5_000_000);
  const alive = [0, 1].map((id) => w.peekMount(id).alive);
  return { first: w.violations[0], alive };
}

describe("CRASH", () => {
  test("is an assertion that fails, at its program and label", () => {
    const { first, alive } = crashOf(() => {
      assert(1 + 1 === 3, "a sum of three");
      return "checkUp";
    });
    expect(first).toMatchObject({
      promise: "CRASH",
      place: "scoutfs_quorum_worker @ announced",
      text: "expected a sum of three",
      mount: 0,
    });
    expect(alive).toEqual([false, true]);
  });

  test("is the use of what was freed", () => {
    const { first } = crashOf((_l, m) => {
      const hold = allocate(m.server.holds, { avail: 0, freed: 0, ret: undefined });
      free(m.server.holds, hold);
      get(m.server.holds, hold);
      return "checkUp";
    });
    expect(first?.promise).toBe("CRASH");
    expect(first?.text).toMatch(/to be alive, it was freed before$/);
  });

  test("is nothing that a good run has", () => {
    const { first, alive } = crashOf((_l) => "checkUp");
    expect(first).toBeUndefined();
    expect(alive).toEqual([true, true]);
  });
});
