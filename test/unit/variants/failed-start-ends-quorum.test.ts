// The server of the next leader fails to start, since the one before it is not fenced in time.
// Those who are left are a majority, and have a server as soon as the agents are faster, unless the
// failed start has ended a member's part in quorum. See src/variants/failed-start-ends-quorum.ts.

import { expect, test } from "vitest";
import { setAgent } from "../../../sim/cluster/world/agents.ts";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { seconds, us } from "../../../src/core/index.ts";
import { failedStartEndsQuorum } from "../../../src/variants/failed-start-ends-quorum.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { fields, peek, SECOND, threeMembers } from "../trans/world.ts";

/** Longer than a start waits. */
const SLOW = { slowUs: seconds(20) };

function superseded(variants: readonly Variant[]) {
  const { w, leader, others } = threeMembers("a", { agent: SLOW, variants }, []);
  powerOff(w, leader);
  const failed = () => fields(w, "fence_leaders_ret").filter(({ ret }) => ret !== 0).length;
  w.runUntil(() => failed() > 0, w.now + 30 * SECOND);
  w.runFor(SECOND / 2);
  for (const host of others) setAgent(w, host, { slowUs: us(0) });
  w.runFor(20 * SECOND);
  const up = others.filter((n) => peek(w, n).server.status === "UP").length;
  const workersGone = fields(w, "quorum_worker_exit").map(({ ret }) => ret);
  return { failed: failed(), up, workersGone };
}

test("a member whose server could not start takes part in the next election", () => {
  for (const base of [[], mendedVariants]) {
    expect(superseded(base)).toEqual({ failed: 1, up: 1, workersGone: [] });
  }
});

test("with the bug it does not, and its vote is missed for good", () => {
  for (const base of [[], mendedVariants]) {
    const seen = superseded([...base, failedStartEndsQuorum]);
    expect(seen).toEqual({ failed: 1, up: 0, workersGone: ["ESHUTDOWN"] });
  }
});
