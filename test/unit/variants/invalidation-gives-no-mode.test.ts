// A mount has answered an invalidation that is not settled when the server changes, and tells the
// mode from before; another has that mode meanwhile. Then it wants to read. See
// src/variants/invalidation-gives-no-mode.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { lck1 } from "../../../src/monitors/lck1.ts";
import { grantRefreshesByOwnMode } from "../../../src/variants/grant-refreshes-by-own-mode.ts";
import { invalidationGivesNoMode } from "../../../src/variants/invalidation-gives-no-mode.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { grant, invalidate, lockAt, lockWorld, log, use } from "../lock/world.ts";
import { hold, ops, reaches, release, SECOND, threeMembers, write } from "../trans/world.ts";

const WHILE = SECOND / 10;
const FILE = 2048;
const OTHER = 4096;

/** What is read, beside somebody who still writes, and what broke. */
function race(variants: readonly Variant[]) {
  const { w, leader: first, others } = threeMembers("own", { variants }, [dat1, lck1]);
  const [reads, writes] = others;
  write(w, reads, FILE, 1);
  write(w, reads, OTHER, 1);
  const worker = hold(w, "lock_invalidate_worker", "collect", reads);
  start(w, writes, "write_file", { ino: FILE, value: 2 });
  w.runFor(WHILE);
  start(w, writes, "write_file", { ino: OTHER, value: 2 });
  w.runFor(WHILE);
  const responds = hold(w, "lock_invalidate_worker", "responded", reads);
  const writer = hold(w, "write_file", "unlock", writes);
  release(w, worker);
  expect(reaches(w, responds)).toBe(true);
  expect(reaches(w, writer)).toBe(true);
  start(w, first, "stop_server", { cause: "test" });
  w.runFor(5 * SECOND);
  start(w, reads, "read_file", { ino: FILE });
  w.runFor(WHILE);
  release(w, responds);
  w.runFor(SECOND);
  const broken = w.violations.map(({ promise }) => promise);
  release(w, writer);
  w.runFor(SECOND);
  const values = ops(w).filter(({ what }) => what === "read");
  return { broken, values: values.map(({ value }) => value) };
}

test("nobody reads beside a writer because an invalidation leaves read", () => {
  expect(race([])).toEqual({ broken: ["LCK1"], values: [1] });
  expect(race([invalidationGivesNoMode])).toEqual({ broken: [], values: [2] });
});

test("it goes with all other repairs, and without it they do not help", () => {
  const without = mendedVariants.filter((v) => v !== invalidationGivesNoMode);
  expect(race(without).broken).toEqual(["LCK1"]);
  expect(race(mendedVariants)).toEqual({ broken: [], values: [2] });
});

/** To the server it has a write mode that it has given up. */
function leavesRead(variants: readonly Variant[]) {
  const w = lockWorld({ rules: Object.assign({}, ...variants.map(({ rules }) => rules)) });
  use(w, "reader", "read");
  invalidate(w, 1, ["write", "read"]);
  const before = log(w).length;
  grant(w, "read", "read");
  return { before, inAll: log(w).length, refreshGen: lockAt(w)?.refreshGen };
}

test("a mode that was given so has no refresh generation, however a grant would get one", () => {
  const early = { before: 1, inAll: 1, refreshGen: 0 };
  expect(leavesRead([])).toEqual(early);
  expect(leavesRead([grantRefreshesByOwnMode])).toEqual(early);
  const mended = { before: 0, inAll: 1, refreshGen: 1 };
  expect(leavesRead([grantRefreshesByOwnMode, invalidationGivesNoMode])).toEqual(mended);
});
