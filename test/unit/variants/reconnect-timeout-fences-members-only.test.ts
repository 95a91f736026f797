// A client comes back for the answer to its farewell, is greeted, and its connection breaks once
// more before the farewell has come again: it sees that its item is gone, and has unmounted. In
// main it is fenced 20 s later.

import { expect, test } from "vitest";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { cut, heal } from "../../../sim/engine/network/links.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import { fnc1 } from "../../../src/monitors/fnc1.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, fields, gone, hold, mounted, reaches, release, SECOND } from "../trans/world.ts";

function backThenGone(variants: readonly Variant[]) {
  const members = { mounts: 3, hosts: 3, slots: 1, agent: {} };
  const w = mounted({ ...members, variants, blueprint: { monitors: [fnc1, fnc5] as never } });
  const reclaim = hold(w, "farewell_worker", "reclaim", 0);
  const looks = hold(w, "scoutfs_client_connect_worker", "findServer", 1);
  start(w, 1, "umount", { force: false });
  expect(reaches(w, reclaim)).toBe(true);
  // Its response goes and is lost, and the client cannot read that its item is gone.
  cut(w, 0, 1);
  release(w, reclaim);
  w.runUntil(() => count(w, "server.farewell_sent") > 0, w.now + SECOND);
  failIo(w, 1, 1000);
  resetStreams(w, 0, 1);
  expect(reaches(w, looks)).toBe(true);
  failIo(w, 1, 0);
  heal(w, 0, 1);
  const greeted = () => fields(w, "net.greeted").filter(({ rid }) => rid === 102).length;
  const before = greeted();
  release(w, looks);
  expect(w.runUntil(() => greeted() > before, w.now + 5 * SECOND)).toBe(true);
  resetStreams(w, 0, 1);
  w.runFor(45 * SECOND);
  expect(gone(w)).toEqual([1]);
  return w;
}

test("main has it fenced", () => {
  const w = backThenGone([]);
  expect(fields(w, "fence.start")).toMatchObject([{ rid: 102, reason: "client_reconnect" }]);
  expect(w.violations.map(({ promise }) => promise)).toEqual(
    expect.arrayContaining(["FNC1", "FNC5"]),
  );
});

test.each([["mended"], ["reconnect-timeout-fences-members-only", "client-is-listed-once"]])(
  "with %s it is left alone",
  (...names) => {
    const w = backThenGone(variantsOf(names));
    expect(fields(w, "fence.start")).toEqual([]);
    expect(w.violations).toEqual([]);
  },
);
