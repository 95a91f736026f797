// The timer by which a server gives up on a lost client goes off while the server stops and drains
// its listener's queue: main never gets past that.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, fields, hold, mounted, reaches, release, SECOND } from "../trans/world.ts";

const RECONNECT = 20 * SECOND;

/** How many servers have ended, and what their queues refused. */
function afterStop(variants: readonly Variant[]): [number, number] {
  const w = mounted({ variants });
  powerOff(w, 1);
  const lost = () =>
    fields(w, "conn_shutdown_complete").some(({ flags }) => `${flags}`.includes("reconn_wait"));
  expect(w.runUntil(lost, w.now + 30 * SECOND)).toBe(true);
  w.runFor(RECONNECT - SECOND);
  const listening = hold(w, "scoutfs_net_listen_worker", "alloc", 0);
  start(w, 0, "stop_server", { cause: "quorum: leads no more" });
  expect(reaches(w, listening)).toBe(true);
  w.runFor(2 * SECOND);
  release(w, listening);
  w.runFor(5 * SECOND);
  return [count(w, "server.work_exit"), count(w, "work-dropped")];
}

test("it stops, where main waits for work that is queued nowhere", () => {
  expect(afterStop([])).toEqual([0, 1]);
  expect(afterStop([variantOf("shutdown-cancels-the-reconnect-timer")])).toEqual([1, 0]);
});
