// The device of one host fails for a second while its mount syncs; then somebody else needs a lock
// that it holds in write mode. See src/variants/failed-blocks-are-written-again.ts.

import { expect, test } from "vitest";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { live } from "../../../src/monitors/live.ts";
import { gone, notes, ops, SECOND, threeMembers, write } from "../trans/world.ts";

const ALL = 1000;

function failsForASecond(names: readonly string[]) {
  const variants = variantsOf(names);
  const { w, others } = threeMembers("failed write", { hosts: 3, variants }, [live]);
  const [writer, reader] = others;
  w.runFor(5 * SECOND);
  write(w, writer, 5, 50);
  failIo(w, writer, ALL);
  start(w, writer, "sync");
  w.runFor(SECOND);
  failIo(w, writer, 0);
  w.runFor(SECOND);
  start(w, reader, "read_file", { ino: 5 });
  w.runFor(300 * SECOND);
  const results = ops(w).map(({ what, value, error }) => [what, value, error]);
  const broken = w.violations.map(({ promise, place }) => [promise, place]);
  return { w, writer, results: results.slice(1), broken };
}

test("main tries for ever, and has a sync and a lock wait with it", () => {
  const { w, writer, results, broken } = failsForASecond([]);
  expect(results).toEqual([]);
  expect(broken.toSorted()).toEqual([
    ["LIVE", "lock wait"],
    ["LIVE", "transaction's write"],
  ]);
  expect(notes(w, "transaction commit failure: EIO, retrying")).toBeGreaterThan(140);
  // A forced unmount is the way out, for those who wait and for the mount.
  start(w, writer, "umount", { force: true });
  w.runFor(10 * SECOND);
  expect(ops(w).filter(({ what }) => what === "sync")).toMatchObject([{ error: "ENOLINK" }]);
  start(w, writer, "umount", { force: true });
  w.runFor(30 * SECOND);
  expect(gone(w)).toEqual([writer]);
});

test.each(["mended", "failed-blocks-are-written-again"])("with %s the retry succeeds", (name) => {
  const { w, results, broken } = failsForASecond([name]);
  expect(results).toEqual([
    ["sync", 0, undefined],
    ["read", 50, undefined],
  ]);
  expect(broken).toEqual([]);
  expect(notes(w, "transaction commit failure: EIO, retrying")).toBe(1);
});
