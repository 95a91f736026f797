// The server leaves between the commit that hands out a compaction and its answer. See
// src/variants/srch-work-is-found-again.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { files, holdOn, leaderOf, othersOf, release, SECOND } from "../inode/world.ts";

type How = "unmount" | "power";
const LOGS = [5, 6, 7, 8, 9, 10, 11, 12];

/** Two compactions' worth of logs, and a member that asks just before the server leaves. */
function asksTwice(how: How, variants: readonly Variant[]) {
  const w = files({ variants, agent: { run: "power" } });
  const server = leaderOf(w);
  const [asks] = othersOf(w);
  const { rid } = w.peekMount(asks).state.slot;
  w.mount(server).state.server.dirtySuper.srchLogs = [...LOGS];
  const it = holdOn(w, server, "server_srch_get_compact", "respond");
  start(w, asks, "scoutfs_srch_compact_worker", { of: 0 });
  w.runUntil(() => it.held.length > 0, w.now + SECOND);
  if (how === "power") powerOff(w, server);
  else start(w, server, "umount", { force: false });
  w.runFor(SECOND);
  if (how === "unmount") release(w, it);
  w.runFor(90 * SECOND);
  const { stableSuper } = w.peekMount(leaderOf(w)).state.server;
  return {
    changed: leaderOf(w) !== server,
    busy: stableSuper.srchBusy.map((of) => (of === rid ? "who asked" : "another")),
    logs: stableSuper.srchLogs.length,
    broken: w.violations.map(({ promise }) => promise),
  };
}

test.each(["unmount", "power"] as const)("is lost in main when the server goes by %s", (how) => {
  const lost = { changed: true, busy: ["who asked"], logs: 0, broken: [] };
  expect(asksTwice(how, [])).toEqual(lost);
  const mended = { changed: true, busy: [], logs: 0, broken: [] };
  expect(asksTwice(how, [variantOf("srch-work-is-found-again")])).toEqual(mended);
});
