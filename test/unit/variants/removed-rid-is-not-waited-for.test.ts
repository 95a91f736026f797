// A mount leaves while the server makes a request for open maps, of which nobody knows yet, or
// sends it. See src/variants/removed-rid-is-not-waited-for.ts.

import { expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { removedRidIsNotWaitedFor } from "../../../src/variants/removed-rid-is-not-waited-for.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  begin,
  does,
  files,
  holdOn,
  itemOf,
  leaderOf,
  release,
  SECOND,
  seen,
} from "../inode/world.ts";

/** Mount 2 has no slot, and leaves while the server is held there with a request of another. */
function leaves(label: "insert" | "sent", variants: readonly Variant[]) {
  const w = files({ slots: 2, variants });
  const server = leaderOf(w);
  const asks = 1 - server;
  does(w, asks, "create");
  does(w, asks, "unlink");
  const it = holdOn(w, server, "omap_handle_request", label);
  begin(w, asks, "close");
  w.runFor(SECOND);
  expect(it.held).toHaveLength(1);
  start(w, 2, "umount");
  w.runFor(5 * SECOND);
  expect(seen(w, "omap_remove_rid")).toHaveLength(1);
  release(w, it);
  w.runFor(60 * SECOND);
  return {
    closed: seen(w, "ino").at(-1)?.what === "close_inode",
    isThere: itemOf(w) !== undefined,
    broken: w.violations.map(({ promise }) => promise),
  };
}

const GOOD = { closed: true, isThere: false, broken: [] };

test("a request does not wait for a mount that left before it could be found", () => {
  expect(leaves("insert", [])).toEqual({ closed: false, isThere: true, broken: [] });
  expect(leaves("insert", [removedRidIsNotWaitedFor])).toEqual(GOOD);
});

test("a request is not read any more when its last one has left, and it was answered", () => {
  expect(leaves("sent", []).broken).toEqual(["CRASH"]);
  expect(leaves("sent", [removedRidIsNotWaitedFor])).toEqual(GOOD);
});
