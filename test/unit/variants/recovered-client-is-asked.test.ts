// Somebody unlinks a file that another mount has open while the server changes: that one has
// greeted the new server, which does not ask it yet. See src/variants/recovered-client-is-asked.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import { recoveredClientIsAsked } from "../../../src/variants/recovered-client-is-asked.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  begin,
  does,
  files,
  holdOn,
  itemOf,
  leaderOf,
  othersOf,
  release,
  releaseBut,
  SECOND,
} from "../inode/world.ts";
import * as at from "../server/world.ts";

const GREETING_AND_LOCKS = 3;
const LOCKS = 2;

/** What the new server waits for; whether the inode is there in the end, and what broke. */
function race(variants: readonly Variant[]) {
  const w = files({ variants });
  const [a, b] = othersOf(w);
  does(w, a, "create");
  does(w, a, "close");
  does(w, b, "open");
  const asks = holdOn(w, a, "get_current_lock_data", "check");
  begin(w, a, "unlink");
  w.runFor(SECOND);
  expect(asks.held).toHaveLength(1);
  const { rid } = w.peekMount(b).state.super;
  const add = [0, 1, 2].map((n) => holdOn(w, n, "scoutfs_omap_add_rid", "add"));
  start(w, leaderOf(w), "stop_server", { cause: "test" });
  w.runUntil(() => add.some(({ held }) => held.length === 3), w.now + 10 * SECOND);
  const server = leaderOf(w);
  releaseBut(w, add[server], rid);
  const { omap, recov } = w.peekMount(server).state;
  expect(omap.rids).toHaveLength(2);
  const pending = recov.pending.map((p) => ({ ...p }));
  release(w, asks);
  w.runFor(SECOND);
  for (const it of add) release(w, it);
  w.runFor(5 * SECOND);
  const texts = w.violations.map(({ text }) => text);
  const { omap: now, recov: after } = w.peekMount(leaderOf(w)).state;
  return {
    pending,
    isThere: itemOf(w) !== undefined,
    isUsed: texts.some((text) => text === `mount ${a} deletes it while mount ${b} use it`),
    broken: texts.length,
    asked: now.rids.length,
    left: after.pending,
    rid,
  };
}

test("a server asks nobody for open maps before it would ask all who have recovered", () => {
  const main = race([]);
  expect(main).toMatchObject({ isThere: false, isUsed: true, broken: 1, asked: 3, left: [] });
  expect(main.pending).toEqual([{ rid: main.rid, which: LOCKS }]);
  const mended = race([recoveredClientIsAsked]);
  expect(mended).toMatchObject({ isThere: true, isUsed: false, broken: 0, asked: 3, left: [] });
  expect(mended.pending).toEqual([{ rid: mended.rid, which: GREETING_AND_LOCKS }]);
});

test("who is reclaimed while its greeting is handled does not keep that from its end", () => {
  const rid = 40 as Rid;
  const w = at.serverWorld("asked", [variantOf("recovered-client-is-asked")]);
  at.putSuper(w, { mountedClients: [{ rid, address: 7 as Address, quorum: false }] });
  at.elect(w, 3);
  expect(at.becomes(w, "UP")).toBe(true);
  const leaves = at.hold(w, "server_greeting", "leave");
  const data = { serverTerm: 2, rid, farewell: false, quorum: false };
  at.request(w, at.accepted(w), { name: "server_greeting", cmd: "GREETING", data });
  expect(at.reaches(w, leaves)).toBe(true);
  at.call(w, "reclaim_rid", { rid });
  w.runFor(SECOND);
  at.release(w, leaves);
  w.runFor(SECOND / 10);
  expect(at.returned(w, "server_greeting")).toEqual([undefined]);
});
