// A mount gives a lock back that nobody else has, and another asks for it while the server frees
// it. See src/variants/server-lock-is-freed-while-found.ts.

import { expect, test } from "vitest";
import { mendedVariants } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { serverLockIsFreedWhileFound } from "../../../src/variants/server-lock-is-freed-while-found.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  begin,
  does,
  files,
  holdOn,
  leaderOf,
  othersOf,
  release,
  SECOND,
  seen,
} from "../inode/world.ts";

function race(variants: readonly Variant[]) {
  const w = files({ variants });
  const [a, b] = othersOf(w);
  does(w, a, "create");
  does(w, a, "close");
  const it = holdOn(w, leaderOf(w), "scoutfs_lock_server_response", "leave");
  start(w, a, "scoutfs_free_unused_locks");
  w.runFor(SECOND / 5);
  expect(it.held).not.toHaveLength(0);
  begin(w, b, "open");
  w.runFor(SECOND / 5);
  release(w, it);
  const opened = seen(w, "ino").at(-1)?.what === "open_inode";
  return { opened, broken: w.violations.map(({ promise }) => promise) };
}

test("who asks for a lock that the last one has given back gets it", () => {
  expect(race([])).toEqual({ opened: true, broken: [] });
  expect(race(mendedVariants)).toEqual({ opened: true, broken: [] });
});

test("who finds a lock that is being freed uses it after it is gone", () => {
  const bad = { opened: false, broken: ["CRASH"] };
  expect(race([serverLockIsFreedWhileFound])).toEqual(bad);
  expect(race([...mendedVariants, serverLockIsFreedWhileFound])).toEqual(bad);
});
