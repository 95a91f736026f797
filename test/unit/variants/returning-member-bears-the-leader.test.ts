// A member is cut off, and asks for votes that nobody hears, term after term. It unmounts, and is
// mounted again when the network is whole: in main the leader steps down for it.

import { expect, test } from "vitest";
import { remount } from "../../../sim/cluster/world/cluster.ts";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff, powerOn } from "../../../sim/engine/hosts.ts";
import { cut, heal } from "../../../sim/engine/network/links.ts";
import { qrm3 } from "../../../src/monitors/qrm3.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { fields, gone, mounted, peek, SECOND, threeMembers } from "../trans/world.ts";

const REPAIR = "returning-member-bears-the-leader";

function returns(variants: readonly Variant[]) {
  const o = { seed: "returns", hosts: 3, variants };
  const { w, leader, others } = threeMembers(o.seed, o, [qrm3]);
  const [away, other] = others;
  const links = [leader, other].flatMap((n) => [[n, away] as const, [away, n] as const]);
  w.record(-1, "unfair", { host: away });
  for (const [from, to] of links) cut(w, from, to, { streams: false });
  w.runFor(10 * SECOND);
  start(w, away, "umount", { force: false });
  w.runUntil(() => gone(w).length === 1, w.now + 5 * SECOND);
  for (const [from, to] of links) heal(w, from, to, { streams: false });
  w.record(-1, "fair", { host: away });
  const before = peek(w, leader).server.term;
  const members = { mounts: 3, slots: 3, heartbeatTimeoutMs: 2000, agent: {} };
  const again = remount(w, { ...o, ...members }, away);
  w.runFor(10 * SECOND);
  expect(fields(w, "mounted").at(-1)?.error).toBe(undefined);
  return { w, leader, other, again, before };
}

test("the leader of main steps down for the term that it knows alone", () => {
  const { w, leader, before } = returns([]);
  expect(peek(w, leader).server).not.toMatchObject({ term: before, status: "UP" });
  expect(w.violations.map(({ promise }) => promise)).toContain("QRM3");
});

test.each(["mended", REPAIR])("with %s it stays", (name) => {
  const { w, leader, before } = returns(variantsOf([name]));
  expect(peek(w, leader).server).toMatchObject({ term: before, status: "UP" });
  expect(w.violations).toEqual([]);
});

test("with the repair it takes the place of a leader that is lost", () => {
  const { w, leader, other, again } = returns(variantsOf([REPAIR]));
  start(w, leader, "umount", { force: true });
  w.runFor(10 * SECOND);
  expect([other, again].map((n) => peek(w, n).server.status)).toContain("UP");
});

/** Of two slots one needs one vote, and members that do not hear each other are both elected. */
test("it does not bear a leader whose place somebody took who has died", () => {
  const members = { mounts: 2, slots: 2, hosts: 2, heartbeatTimeoutMs: 2000, agent: {} };
  const o = { seed: "two", ...members, variants: variantsOf([REPAIR]) };
  const w = mounted(o);
  const leader = [0, 1].find((n) => peek(w, n).server.status === "UP") ?? -1;
  const other = 1 - leader;
  cut(w, leader, other);
  cut(w, other, leader);
  w.runUntil(() => peek(w, other).server.status === "STARTING", w.now + 5 * SECOND);
  expect(peek(w, other).server.status).toBe("STARTING");
  powerOff(w, other);
  heal(w, leader, other);
  heal(w, other, leader);
  powerOn(w, other);
  const before = peek(w, leader).server.term;
  const again = remount(w, o, other);
  w.runFor(20 * SECOND);
  const terms = [leader, again].map((n) => peek(w, n).server.term);
  expect(Math.max(...terms)).toBeGreaterThan(before + 1);
  expect(fields(w, "mounted").at(-1)?.error).toBe(undefined);
});
