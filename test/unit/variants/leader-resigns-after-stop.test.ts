// The leader's server is down, and its STOP takes three seconds, less than the others wait for
// heartbeats. See src/variants/leader-resigns-after-stop.ts.

import { expect, test } from "vitest";
import type { ClusterWorld } from "../../../sim/cluster/world/types.ts";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { hold, peek, reaches, release, SECOND, threeMembers } from "../trans/world.ts";

const REPAIR = variantOf("leader-resigns-after-stop");
const without = mendedVariants.filter((v) => v !== REPAIR);

type How = (w: ClusterWorld, leader: number) => void;
const unmounts: How = (w, leader) => start(w, leader, "umount");
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
  expect(handsOver([], step, how).broken).toEqual(["FNC5"]);
  expect(handsOver(without, step, how).broken).toEqual(["FNC5"]);
  const well = { broken: [], led: true };
  expect(handsOver([REPAIR], step, how)).toEqual(well);
  expect(handsOver([...without, REPAIR], step, how)).toEqual(well);
});
