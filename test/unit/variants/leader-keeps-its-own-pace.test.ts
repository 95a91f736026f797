// Two members of two slots are elected in one term. In main each silences the other by its first
// heartbeat; also where one of them gives way, whose worker then looks no more for that long.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { withVariants } from "../../../sim/cluster/world/variants.ts";
import type { AnyProgram } from "../../../src/core/index.ts";
import { ms, seconds } from "../../../src/core/index.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";
import * as at from "../quorum/world.ts";

const PACE = "leader-keeps-its-own-pace";
const GIVES_WAY = "starting-leader-gives-way-in-its-term";
/** Enough that in one of them two are elected in one term. */
const SEEDS = 20;

/** 30 s of two slots in which both are elected in the first term. */
function twoLeaders(ids: readonly string[]): at.QuorumWorld {
  const programs = at.testPrograms as unknown as AnyProgram<Scoutfs>[];
  const bound = withVariants({ programs, rules: main }, ids.map(variantOf));
  for (let n = 0; n < SEEDS; n++) {
    const w = at.quorumWorld({
      slots: 2,
      seed: `pace ${n}`,
      programs: bound.programs as unknown as AnyProgram<at.TestQuorum>[],
    });
    at.mountAll(w);
    w.runFor(seconds(2));
    if (at.elections(w).filter(({ what }) => what.term === 1).length < 2) continue;
    w.runFor(seconds(28));
    return w;
  }
  throw new Error("no seed in which two are elected in one term");
}

const events = (w: at.QuorumWorld, event: "ELECT" | "STOP") =>
  at.only(w, "quorum_block_event_ret").filter(({ what }) => what.event === event);

test("each of two leaders goes on with its heartbeats, where main has both fall silent", () => {
  const heartbeats = (ids: readonly string[]) => {
    const sent = at.only(twoLeaders(ids), "quorum_send_message");
    return sent.filter(({ what }) => what.type === "HEARTBEAT").length;
  };
  expect(heartbeats([])).toBeLessThan(10);
  expect(heartbeats([PACE])).toBeGreaterThan(500);
});

test("the one that gives way stores STOP at once, and not after the heartbeat timeout", () => {
  const givesWayAfter = (ids: readonly string[]) => {
    const w = twoLeaders(ids);
    const [elected, stops] = [events(w, "ELECT"), events(w, "STOP")];
    expect([elected.length, stops.length]).toEqual([2, 1]);
    return (stops[0]?.at ?? 0) - (elected[1]?.at ?? 0);
  };
  expect(givesWayAfter([GIVES_WAY])).toBeGreaterThan(seconds(10));
  expect(givesWayAfter([GIVES_WAY, PACE])).toBeLessThan(ms(200));
});
