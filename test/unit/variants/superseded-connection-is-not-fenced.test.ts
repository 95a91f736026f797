// A member whose first connection waits has come back on a second one and says farewell there,
// which is kept for another member to come. The first connection ends meanwhile.

import { describe, expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Rid } from "../../../src/core/index.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as at from "../server/world.ts";
import { becomes, elect, SECOND } from "../server/world.ts";

const REPAIR = variantOf("superseded-connection-is-not-fenced");
/** A drop that forgets the farewell, as main does when it fences. */
const DROPS_ONLY: Variant = { ...REPAIR, steps: {} };
/** By then a connection that waits for its client, and a timer that is late, have given up. */
const GIVEN_UP = 25 * SECOND;
const [MEMBER, CLIENT, OTHER] = [40, 41, 42] as Rid[];

function greet(w: at.WholeWorld, rid: Rid | undefined, quorum = true): ConnHandle {
  const conn = at.accepted(w);
  const data = { serverTerm: 0, rid: rid as Rid, farewell: false, quorum };
  at.request(w, conn, { name: "server_greeting", cmd: "GREETING", data });
  w.runFor(SECOND);
  return conn;
}
const end = (w: at.WholeWorld, conn: ConnHandle) => start(w, 0, "scoutfs_net_shutdown", { conn });

interface Asked {
  readonly w: at.WholeWorld;
  readonly first: ConnHandle;
  readonly second: ConnHandle;
}

function asked(variants: readonly Variant[]): Asked {
  const w = at.serverWorld("superseded", variants);
  elect(w, 3);
  expect(becomes(w, "UP")).toBe(true);
  greet(w, CLIENT, false);
  const first = greet(w, MEMBER);
  end(w, first);
  w.runFor(SECOND);
  const second = greet(w, MEMBER);
  at.request(w, second, { name: "server_farewell", cmd: "FAREWELL" });
  w.runFor(SECOND);
  return { w, first, second };
}
const asking = ({ w }: Asked) => at.stateOf(w).server.farewellRequests.map(({ rid }) => rid);

describe("a farewell on the second of two connections", () => {
  /** Who asks when the first is gone; how often it was fenced; whether it is answered at last. */
  const outcome = (variants: readonly Variant[]) => {
    const run = asked(variants);
    const { w, second } = run;
    expect(asking(run)).toEqual([MEMBER]);
    w.runFor(GIVEN_UP);
    const later = asking(run);
    greet(w, OTHER);
    const answers = at.sentTo(w, second).filter(({ cmd }) => cmd === "FAREWELL");
    return [later, at.seen(w, "fence.start").length, answers.length];
  };

  test("is answered though the first was dropped", () => {
    expect(outcome([])).toEqual([[], 1, 0]);
    expect(outcome([DROPS_ONLY])).toEqual([[], 0, 0]);
    expect(outcome([REPAIR])).toEqual([[MEMBER], 0, 1]);
  });

  test("goes with the second, which has the client fenced", () => {
    const run = asked([REPAIR]);
    run.w.runFor(GIVEN_UP);
    end(run.w, run.second);
    run.w.runFor(GIVEN_UP);
    expect(asking(run)).toEqual([]);
    expect(at.fencedRids(run.w)).toEqual([MEMBER]);
  });

  test("goes with the second though the first still waits", () => {
    const run = asked([REPAIR]);
    greet(run.w, OTHER, false);
    start(run.w, 0, "server_notify_down", { conn: run.second, rid: MEMBER });
    run.w.runFor(SECOND);
    expect(asking(run)).toEqual([]);
  });
});
