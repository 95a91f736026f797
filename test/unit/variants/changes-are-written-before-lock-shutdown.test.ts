// A mount changes something behind the sync of its unmount, and gives the lock back when locking is
// shut down. A file write stands for the deletion by the last put of an unlinked inode, which the
// model has on the device at once.

import { expect, test } from "vitest";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { entryMonitors, stateMonitors } from "../../../src/monitors/all.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  count,
  hold,
  mounted,
  peek,
  reaches,
  read,
  release,
  SECOND,
  sync,
  write,
} from "../trans/world.ts";

const INO = 1025;
const REPAIR = variantOf("changes-are-written-before-lock-shutdown");

function unmounting(variants: readonly Variant[]) {
  const monitors = [...entryMonitors, ...stateMonitors] as never;
  const w = mounted({ variants, blueprint: { monitors } });
  write(w, 1, INO, 7);
  sync(w, 1);
  const put = hold(w, "scoutfs_put_super", "flushIput", 1);
  start(w, 1, "scoutfs_kill_sb", {});
  expect(reaches(w, put)).toBe(true);
  return { w, put };
}

/** Mount 0 reads when locking is shut down and transactions are not yet. */
function changedLate(variants: readonly Variant[]) {
  const { w, put } = unmounting(variants);
  write(w, 1, INO, 9);
  const trans = hold(w, "scoutfs_put_super", "shutTrans", 1);
  release(w, put);
  expect(reaches(w, trans)).toBe(true);
  expect(peek(w, 1).lock.shutdown).toBe(true);
  const value = read(w, 0, INO);
  release(w, trans);
  w.runFor(5 * SECOND);
  const broken = w.violations.map(({ promise }) => promise);
  return { value, broken, ended: count(w, "put_super_ret") };
}

test("main gives the lock back with its change unwritten", () => {
  expect(changedLate([])).toEqual({ value: 7, broken: ["DAT1"], ended: 1 });
});

test.each(["mended", REPAIR.id])("with %s the change is there to be read", (name) => {
  expect(changedLate(variantsOf([name]))).toEqual({ value: 9, broken: [], ended: 1 });
});

/** Writes of the transaction in an unmount behind its own sync. */
function writes(variants: readonly Variant[], at: "clean" | "dirty" | "forced"): number {
  const { w, put } = unmounting(variants);
  if (at !== "clean") write(w, 1, INO, 9);
  if (at === "forced") start(w, 1, "scoutfs_umount_begin", {});
  const before = count(w, "trans_write_func");
  release(w, put);
  w.runUntil(() => count(w, "put_super_ret") === 1, w.now + 5 * SECOND);
  expect(count(w, "put_super_ret")).toBe(1);
  expect(w.violations).toEqual([]);
  return count(w, "trans_write_func") - before;
}

test.each([
  ["clean", 1, 1],
  ["dirty", 1, 2],
  ["forced", 0, 0],
] as const)("a %s mount ends with %i writes of its transaction, or %i", (at, main, repaired) => {
  expect(writes([], at)).toBe(main);
  expect(writes([REPAIR], at)).toBe(repaired);
});
