// A server asks a mount for a commit, and the mount unmounts before it has begun one. See
// src/variants/late-commit-request-is-passed-over.ts.

import { expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { lateCommitRequestIsPassedOver } from "../../../src/variants/late-commit-request-is-passed-over.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, hold, mounted, peek, reaches, release, SECOND } from "../trans/world.ts";

function asked(variants: readonly Variant[]) {
  const w = mounted({ variants });
  const it = hold(w, "sync_log_trees", "sync", 1);
  const conn = { ...(peek(w, 1).client.conn ?? { id: 0, generation: 0 }) };
  start(w, 1, "sync_log_trees", { conn, cmd: "SYNC_LOG_TREES", id: 9, data: undefined });
  expect(reaches(w, it)).toBe(true);
  start(w, 1, "umount", { force: false });
  w.runUntil(() => !peek(w, 1).trans.setUp, w.now + 5 * SECOND);
  release(w, it);
  w.runFor(SECOND);
  const broken = w.violations.map(({ promise }) => promise);
  return { broken, unmounted: count(w, "unmounted") };
}

test("the request is answered and nothing is committed, where main uses what was freed", () => {
  expect(asked([])).toEqual({ broken: ["CRASH"], unmounted: 0 });
  expect(asked([lateCommitRequestIsPassedOver])).toEqual({ broken: [], unmounted: 1 });
});
