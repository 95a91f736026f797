// A server stops while its farewell work looks at a client, which waits for the recovery of its
// locks. Later its mount is elected again. See src/variants/farewells-end-with-their-server.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as at from "../server/world.ts";
import { becomes, elect, hold, reaches, release, SECOND } from "../server/world.ts";

const REPAIR = variantOf("farewells-end-with-their-server");
const GONE = 40 as Rid;
const [OTHER, STAYS] = [42, 43] as Rid[] as [Rid, Rid];
const greets = { serverTerm: 0, rid: 41 as Rid, farewell: false, quorum: true };

/** What the next server does, after the client has left by another one, when somebody leaves. */
function nextServer(variants: readonly Variant[]) {
  const w = at.serverWorld("kept", variants);
  at.putSuper(w, { mountedClients: [{ rid: GONE, address: 7 as Address, quorum: true }] });
  elect(w, 3);
  expect(becomes(w, "UP")).toBe(true);
  const leaves = at.accepted(w, GONE);
  const sorts = hold(w, "farewell_worker", "sort");
  const queues = hold(w, "server_greeting", "queueFarewells");
  const flushed = hold(w, "scoutfs_server_worker", "shutNet");
  at.request(w, at.accepted(w), { name: "server_greeting", cmd: "GREETING", data: greets });
  expect(reaches(w, queues)).toBe(true);
  start(w, 0, "stop_server", { cause: "test" });
  expect(reaches(w, flushed)).toBe(true);
  at.request(w, leaves, { name: "server_farewell", cmd: "FAREWELL" });
  w.runFor(1000);
  release(w, queues);
  expect(reaches(w, sorts)).toBe(true);
  release(w, flushed);
  w.runUntil(() => at.seen(w, "server_client_down").length > 0, w.now + SECOND);
  release(w, sorts);
  expect(becomes(w, "DOWN")).toBe(true);

  const members = [OTHER, STAYS].map((rid) => ({ rid, address: 7 as Address, quorum: true }));
  at.putSuper(w, { mountedClients: members });
  elect(w, 4);
  expect(becomes(w, "UP")).toBe(true);
  for (const rid of [OTHER, STAYS]) start(w, 0, "scoutfs_server_recov_finish", { rid, which: 3 });
  const [other] = [OTHER, STAYS].map((rid) => at.accepted(w, rid)) as [ConnHandle, ConnHandle];
  at.request(w, other, { name: "server_farewell", cmd: "FAREWELL" });
  w.runFor(60 * SECOND);
  return {
    reclaims: at.seen(w, "reclaim_rid").map(({ data }) => data.rid),
    answers: at.sentTo(w, other).filter(({ cmd }) => cmd === "FAREWELL").length,
  };
}

test("the next server on the mount reclaims who has left, and answers nobody, in main", () => {
  expect(nextServer([])).toEqual({ reclaims: [GONE, GONE, OTHER], answers: 0 });
});

test("it hears no farewell that was said to an earlier server, with the repair", () => {
  expect(nextServer([REPAIR])).toEqual({ reclaims: [OTHER], answers: 1 });
});
