// The leader that stays looks for as long as a fencing may take, however slow its looks are. Who
// gives way is in test/cluster/mended-server.test.ts and leader-keeps-its-own-pace.test.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { withVariants } from "../../../sim/cluster/world/variants.ts";
import { powerOff, slowIo } from "../../../sim/engine/hosts.ts";
import type { AnyProgram } from "../../../src/core/index.ts";
import { seconds } from "../../../src/core/index.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";
import * as at from "../quorum/world.ts";

const id = "starting-leader-gives-way-in-its-term";
const waitsForStop = "starting-leader-waits-for-stop";
/** Enough that in one of them two are elected in one term. */
const SEEDS = 20;

/** How long the one that stays looks for the STOP of another that has lost its power, in us. */
function looksForUs(slowPermille: number): number {
  const programs = at.testPrograms as unknown as AnyProgram<Scoutfs>[];
  const bound = withVariants({ programs, rules: main }, [variantOf(id)]);
  for (let n = 0; n < SEEDS; n++) {
    const w = at.quorumWorld({
      ...{ slots: 2, seed: `stay ${n}` },
      programs: bound.programs as unknown as AnyProgram<at.TestQuorum>[],
    });
    at.mountAll(w);
    w.runUntil(() => at.elections(w).length === 2, seconds(2));
    const terms = at.elections(w).map(({ what }) => what.term);
    if (terms.length < 2 || terms[0] !== terms[1]) continue;
    const electedAt = w.now;
    powerOff(w, 1);
    slowIo(w, 0, slowPermille);
    w.runFor(seconds(60));
    const [ret] = at.only(w, "fence_leaders_ret").filter(({ mount }) => mount === 0);
    expect(ret?.what.ret).toBe("EEXIST");
    return (ret?.at ?? 0) - electedAt;
  }
  throw new Error("no seed in which two are elected in one term");
}

test("the one that stays gives up after 15 s, also where its looks are slow", () => {
  for (const slowPermille of [1000, 100_000, 400_000]) {
    expect(looksForUs(slowPermille)).toBeGreaterThan(14_500_000);
    expect(looksForUs(slowPermille)).toBeLessThan(16_500_000);
  }
});

test("the time of an earlier leader begins when the twin has gone", () => {
  const programs = at.testPrograms as unknown as AnyProgram<Scoutfs>[];
  const bound = withVariants({ programs, rules: main }, [variantOf(id), variantOf(waitsForStop)]);
  const found = bound.programs.find(({ name }) => name === "scoutfs_quorum_fence_leaders");
  const steps = (found?.steps ?? {}) as Record<string, (...args: unknown[]) => unknown>;
  const m = { super: { rid: 101 } };
  const twin = { event: { rid: 102, term: 3 }, heard: false };
  const earlier = { event: { rid: 103, term: 2 }, heard: true };
  const l = { term: 3, slot: 0, fenced: 0, old: [twin, earlier], error: undefined };
  const out = (s: number) => ({
    ...{ now: seconds(s), api: { serverIsRunning: () => true } },
    note: () => undefined,
  });
  expect(steps.choose?.(l, m, out(10), {})).toMatchObject({ then: "again" });
  Object.assign(l, { old: [earlier] });
  expect(steps.choose?.(l, m, out(14), {})).toBe("fence");
  expect(steps.fence?.(l, m, out(14), {})).toMatchObject({ then: "lookForStop" });
  Object.assign(l, { old: [earlier] });
  expect(steps.fence?.(l, m, out(17), {})).toMatchObject({ call: "scoutfs_fence_start" });
});
