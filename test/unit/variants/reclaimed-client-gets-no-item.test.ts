// A first greeting is still under way when its client, which has come by another connection, is
// reclaimed: because it has left, or because it was fenced. In main it inserts the item again. See
// src/variants/reclaimed-client-gets-no-item.ts.

import { describe, expect, test } from "vitest";
import { planWorld } from "../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../sim/cluster/plan/types.ts";
import type { Cluster as Protocol } from "../../../sim/cluster/world/types.ts";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { type Address, address, each, type HostId, type Rid } from "../../../src/core/index.ts";
import { fnc1 } from "../../../src/monitors/fnc1.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import { rcl1 } from "../../../src/monitors/rcl1.ts";
import { srv2 } from "../../../src/monitors/srv2.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { quietPlan } from "../../support/quiet-plan.ts";
import * as at from "../server/world.ts";
import { type Cluster, hold, peek, reaches, release, SECOND } from "../trans/world.ts";

const ID = "reclaimed-client-gets-no-item";
/** The server, and the client whose first greeting is late. */
const SERVERS = 101;
const RID = 102;
const WITHOUT: [string[]][] = [[["main"]], [["mended", `not:${ID}`]]];
/** Who is refused leaves a connection that never greeted. */
const WITH: [string[]][] = [[["mended"]], [[ID, "ungreeted-connection-is-dropped"]]];

const base = quietPlan("first greeting");

/** The first greeting of the second mount is late by so much, and its connection breaks. */
function greetsLate(variants: Plan["variants"], forUs: number, ...then: readonly PlanStep[]) {
  const place = { program: "server_greeting", label: "enter", skip: 0 };
  const steps: PlanStep[] = [
    { atUs: 0, do: "mount", n: 0 },
    { atUs: 4 * SECOND, do: "delay", forUs, ...place },
    { atUs: 5 * SECOND, do: "mount", n: 1 },
    { atUs: 5.06 * SECOND, do: "reset-client", n: 1 },
    ...then,
  ];
  const monitors = [fnc1, fnc5, rcl1, srv2] as unknown as Monitor<Protocol>[];
  return planWorld({ ...base, variants, steps }, monitors);
}

const broken = (w: Cluster) => w.violations.map(({ promise, place }) => [promise, place]);
const items = (w: Cluster) =>
  peek(w, 0).server.stableSuper.mountedClients.map(({ rid }) => Number(rid));

describe("a client that has left by its second connection", () => {
  const leaves: PlanStep = { atUs: 5.5 * SECOND, do: "umount", n: 1 };

  test.each(WITHOUT)("is fenced when its first greeting comes through (%j)", (names) => {
    const w = greetsLate(names, SECOND, leaves);
    w.runFor(10 * SECOND);
    expect(peek(w, 1).slot.umount).toBe("done");
    expect(items(w)).toEqual([SERVERS, RID]);
    w.runFor(20 * SECOND);
    expect(broken(w)).toEqual([["FNC5", `rid ${RID}`]]);
  });

  test.each(WITH)("is left alone where that greeting is refused (%j)", (names) => {
    const w = greetsLate(names, SECOND, leaves);
    w.runFor(10 * SECOND);
    expect(peek(w, 1).slot.umount).toBe("done");
    expect(items(w)).toEqual([SERVERS]);
    w.runFor(30 * SECOND);
    expect(broken(w)).toEqual([]);
    expect(peek(w, 0).server.status).toBe("UP");
  });

  /** With the other repairs: main sends by its first connection what is meant for it. */
  test("is not refused before it leaves", () => {
    const w = greetsLate(["mended"], SECOND, { ...leaves, atUs: 7 * SECOND });
    w.runFor(6.5 * SECOND);
    expect(items(w)).toEqual([SERVERS, RID]);
    w.runFor(SECOND);
    expect(peek(w, 1).slot.umount).toBe("done");
    expect(items(w)).toEqual([SERVERS]);
  });
});

/** The client is fenced while its first greeting is late, which comes through when all of it is
 *  reclaimed but for the fence request. */
function fenced(variants: Plan["variants"]) {
  const w = greetsLate(variants, 10 * SECOND);
  const frees = hold(w, "scoutfs_fence_free", "enter", 0);
  w.runFor(6 * SECOND);
  const request = { rid: RID, address: address(1 as HostId, 0), reason: "client_recovery" };
  start(w, 0, "scoutfs_fence_start", request);
  expect(reaches(w, frees, 8 * SECOND)).toBe(true);
  expect(items(w)).toEqual([SERVERS]);
  w.runFor(16 * SECOND - w.now);
  release(w, frees);
  w.runFor(2 * SECOND);
  return w;
}

/** FNC1 and FNC5 have more to say: no timer asked for that fence. */
const rests = (w: Cluster) => {
  w.runFor(60 * SECOND);
  w.trace.quiet();
  return broken(w).filter(([promise]) => promise === "RCL1");
};

/** Nobody else is mounted. */
function lastLeaves(w: Cluster): boolean {
  start(w, 0, "umount", { force: false });
  w.runFor(60 * SECOND);
  return peek(w, 0).slot.umount === "done";
}

describe("a client that was fenced", () => {
  test.each(WITHOUT)("has an item again (%j)", (names) => {
    expect(items(fenced(names))).toEqual([SERVERS, RID]);
  });

  test("keeps it as long as its server is up, where it is not let in", () => {
    const w = fenced(["mended", `not:${ID}`]);
    expect(rests(w)).toEqual([["RCL1", "mount 0"]]);
    expect(items(w)).toEqual([SERVERS, RID]);
    expect(lastLeaves(w)).toBe(false);
  });

  test.each(WITH)("has none where its first greeting is refused (%j)", (names) => {
    const w = fenced(names);
    expect(rests(w)).toEqual([]);
    expect(items(w)).toEqual([SERVERS]);
    expect(lastLeaves(w)).toBe(true);
  });
});

const CLIENT = 7 as Rid;
const TERM = 3;

/** A server that knows the client; nobody has one of its connections. */
function serverOf(variants: readonly Variant[]): at.WholeWorld {
  const w = at.serverWorld("first greeting", variants);
  at.putSuper(w, { mountedClients: [{ rid: CLIENT, address: 7 as Address, quorum: false }] });
  at.elect(w, TERM);
  expect(at.becomes(w, "UP")).toBe(true);
  return w;
}
function greets(w: at.WholeWorld, rid: Rid): void {
  const data = { serverTerm: 0, rid, farewell: false, quorum: false };
  at.request(w, at.accepted(w), { name: "server_greeting", cmd: "GREETING", data });
}
const known = (w: at.WholeWorld) =>
  at.stateOf(w).server.stableSuper.mountedClients.map(({ rid }) => rid);

describe("a server", () => {
  test.each([
    ["alone", [variantOf(ID)]],
    ["with the others", mendedVariants],
  ])("remembers whom it has reclaimed, and goes on (%s)", (_name, variants) => {
    const w = serverOf(variants);
    at.call(w, "reclaim_rid", { rid: CLIENT });
    w.runFor(at.SECOND);
    expect(known(w)).toEqual([]);
    greets(w, CLIENT);
    w.runFor(at.SECOND);
    greets(w, 8 as Rid);
    w.runFor(at.SECOND);
    expect(at.returned(w, "server_greeting")).toEqual(["ENOLINK", undefined]);
    expect(known(w)).toEqual([8]);
    expect(at.isStatus(w, "UP")).toBe(true);
    expect([...each(at.stateOf(w).server.holds)]).toEqual([]);
  });

  test("of a later term has reclaimed nobody yet", () => {
    const w = serverOf([variantOf(ID)]);
    at.call(w, "reclaim_rid", { rid: CLIENT });
    w.runFor(at.SECOND);
    at.call(w, "stop_server", { cause: "quorum: a test" });
    expect(at.becomes(w, "DOWN")).toBe(true);
    at.elect(w, TERM + 1);
    expect(at.becomes(w, "UP")).toBe(true);
    greets(w, CLIENT);
    w.runFor(at.SECOND);
    expect(at.returned(w, "server_greeting")).toEqual([undefined]);
    expect(known(w)).toEqual([CLIENT]);
  });

  /** Whoever greets is at this place, with the mutex, when the reclaim begins. */
  test.each([
    ["look", "ENOLINK"],
    ["insert", undefined],
  ])("keeps nothing of a greeting that is at %s with the mutex", (label, error) => {
    const w = serverOf([variantOf(ID)]);
    const place = at.hold(w, "insert_mounted_client", label);
    greets(w, CLIENT);
    expect(at.reaches(w, place)).toBe(true);
    at.call(w, "reclaim_rid", { rid: CLIENT });
    w.runFor(at.SECOND);
    expect(at.returned(w, "reclaim_rid")).toEqual([]);
    at.release(w, place);
    w.runFor(at.SECOND);
    expect(at.returned(w, "server_greeting")).toEqual([error]);
    expect(at.returned(w, "reclaim_rid")).toEqual([undefined]);
    expect(known(w)).toEqual([]);
  });
});
