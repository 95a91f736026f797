// A greeting ends when its server is stopping and has flushed the farewell work: it queues that
// once more, and somebody who asked meanwhile is reclaimed.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as at from "../server/world.ts";
import { becomes, elect, hold, reaches, release, SECOND } from "../server/world.ts";

const REPAIR = variantOf("stopping-server-flushes-farewells-last");
const member = { rid: 40 as Rid, address: 7 as Address, quorum: true };
const greets = { serverTerm: 0, rid: 41 as Rid, farewell: false, quorum: true };

/** The statuses of the server while that work goes on, and after it; what broke. */
function stopsWhileGreeting(label: "reclaim" | "respond", variants: readonly Variant[]) {
  const w = at.serverWorld("late", variants);
  at.putSuper(w, { mountedClients: [member] });
  elect(w, 3);
  expect(becomes(w, "UP")).toBe(true);
  const [old, comes] = [at.accepted(w, member.rid), at.accepted(w)];
  start(w, 0, "scoutfs_server_recov_finish", { rid: member.rid, which: 3 });
  const queues = hold(w, "server_greeting", "queueFarewells");
  const flushed = hold(w, "scoutfs_server_worker", "shutNet");
  at.request(w, comes, { name: "server_greeting", cmd: "GREETING", data: greets });
  expect(reaches(w, queues)).toBe(true);
  start(w, 0, "stop_server", { cause: "test" });
  expect(reaches(w, flushed)).toBe(true);
  at.request(w, old, { name: "server_farewell", cmd: "FAREWELL" });
  w.runFor(1000);
  const works = hold(w, "farewell_worker", label);
  release(w, queues);
  expect(reaches(w, works)).toBe(true);
  release(w, flushed);
  w.runFor(SECOND);
  const during = at.statuses(w).at(-1);
  release(w, works);
  w.runFor(SECOND);
  return {
    during,
    after: at.statuses(w).at(-1),
    broken: w.violations.map(({ promise }) => promise),
  };
}

test.each(["reclaim", "respond"] as const)(
  "the server waits for that work, where main is down while it is at %s",
  (label) => {
    const main = stopsWhileGreeting(label, []);
    expect(main).toEqual({ during: "DOWN", after: "DOWN", broken: ["CRASH"] });
    const mended = stopsWhileGreeting(label, [REPAIR]);
    expect(mended).toEqual({ during: "STOPPING", after: "DOWN", broken: [] });
  },
);
