// All unmount together, and the response to the one that is no quorum member is lost with the last
// server. See src/variants/farewell-is-looked-up-by-members-only.ts.

import { expect, test } from "vitest";
import { allMonitors } from "../../../sim/cluster/plan/judged.ts";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { cut, heal } from "../../../sim/engine/network/links.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { gone, hold, mounted, peek, reaches, release, SECOND } from "../trans/world.ts";

const BUG = variantOf("farewell-is-looked-up-by-members-only");
const MEMBERS = [0, 1, 2];
/** No member of the quorum. */
const CLIENT = 3;

/** All are reclaimed, and the response to one of them does not get through. Who has unmounted in
 *  the end, and what broke. */
function allLeave(variants: readonly Variant[], loses: "client" | "member") {
  const o = { mounts: 4, slots: 3, hosts: 4, heartbeatTimeoutMs: 2000, agent: {}, variants };
  const w = mounted({ ...o, blueprint: { monitors: allMonitors } });
  const leader = MEMBERS.find((n) => peek(w, n).server.status === "UP") ?? -1;
  const loser = loses === "client" ? CLIENT : (leader + 1) % MEMBERS.length;
  const takes = hold(w, "farewell_worker", "take", leader);
  const responds = hold(w, "farewell_worker", "respond", leader);
  for (const n of [...MEMBERS, CLIENT]) start(w, n, "umount");
  expect(reaches(w, takes)).toBe(true);
  w.runFor(SECOND);
  release(w, takes);
  expect(reaches(w, responds)).toBe(true);
  cut(w, leader, loser);
  release(w, responds);
  w.runFor(1000);
  resetStreams(w, leader, loser);
  w.runFor(SECOND);
  heal(w, leader, loser);
  w.runFor(150 * SECOND);
  w.trace.quiet();
  const left = gone(w);
  const broken = w.violations.map(({ promise, place }) => `${promise} ${place}`);
  return { left: left.length, loserLeft: left.includes(loser), broken };
}

const WELL = { left: 4, loserLeft: true, broken: [] };
const HANGS = { left: 3, loserLeft: false, broken: ["LIVE unmount"] };

test.each([
  ["main", []],
  ["mended", variantsOf(["mended"])],
] as const)("a client that is no member finds that it is reclaimed in %s", (_name, base) => {
  expect(allLeave(base, "client")).toEqual(WELL);
  expect(allLeave([...base, BUG], "client")).toEqual(HANGS);
  expect(allLeave([...base, BUG], "member")).toEqual(WELL);
});
