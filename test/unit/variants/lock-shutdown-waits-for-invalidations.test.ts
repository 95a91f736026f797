// A request to give a lock back comes when an unmount has waited for the earlier ones. See
// src/variants/lock-shutdown-waits-for-invalidations.ts.

import { expect, test } from "vitest";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { entryMonitors, stateMonitors } from "../../../src/monitors/all.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  count,
  hold,
  mounted,
  ops,
  peek,
  reaches,
  release,
  SECOND,
  write,
} from "../trans/world.ts";

const INO = 1025;
const REPAIR = variantOf("lock-shutdown-waits-for-invalidations");

/** The unmount has waited for invalidations. The worker of this one has seen no shutdown, and is
 *  about to compare the seq of the transaction. */
function begun(variants: readonly Variant[], late?: number) {
  const monitors = [...entryMonitors, ...stateMonitors] as never;
  const w = mounted({ variants, blueprint: { monitors } });
  write(w, 1, INO, 7);
  const put = hold(w, "scoutfs_put_super", "flushIput", 1);
  const worker = hold(w, "lock_invalidate", "enter", 1);
  start(w, 1, "scoutfs_kill_sb", {});
  expect(reaches(w, put)).toBe(true);
  if (late !== undefined) write(w, 1, INO, late);
  start(w, 0, "write_file", { ino: INO, value: 8 });
  expect(reaches(w, worker)).toBe(true);
  return { w, put, worker };
}

function asked(variants: readonly Variant[]) {
  const { w, put, worker } = begun(variants);
  release(w, put);
  const isWaitedFor = !w.runUntil(() => !peek(w, 1).trans.setUp, w.now + 5 * SECOND);
  release(w, worker);
  w.runFor(5 * SECOND);
  const broken = w.violations.map(({ promise }) => promise);
  return { isWaitedFor, broken, ended: count(w, "put_super_ret"), ops: ops(w).length };
}

test("main shuts the transactions down, and the invalidation uses what was freed", () => {
  const crashed = { isWaitedFor: false, broken: ["CRASH"], ended: 0, ops: 1 };
  expect(asked([])).toEqual(crashed);
});

test.each(["mended", REPAIR.id])("with %s the unmount waits for it", (name) => {
  const whole = { isWaitedFor: true, broken: [], ended: 1, ops: 2 };
  expect(asked(variantsOf([name]))).toEqual(whole);
});

/** The mount changed something behind its sync, so the invalidation syncs; the server is lost. */
test.each(["mended", REPAIR.id])("with %s a forced unmount ends behind it", (name) => {
  const { w, put, worker } = begun(variantsOf([name]), 9);
  const commits = hold(w, "scoutfs_trans_write_func", "commit", 1);
  release(w, worker);
  expect(reaches(w, commits)).toBe(true);
  powerOff(w, 0);
  release(w, put);
  w.runFor(SECOND);
  release(w, commits);
  w.runFor(2 * SECOND);
  expect(peek(w, 1).trans.setUp).toBe(true);
  start(w, 1, "scoutfs_umount_begin", {});
  w.runFor(60 * SECOND);
  expect(w.violations).toEqual([]);
  expect(count(w, "put_super_ret")).toBe(1);
});
