// The leader's server is down, and its STOP takes three seconds, less than the others wait for
// heartbeats. See src/variants/leader-resigns-after-stop.ts.

import { expect, test } from "vitest";
import type { ClusterWorld } from "../../../sim/cluster/world/types.ts";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { fields, hold, peek, reaches, release, SECOND, threeMembers } from "../trans/world.ts";

const REPAIR = variantOf("leader-resigns-after-stop");
const without = mendedVariants.filter((v) => v !== REPAIR);

type How = (w: ClusterWorld, leader: number) => void;
const unmounts: How = (w, leader) => start(w, leader, "umount");
const leaves: How = (w, leader) => start(w, leader, "scoutfs_quorum_destroy", {});
const stops: How = (w, leader) => start(w, leader, "stop_server", { cause: "of itself" });

/** Which promises are broken, and whether somebody leads in the end. */
function handsOver(variants: readonly Variant[], step: string, how: How) {
  const o = { variants, heartbeatTimeoutMs: 5000 };
  const { w, leader } = threeMembers("resigns", o, [fnc5]);
  const writes = hold(w, "scoutfs_quorum_worker", step, leader);
  how(w, leader);
  expect(reaches(w, writes, SECOND)).toBe(true);
  w.runFor(3 * SECOND);
  release(w, writes);
  w.runFor(20 * SECOND);
  const broken = w.violations.map(({ promise }) => promise);
  return { broken, led: [0, 1, 2].some((n) => peek(w, n).server.status === "UP") };
}

test.each([
  ["unmounts", "storeLastStop", unmounts],
  ["has a server that stopped of itself", "storeStop", stops],
] as const)("a leader that %s is fenced, and not when it stores STOP first", (_, step, how) => {
  // With the other repairs one that unmounts stays in its loop until its server is down.
  const inLoop = "storeStop";
  expect(handsOver([], step, how).broken).toEqual(["FNC5"]);
  expect(handsOver(without, inLoop, how).broken).toEqual(["FNC5"]);
  const well = { broken: [], led: true };
  expect(handsOver([REPAIR], step, how)).toEqual(well);
  expect(handsOver([...without, REPAIR], inLoop, how)).toEqual(well);
});

/** The device of the leader's host fails as it stores STOP, for half a second and so long. */
function glitch(variants: readonly Variant[], lastsUs: number, how?: How) {
  const { w, leader } = threeMembers("glitch", { variants }, [fnc5]);
  const writes = hold(w, "scoutfs_quorum_worker", "storeStop", leader);
  stops(w, leader);
  expect(reaches(w, writes, SECOND)).toBe(true);
  failIo(w, leader, 1000);
  release(w, writes);
  w.runFor(SECOND / 2);
  how?.(w, leader);
  w.runFor(lastsUs);
  failIo(w, leader, 0);
  w.runFor(20 * SECOND);
  return {
    exits: fields(w, "quorum_worker_exit").map(({ ret }) => ret),
    tries: fields(w, "quorum_block_event").filter(({ event }) => event === "STOP").length,
    broken: w.violations.map(({ promise }) => promise),
  };
}

test("a STOP that fails is tried again, and main's worker ends", () => {
  expect(glitch([], 0)).toEqual({ exits: ["EIO"], tries: 1, broken: ["FNC5"] });
  for (const variants of [[REPAIR], mendedVariants]) {
    expect(glitch(variants, 0)).toEqual({ exits: [], tries: 2, broken: [] });
  }
});

test("who unmounts while STOP cannot be stored does not try it for ever", () => {
  const { exits, tries } = glitch([REPAIR], 10 * SECOND, leaves);
  expect(exits).toEqual(["EIO"]);
  expect(tries).toBe(2);
});
