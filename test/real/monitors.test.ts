// Every monitor reads every recording of the real system and stays quiet, and reading a recording
// finds in it what is known to be there.

import { describe, expect, it } from "vitest";
import type { Monitor } from "../../sim/engine/trace/monitor.ts";
import { judge } from "../../sim/real/judge.ts";
import { entryMonitors } from "../../src/monitors/all.ts";
import type { Scoutfs } from "../../src/protocol.ts";
import { only } from "../support/facts.ts";
import { count, names, recording } from "./facts.ts";

/** Folder, events, elections, recoveries, fence requests, lock grants. */
const table: readonly (readonly [string, number, number, number, number, number])[] = [
  ["a1-mount3-traffic", 5864, 2, 1, 0, 89],
  ["b1-leader-umount3", 10593, 2, 1, 0, 179],
  ["c1-force-umount-client", 22733, 2, 1, 1, 392],
  ["d1-force-umount-leader3", 13708, 2, 1, 1, 172],
  ["d3-force-umount-leader5-hb3000", 15196, 2, 1, 1, 192],
  ["e1-concurrent-umount5", 10059, 5, 0, 0, 164],
  ["e3-umount-leader-plus-clients", 12129, 9, 5, 0, 167],
  ["f-client-unmount-recovery", 42842, 37, 36, 0, 121],
  ["f-fence-and-reclaim", 38624, 3, 2, 11, 212],
  ["f-lock-shrink-read-race", 21244, 1, 0, 0, 370],
  ["f-orphan-log-trees", 5080, 1, 0, 1, 30],
  ["g1-tcp-reset-reconnect", 17683, 1, 0, 0, 311],
  ["g2-tcp-blackhole-short", 13122, 1, 0, 0, 241],
  ["g4-leader-heartbeats-dropped", 17632, 3, 2, 0, 260],
  ["h1-force-all-remount", 27377, 2, 1, 5, 174],
  ["h3-force-leader-and-client", 19074, 2, 1, 2, 159],
  ["j1-two-slots-force-leader", 18070, 8, 3, 1, 145],
  ["k2-no-fence-agent", 39162, 4, 1, 3, 165],
];

/** That the machine takes them too is for the type checker to say. */
const forTheMachine: readonly Monitor<Scoutfs>[] = entryMonitors;

describe("recordings of the real system", () => {
  it("are those that the table names", () => {
    expect(table.map(([name]) => name)).toEqual(names);
  });

  it.each(table)("%s: keeps every promise", (name) => {
    expect(judge(recording(name).entries, forTheMachine)).toEqual([]);
  });

  it.each(table)("%s: holds what its table says", (name, events, elect, recov, fence, grants) => {
    const r = recording(name);
    const elected = only(r, "quorum_block_event_ret").filter(({ f }) => f.event === "ELECT");
    expect({ events: r.events, elect: elected.length, started: count(r, "server_start") }).toEqual({
      ...{ events, elect, started: elect },
    });
    expect([count(r, "finished_recovery"), count(r, "recov_begin")]).toEqual([recov, recov]);
    expect(count(r, "fence_start")).toBe(fence);
    expect(count(r, "sv_lock_response")).toBe(grants);
  });

  it.each(table)("%s: gives every line as an entry or a count by name", (name) => {
    const { read, leftAlone, events } = recording(name);
    const total = [...read.values(), ...leftAlone.values()].reduce((sum, n) => sum + n, 0);
    expect(total).toBe(events);
  });
});
