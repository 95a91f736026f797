// A request has come from a client that died then, and is handled after the client was reclaimed:
// in main the lock server keeps a lock for nobody. What else a reclaim leaves behind is in
// test/cluster/mended-server.test.ts.

import { expect, test } from "vitest";
import { planWorld } from "../../../sim/cluster/plan/plan.ts";
import type { PlanStep } from "../../../sim/cluster/plan/types.ts";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { MemorySink } from "../../../sim/engine/trace/trace.ts";
import { address, type HostId } from "../../../src/core/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { quietPlan } from "../../support/quiet-plan.ts";
import { count, hold, mounted, peek, reaches, release, SECOND } from "../trans/world.ts";

const REPAIR = "reclaimed-client-leaves-no-connection";

/** How often the client is reclaimed while its request waits to be handled, and in all. */
function diesBehindItsRequest(variants: readonly Variant[]) {
  const members = { mounts: 3, hosts: 3, slots: 1, agent: {} };
  const w = mounted({ ...members, variants });
  const asks = hold(w, "scoutfs_lock_server_request", "get", 0);
  start(w, 1, "write_file", { ino: 5000, value: 1 });
  expect(reaches(w, asks)).toBe(true);
  powerOff(w, 1);
  // As the timer of a recovery does, which asks for no connection.
  const request = { rid: 102, address: address(1 as HostId, 0), reason: "client_recovery" };
  start(w, 0, "scoutfs_fence_start", request);
  w.runFor(10 * SECOND);
  expect(count(w, "fence.fenced")).toBe(1);
  const before = count(w, "reclaim_rid_ret");
  release(w, asks);
  w.runFor(10 * SECOND);
  const left = peek(w, 0).lockServer.locks.flatMap(({ granted, requested, invalidated }) =>
    [...granted, ...requested, ...invalidated].filter(({ rid }) => rid === 102),
  );
  return { reclaims: [before, count(w, "reclaim_rid_ret")], left };
}

test("main reclaims it first, and gives its lock to nobody", () => {
  const { reclaims, left } = diesBehindItsRequest([]);
  expect(reclaims).toEqual([1, 1]);
  expect(left).not.toEqual([]);
});

test.each(["mended", REPAIR])("with %s the reclaim waits for what runs for it", (name) => {
  const { reclaims, left } = diesBehindItsRequest(variantsOf([name]));
  expect(reclaims).toEqual([0, 1]);
  expect(left).toEqual([]);
});

/** A client that its server waits for comes back with two connections: one is being taken over by
 *  the other when the agent has answered. How long its reclaim takes from the first request on. */
function comesBackLate(): number {
  const delay = (atUs: number, program: string, label: string): PlanStep => ({
    ...{ atUs, do: "delay", skip: 0, forUs: SECOND, program, label },
  });
  const steps: PlanStep[] = [
    ...[0, 1, 2].map((n): PlanStep => ({ atUs: n * SECOND, do: "mount", n })),
    { atUs: 4 * SECOND, do: "mount", n: 3 },
    { atUs: 7.9 * SECOND, do: "cut-all", host: 3, forUs: 29.7 * SECOND },
    { atUs: 8 * SECOND, do: "umount", n: 0 },
    delay(38.2 * SECOND, "scoutfs_lock_server_recover_response", "look"),
    delay(38.4 * SECOND, "scoutfs_net_server_greeting", "migrate"),
    { atUs: 38.5 * SECOND, do: "reset-client", n: 3 },
  ];
  const base = quietPlan("failed mount");
  const cluster = { ...base.cluster, mounts: 4, slots: 3, hosts: 4, agentDelayUs: SECOND / 10 };
  const w = planWorld({ ...base, cluster, variants: ["mended"], steps }, []);
  const sink = new MemorySink(500_000);
  w.trace.sink = sink;
  w.runFor(90 * SECOND);
  const at = (kind: string) =>
    sink.entries().find(({ kind: k, data }) => k === kind && (data as { rid?: number }).rid === 104)
      ?.at ?? 0;
  return at("reclaim_rid") - at("fence.start");
}

test("a connection that takes over another one while the reclaim waits is ended too", () => {
  const takesUs = comesBackLate();
  expect(takesUs).toBeGreaterThan(0);
  expect(takesUs).toBeLessThan(5 * SECOND);
});
