// Clients were greeted in time and recover their locks just after the recovery timer has asked for
// their fencing. Then one says farewell, before the agent has done anything. How a greeting is
// refused is in test/cluster/mended-server.test.ts.

import { describe, expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import { RECOV_GREETING, RECOV_LOCKS } from "../../../src/recov/api.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as at from "../server/world.ts";
import { answerFences, becomes, elect, hold, reaches, release, SECOND } from "../server/world.ts";

const REPAIR = variantOf("client-being-fenced-is-not-greeted");
const CLIENTS = [40, 41] as Rid[];
const TIMER = 31 * SECOND;

const finish = (w: at.WholeWorld, which: typeof RECOV_GREETING | typeof RECOV_LOCKS) => {
  for (const rid of CLIENTS) start(w, 0, "scoutfs_server_recov_finish", { rid, which });
};

/** Both are greeted, and the recovery waits for their locks. */
function greeted(variants: readonly Variant[]): { w: at.WholeWorld; conns: ConnHandle[] } {
  const w = at.serverWorld("leaves", variants);
  const mountedClients = CLIENTS.map((rid) => ({ rid, address: 7 as Address, quorum: false }));
  at.putSuper(w, { mountedClients });
  elect(w, 3);
  expect(becomes(w, "UP")).toBe(true);
  const conns = CLIENTS.map((rid) => at.accepted(w, rid));
  finish(w, RECOV_GREETING);
  return { w, conns };
}
/** Both are being fenced, and have recovered. */
function recovered(variants: readonly Variant[]): { w: at.WholeWorld; conns: ConnHandle[] } {
  const { w, conns } = greeted(variants);
  w.runFor(TIMER);
  expect(at.fencedRids(w)).toEqual(CLIENTS);
  finish(w, RECOV_LOCKS);
  w.runFor(SECOND);
  return { w, conns };
}
const leave = (w: at.WholeWorld, conn: ConnHandle | undefined) => {
  if (conn !== undefined) at.request(w, conn, { name: "server_farewell", cmd: "FAREWELL" });
};
const left = (w: at.WholeWorld, conns: readonly ConnHandle[]) =>
  conns.map((conn) => at.sentTo(w, conn).filter(({ cmd }) => cmd === "FAREWELL").length);
const reclaims = (w: at.WholeWorld) => at.seen(w, "reclaim_rid_ret").map(({ data }) => data.rid);

describe("a client that leaves while it is being fenced", () => {
  const run = (variants: readonly Variant[]) => {
    const { w, conns } = recovered(variants);
    leave(w, conns[0]);
    w.runFor(SECOND);
    const answered = left(w, conns);
    const asked = at.fencedRids(w);
    answerFences(w);
    w.runFor(3 * SECOND);
    return [answered, asked, reclaims(w), at.stateOf(w).server.status];
  };

  test("is isolated and reclaimed again by main", () => {
    expect(run([])).toEqual([[1, 0], [40, 41], [40, 40, 41], "UP"]);
  });

  test("takes its own request along, and no other", () => {
    expect(run([REPAIR])).toEqual([[1, 0], [41], [40, 41], "UP"]);
  });

  test("takes its own along when several leave together", () => {
    const { w, conns } = recovered([REPAIR]);
    const it = hold(w, "farewell_worker", "take");
    for (const conn of conns) leave(w, conn);
    expect(reaches(w, it)).toBe(true);
    w.runFor(SECOND);
    release(w, it);
    w.runFor(SECOND);
    expect([left(w, conns), at.fencedRids(w)]).toEqual([[1, 1], []]);
  });

  test("no longer stops the server when the agent cannot isolate it", () => {
    const stopped = (variants: readonly Variant[]) => {
      const { w, conns } = recovered(variants);
      for (const conn of conns) leave(w, conn);
      w.runFor(SECOND);
      answerFences(w, "error");
      w.runFor(3 * SECOND);
      return at.statuses(w).includes("DOWN");
    };
    expect([stopped([]), stopped([REPAIR])]).toEqual([true, false]);
  });

  test("keeps its request as long as its reclaim has not succeeded", () => {
    const { w, conns } = recovered([REPAIR]);
    const it = hold(w, "reclaim_rid", "hold");
    leave(w, conns[0]);
    expect(reaches(w, it)).toBe(true);
    w.runFor(SECOND);
    expect(at.fencedRids(w)).toEqual(CLIENTS);
    release(w, it);
    w.runFor(SECOND);
    expect(at.fencedRids(w)).toEqual([41]);
  });

  /** The agent is quicker than the reclaim of the farewell, which is answered while the worker
   *  waits for its connection to end. */
  test("is not reclaimed again by a worker that was about to", () => {
    const { w, conns } = recovered([REPAIR, variantOf("reclaimed-client-leaves-no-connection")]);
    const applied = hold(w, "reclaim_rid", "applied");
    leave(w, conns[0]);
    expect(reaches(w, applied)).toBe(true);
    const lives = hold(w, "scoutfs_net_destroy_worker", "enter");
    const ended = hold(w, "reclaim_worker", "ended");
    answerFences(w);
    w.runFor(2 * SECOND);
    expect(ended.held).toHaveLength(1);
    release(w, applied);
    w.runFor(SECOND / 10);
    expect([left(w, conns), at.fencedRids(w)]).toEqual([[1, 0], [41]]);
    for (const it of [ended, lives]) release(w, it);
    w.runFor(3 * SECOND);
    expect([reclaims(w), at.stateOf(w).server.status]).toEqual([[40, 41], "UP"]);
  });

  test("takes along a request that is not on the list yet", () => {
    const { w, conns } = greeted([REPAIR]);
    const built = hold(w, "scoutfs_fence_start", "armTimer");
    w.runFor(TIMER);
    expect(at.fencedRids(w)).toEqual([40]);
    finish(w, RECOV_LOCKS);
    leave(w, conns[0]);
    w.runFor(SECOND);
    release(w, built);
    w.runFor(SECOND);
    answerFences(w);
    w.runFor(3 * SECOND);
    expect([left(w, conns), reclaims(w), at.fencedRids(w)]).toEqual([[1, 0], [40], []]);
  });
});
