// The mount of a server is unmounted by force while the server finalizes a log tree in several
// commits. See src/variants/forced-unmount-finalizes-quietly.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Rid } from "../../../src/core/index.ts";
import { EXTENTS_PER_COMMIT } from "../../../src/server/log-trees.ts";
import { newLogTrees } from "../../../src/server/super.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { fields, hold, mounted, reaches, release, SECOND, state } from "../trans/world.ts";

/** Mount 1 has freed more than a commit can move, and somebody who left has finalized a tree. */
function forced(variants: readonly Variant[]) {
  const w = mounted({ variants });
  const { dirtySuper } = state(w, 0).server;
  const gone = { ...newLogTrees(1 as Rid, 1), finalized: true, finalizeSeq: 1 };
  dirtySuper.logTrees = [gone, ...dirtySuper.logTrees];
  const { trans } = state(w, 1);
  trans.lt = trans.lt && { ...trans.lt, dataExtents: 3 * EXTENTS_PER_COMMIT };
  const drains = hold(w, "do_finalize_ours", "letGo", 0);
  start(w, 1, "sync");
  expect(reaches(w, drains)).toBe(true);
  start(w, 0, "scoutfs_umount_begin");
  w.runFor(1000);
  release(w, drains);
  w.runFor(5 * SECOND);
  return fields(w, "note")
    .map(({ text }) => String(text))
    .filter((text) => text.startsWith("WARN"));
}

test("is not warned of, where main warns of each commit", () => {
  const text = "WARN a commit fails while a log tree is finalized";
  expect(new Set(forced([]))).toEqual(new Set([text]));
  expect(forced([variantOf("forced-unmount-finalizes-quietly")])).toEqual([]);
});
