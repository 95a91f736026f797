// A sync that comes when a write has been counted and has not yet set the next deadline: main lets
// it wait for that deadline.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { hold, mounted, ops, reaches, release, SECOND, write } from "../trans/world.ts";

function syncsWithin(seconds: number, variants: readonly Variant[]): number {
  const w = mounted({ variants });
  write(w, 1, 7, 70);
  const it = hold(w, "scoutfs_trans_write_func", "restart", 1);
  start(w, 1, "sync");
  expect(reaches(w, it)).toBe(true);
  w.runFor(SECOND);
  start(w, 1, "sync");
  w.runFor(SECOND);
  release(w, it);
  w.runFor(seconds * SECOND);
  return ops(w).filter(({ what, error }) => what === "sync" && error === undefined).length;
}

test("returns at once, where main has it wait for ten seconds", () => {
  const repair = [variantOf("write-keeps-a-sync-that-waits")];
  expect([syncsWithin(5, []), syncsWithin(11, [])]).toEqual([1, 2]);
  expect(syncsWithin(5, repair)).toBe(2);
});
