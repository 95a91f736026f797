// A mount is reclaimed and does not hear of it, and it takes its item to be there still: it comes
// back to the server that has forgotten it. See
// src/variants/farewell-response-is-never-a-duplicate.ts.

import { expect, test } from "vitest";
import { allMonitors } from "../../../sim/cluster/plan/judged.ts";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { cut, heal } from "../../../sim/engine/network/links.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import { connOf } from "../../../src/net/connections.ts";
import { farewellResponseIsNeverADuplicate } from "../../../src/variants/farewell-response-is-never-a-duplicate.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  type Cluster,
  count,
  fields,
  hold,
  mounted,
  notes,
  peek,
  reaches,
  release,
  SECOND,
} from "../trans/world.ts";

const HUNG = "LIVE mount 1's unmount has not ended, and was owed for 115 s";
const UNLISTED = "CRASH expected rid 102 to be on the list of clients when it leaves";

/** Its end of the connection breaks and it looks for its item, which goes while it still looks for
 *  the server. The server has noticed nothing, and its response goes to where nobody is. */
function looksTooEarly(w: Cluster, reclaims: () => void, looked: () => boolean): void {
  cut(w, 1, 0);
  start(w, 1, "scoutfs_net_shutdown", { conn: { ...peek(w, 1).client.conn } });
  expect(looked()).toBe(true);
  reclaims();
  w.runFor(SECOND / 10);
  heal(w, 1, 0);
}
/** The connection breaks with the response in it, and the look for the item fails once. */
function failsToLook(w: Cluster, reclaims: () => void, looked: () => boolean): void {
  cut(w, 0, 1);
  reclaims();
  w.runUntil(() => count(w, "server.farewell_sent") > 0, w.now + SECOND);
  w.runFor(1000);
  failIo(w, 1, 1000);
  resetStreams(w, 0, 1);
  expect(looked()).toBe(true);
  failIo(w, 1, 0);
  heal(w, 0, 1);
}

function comesBack(variants: readonly Variant[], how: typeof looksTooEarly) {
  const w = mounted({ variants, blueprint: { monitors: allMonitors } });
  const reclaim = hold(w, "farewell_worker", "reclaim", 0);
  const looks = hold(w, "scoutfs_client_connect_worker", "findServer", 1);
  start(w, 1, "umount");
  expect(reaches(w, reclaim)).toBe(true);
  const reclaims = () => release(w, reclaim);
  how(w, reclaims, () => reaches(w, looks));
  release(w, looks);
  w.runFor(150 * SECOND);
  const unmounted = count(w, "unmounted");
  resetStreams(w, 0, 1);
  w.runFor(SECOND);
  return {
    sent: fields(w, "server.farewell_sent").length,
    dropped: notes(w, "a message that was received before"),
    unmounted: [unmounted, count(w, "unmounted")],
    broken: w.violations.map(({ promise, text }) => `${promise} ${text}`),
  };
}

test.each([
  ["looks for its item too early", looksTooEarly],
  ["fails to look for its item", failsToLook],
])("a mount that %s hears that it may go, where main lets it wait", (_name, how) => {
  const hangs = { sent: 2, dropped: 1, unmounted: [0, 1] };
  const leaves = { sent: 2, dropped: 0, unmounted: [1, 1] };
  const listed = variantOf("client-is-listed-once");
  const once = variantOf("sent-greeting-is-not-resent");
  const own = farewellResponseIsNeverADuplicate;
  const others = variantsOf(["mended", `not:${own.id}`]);
  expect(comesBack([], how)).toEqual({ ...hangs, broken: [HUNG, UNLISTED] });
  expect(comesBack([listed], how)).toEqual({ ...hangs, broken: [HUNG] });
  expect(comesBack(others, how)).toEqual({ ...hangs, broken: [HUNG] });
  expect(comesBack([listed, once, own], how)).toEqual({ ...leaves, broken: [] });
  expect(comesBack([...others, own], how)).toEqual({ ...leaves, broken: [] });
});

/** It looks too early, and before the server has sent the second response, another message of the
 *  mount acknowledges what it has had on the old connection: so many, or as many as it had. */
function acknowledgesEarly(variants: readonly Variant[], had?: number) {
  const w = mounted({ variants, blueprint: { monitors: allMonitors } });
  const reclaim = hold(w, "farewell_worker", "reclaim", 0);
  const looks = hold(w, "scoutfs_client_connect_worker", "findServer", 1);
  start(w, 1, "umount");
  expect(reaches(w, reclaim)).toBe(true);
  const { conn } = peek(w, 1).client;
  if (had !== undefined && conn !== undefined) connOf(peek(w, 1), conn).recvSeq = had;
  const reclaims = () => release(w, reclaim);
  looksTooEarly(w, reclaims, () => reaches(w, looks));
  release(w, looks);
  w.runUntil(() => count(w, "server_farewell") === 2, w.now + 60 * SECOND);
  const collects = hold(w, "scoutfs_net_send_worker", "collect", 0);
  w.runUntil(() => count(w, "server.farewell_sent") === 2, w.now + SECOND);
  const map = { groupNr: 0, reqId: 999, bits: [] };
  start(w, 1, "scoutfs_client_send_omap_response", { id: 999, map });
  w.runFor(10_000);
  release(w, collects);
  w.runFor(150 * SECOND);
  return { unmounted: count(w, "unmounted"), broken: w.violations.map(({ promise }) => promise) };
}

/** Two: its seq is that of the second response, which goes behind the one to the greeting. */
test.each([undefined, 2])("a response that has not been sent is not acknowledged (%s)", (had) => {
  const own = farewellResponseIsNeverADuplicate;
  const { acknowledge: _, ...receives } = own.steps?.scoutfs_net_recv_worker ?? {};
  const heedsAll = { ...own, steps: { scoutfs_net_recv_worker: receives } };
  const others = variantsOf(["mended", `not:${own.id}`]);
  expect(acknowledgesEarly([...others, heedsAll], had)).toEqual({ unmounted: 0, broken: ["LIVE"] });
  expect(acknowledgesEarly([...others, own], had)).toEqual({ unmounted: 1, broken: [] });
});
