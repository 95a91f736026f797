// A client that unmounts is reclaimed while its server is told to stop. See
// src/variants/farewell-work-outlives-its-server.ts.

import { expect, test } from "vitest";
import { variantOf, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as at from "../server/world.ts";
import { becomes, elect, hold, reaches, release, SECOND } from "../server/world.ts";

const BUG = variantOf("farewell-work-outlives-its-server");
const client = { rid: 40 as Rid, address: 7 as Address, quorum: false };

/** The statuses of the server while that work is held, and after it; what broke. */
function stops(label: "reclaim" | "respond", variants: readonly Variant[]) {
  const w = at.serverWorld("stops", variants);
  at.putSuper(w, { mountedClients: [client] });
  elect(w, 3);
  expect(becomes(w, "UP")).toBe(true);
  const conn = at.accepted(w, client.rid);
  start(w, 0, "scoutfs_server_recov_finish", { rid: client.rid, which: 3 });
  w.runFor(1000);
  const works = hold(w, "farewell_worker", label);
  at.request(w, conn, { name: "server_farewell", cmd: "FAREWELL" });
  expect(reaches(w, works)).toBe(true);
  start(w, 0, "stop_server", { cause: "test" });
  w.runFor(SECOND);
  const during = at.statuses(w).at(-1);
  release(w, works);
  w.runFor(SECOND);
  const broken = w.violations.map(({ promise, place }) => `${promise} at ${place}`);
  return { during, after: at.statuses(w).at(-1), broken };
}

test.each([
  ["reclaim", "CRASH at scoutfs_lock_server_farewell @ get"],
  ["respond", "CRASH at farewell_worker @ respond"],
] as const)("a server that stops waits for that work at %s, and did not", (label, crash) => {
  const waits = { during: "STOPPING", after: "DOWN", broken: [] };
  const goes = { during: "DOWN", after: "DOWN", broken: [crash] };
  expect(stops(label, [])).toEqual(waits);
  expect(stops(label, variantsOf(["mended"]))).toEqual(waits);
  expect(stops(label, [BUG])).toEqual(goes);
  expect(stops(label, variantsOf(["mended", BUG.id]))).toEqual(goes);
});
