// What records.ts says of locks, against the recordings of the real system: the state of every
// client lock at each event of its life, every batch of lock recovery, every answer to the server.

import { readdirSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { Raw } from "./replay.ts";
import { rawEvents, replay } from "./replay.ts";

const names = readdirSync(new URL("../../real/recordings/", import.meta.url), {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const seen: Record<string, number> = {};

test.each(names)("%s", (name) => {
  const { agreed, differ } = replay(rawEvents(name));
  expect(differ).toEqual([]);
  for (const [ev, n] of Object.entries(agreed)) seen[ev] = (seen[ev] ?? 0) + n;
});

test("all of them together show every kind, more than once", () => {
  expect(Object.keys(seen).sort((a, b) => (a < b ? -1 : 1))).toEqual([
    "cl_lock_grant_response",
    "cl_lock_invalidate_request",
    "cl_lock_recover_request",
    "cl_lock_recover_response",
    "cl_lock_request",
    "cl_lock_response",
    "scoutfs_lock_alloc",
    "scoutfs_lock_destroy",
    "scoutfs_lock_free",
    "scoutfs_lock_grant_response",
    "scoutfs_lock_granted",
    "scoutfs_lock_invalidate",
    "scoutfs_lock_invalidate_request",
    "scoutfs_lock_invalidated",
    "scoutfs_lock_locked",
    "scoutfs_lock_setup",
    "scoutfs_lock_shrink",
    "scoutfs_lock_shutdown",
    "scoutfs_lock_unlock",
    "scoutfs_lock_wait",
  ]);
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(1);
});

let events: Raw[];
beforeAll(() => {
  events = rawEvents("a1-mount3-traffic");
});

/** What differs when one event of that kind is told otherwise. */
function altered(ev: string, field: string, value: unknown): string[] {
  const at = events.findIndex((raw) => raw.ev === ev);
  return replay(events.map((raw, i) => (i === at ? { ...raw, [field]: value } : raw))).differ;
}

test("a recording that says otherwise is told from one that agrees", () => {
  expect(altered("scoutfs_lock_granted", "refresh_gen", 5)[0]).toContain(
    "refresh_gen is 1, recorded 5",
  );
  expect(altered("scoutfs_lock_granted", "mode", "write")[0]).toContain("mode is read");
  expect(altered("scoutfs_lock_invalidated", "invmode", "null")[0]).toContain("invmode is");
  expect(altered("scoutfs_lock_wait", "reqp", 0)[0]).toContain("reqp is 1, recorded 0");
  expect(altered("cl_lock_response", "new", "read")[0]).toContain("new is null, recorded read");
  expect(altered("cl_lock_recover_response", "locks", [])[0]).toContain("locks are");
});
