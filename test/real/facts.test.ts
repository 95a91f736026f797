// What is easy to get wrong in a model, counted in the recordings of the real system.

import { describe, expect, it } from "vitest";
import * as facts from "../support/facts.ts";
import * as recordings from "./facts.ts";

const all = recordings.names.map(recordings.recording);
const between = (list: readonly number[], low: number, high: number) =>
  list.filter((x) => x >= low && x <= high).length;

describe("the real system", () => {
  it("needs more than one candidacy after 3 of 8 forced leaders, 3 of 60 resignations", () => {
    const found = all.flatMap(facts.elections).map(({ lost, terms }) => `${lost}, ${terms}`);
    expect(facts.tally(found)).toEqual({
      ...{ "forced, 1": 5, "forced, 2": 2, "forced, 3": 1 },
      ...{ "resigned, 1": 57, "resigned, 2": 3 },
    });
  });

  it("sends a heartbeat before each of its 87 ELECT writes", () => {
    expect(all.flatMap(facts.heartbeatsBeforeElect)).toEqual(Array(87).fill(true));
  });

  it("takes ten seconds to mount once behind a leader that died elected", () => {
    const slow = recordings.mountSeconds(recordings.recording("j1-two-slots-force-leader"));
    expect(Math.max(...slow)).toBeCloseTo(10.4, 0);
    expect(slow.filter((s) => s > 5)).not.toEqual([]);
  });

  it("answers other requests while recovery is pending, and grants no lock", () => {
    expect(facts.tally(all.flatMap(facts.responsesInRecovery))).toEqual({
      ...{ GREETING: 186, GET_ROOTS: 29, SRCH_GET_COMPACT: 60, GET_LOG_MERGE: 31 },
      ...{ COMMIT_LOG_TREES: 18, GET_LOG_TREES: 19, FAREWELL: 2 },
    });
  });

  it("fences a client 20 s after its connection broke, and up to 2 s later", () => {
    const fences = all.flatMap(facts.reconnectFences);
    expect(fences).toHaveLength(7);
    expect(between(fences, 20.0, 22.0)).toBe(7);
  });

  it("stops a server within a heartbeat interval of its forced unmount", () => {
    const stops = all.flatMap(facts.forcedLeaderStops);
    expect(stops).toHaveLength(8);
    expect(between(stops, 0, 104)).toBe(8);
  });

  it("lets mounts go by its farewell rule, 248 times and without exception", () => {
    expect(facts.tally(all.flatMap(facts.farewells))).toEqual({
      ...{ "no member": 125, "members to spare": 70, "all have asked": 53 },
    });
  });

  it("ends two unmounts by their mounted_clients item being gone", () => {
    const looked = all.flatMap((r) => facts.only(r, "lookup_mounted_client"));
    expect(facts.tally(looked.map(({ f }) => String(f.ret)))).toEqual({ "0": 2, "1": 32 });
  });

  it("answers a shrunk lock's request with a grant from null to null, 180 times", () => {
    const grants = facts.only(recordings.recording("f-lock-shrink-read-race"), "sv_lock_response");
    const nulls = grants.filter(({ f }) => f.old === "null" && f.new === "null");
    expect(nulls).toHaveLength(180);
    expect(all.flatMap((r) => facts.only(r, "sv_lock_response"))).toHaveLength(3543);
  });

  it.each([
    ["d1-force-umount-leader3", 10.18, 11.276, 11.352],
    ["d3-force-umount-leader5-hb3000", 3.517, 4.785, 4.859],
  ])("%s: elects, listens and has recovered at the times measured", (name, ...expected) => {
    const r = recordings.recording(name);
    const times = [
      facts.afterForce(r, "quorum_block_event", "ELECT"),
      facts.afterForce(r, "net_listen"),
      facts.afterForce(r, "finished_recovery"),
    ];
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo(expected[i] ?? 0, 2);
  });
});
