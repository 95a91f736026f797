// A write finds the transaction full when the mount is unmounted by force. See
// src/variants/full-transaction-ends-with-the-mount.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { CachedPage, Value } from "../../../src/item/types.ts";
import type { LockKey } from "../../../src/lock/types.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  type Cluster,
  fields,
  hold,
  mounted,
  peek,
  reaches,
  release,
  SECOND,
  state,
  write,
} from "../trans/world.ts";

/** More than half of the blocks that a mount is given for a transaction. */
const MANY = 4100;
const FAR = 100_000_000;

const dirtyPage = (n: number): CachedPage => {
  const key = (FAR + n) as LockKey;
  const items = [{ key, value: n as Value, seq: 1, dirty: true }];
  return { start: key, end: key, hdrSeq: 0, items };
};

/** What others have written in this transaction. */
function fill(w: Cluster): void {
  const { item } = state(w, 1);
  item.pages.push(...Array.from({ length: MANY }, (_, n) => dirtyPage(n)));
}

const waiting = (w: Cluster): number =>
  w
    .peekMount(1)
    .tasks.filter((task) => task?.frames.some(({ program }) => program === "scoutfs_hold_trans"))
    .length;

/** The unmount comes while the transaction is sent to the server. */
function isolated(variants: readonly Variant[]) {
  const w = mounted({ variants });
  write(w, 1, 5, 1);
  fill(w);
  const commits = hold(w, "commit_current_log_trees", "commit", 1);
  start(w, 1, "write_file", { ino: 8, value: 80 });
  expect(reaches(w, commits)).toBe(true);
  start(w, 1, "umount", { force: true });
  w.runFor(SECOND);
  release(w, commits);
  w.runFor(60 * SECOND);
  start(w, 1, "umount", { force: true });
  w.runFor(30 * SECOND);
  return {
    error: fields(w, "op").find(({ key }) => key === 8)?.error,
    waiting: waiting(w),
    mounted: peek(w, 1).slot.mounted,
    broken: w.violations.map(({ promise }) => promise),
  };
}

test("fails with ENOLINK, where main has it wait and keep the mount busy", () => {
  const main = { error: undefined, waiting: 1, mounted: true, broken: [] };
  expect(isolated([])).toEqual(main);
  const mended = { error: "ENOLINK", waiting: 0, mounted: false, broken: [] };
  expect(isolated([variantOf("full-transaction-ends-with-the-mount")])).toEqual(mended);
});

test("waits for the next transaction where there is one", () => {
  const w = mounted({ variants: [variantOf("full-transaction-ends-with-the-mount")] });
  write(w, 1, 5, 1);
  fill(w);
  const { seq } = peek(w, 1).trans;
  expect(write(w, 1, 8, 80)?.error).toBeUndefined();
  expect(peek(w, 1).trans.seq).toBeGreaterThan(seq);
  expect(w.violations).toEqual([]);
});
