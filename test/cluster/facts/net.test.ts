// What is easy to get wrong about connections, in the model.

import { describe, expect, it } from "vitest";
import { resetOpenedBy } from "../../../sim/engine/network/stream-faults.ts";
import { us } from "../../../src/core/index.ts";
import * as recordings from "../../real/facts.ts";
import * as facts from "../../support/facts.ts";
import * as at from "./run.ts";
import { SECOND } from "./run.ts";

const seeds = (n: number): number[] => Array.from({ length: n }, (_, seed) => seed);

describe("fact 3: a message can be sent twice on the same healthy socket", () => {
  /** On a machine that is as busy as the recorded one, whose tasks are often preempted. */
  const busy = seeds(6).map((seed) => {
    const scheduling = { start: { min: 5, max: 60 }, preemptWithin: 20 };
    const run = at.mountedRun(seed, { mounts: 5, hosts: 3, blueprint: { scheduling } });
    for (let n = 0; n < 60; n++) {
      for (const nr of at.all(run)) {
        for (const count of [10, 20]) at.ask(run, nr, "alloc_inodes", { count });
        const ino = 1 + ((n + nr) % 4) * 2000;
        at.ask(run, nr, "use_inode", { ino, mode: "write", forUs: us(100) });
      }
      run.w.runFor(500);
    }
    return run;
  });
  const arrived = busy.map(facts.arrivals);
  const again = arrived.reduce((sum, one) => sum + one.again, 0);

  it("which happens, seldom", () => {
    const all = arrived.reduce((sum, one) => sum + one.all, 0);
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThan(all / 100);
  });

  it("though no socket broke", () => {
    const broken = busy.flatMap((run) => facts.only(run, "conn_shutdown_queued"));
    expect(broken.filter((c) => c.at > SECOND)).toEqual([]);
  });

  it("and the receiver drops it by its seq", () => {
    const dropped = busy.flatMap((run) => facts.only(run, "ignored"));
    const texts = dropped.filter((c) => c.at > SECOND).map(({ f }) => f.text);
    const before = texts.filter((text) => text === "a message that was received before");
    expect(before).toHaveLength(again);
  });
});

/** Every client's sockets are reset, one mount after another, with requests under way. */
function reconnected(seed: number): at.Run {
  const run = at.mountedRun(seed, { mounts: 4 });
  for (const nr of at.all(run)) {
    at.traffic(run, { forUs: SECOND / 20, everyUs: 5000 });
    resetOpenedBy(run.w, at.latest(run, nr));
    run.w.runFor(SECOND);
  }
  return run;
}
const reset = seeds(5).map(reconnected);
const recorded = recordings.names.map(recordings.recording);

describe.each([
  ["the model", reset],
  ["the recordings", recorded],
])("fact 5: greetings are out of band for seq, in %s", (_name, told) => {
  const greetings = told.flatMap(facts.greetings);

  it("a response has seq 1, on each of a server's connections", () => {
    expect(greetings.length).toBeGreaterThan(20);
    expect(greetings.filter(({ resp, seq }) => resp === 1 && seq !== 1)).toEqual([]);
  });

  it("a request goes on counting where the connection was", () => {
    const later = greetings.filter(({ resp, nth }) => resp === 0 && nth > 1);
    expect(later.length).toBeGreaterThan(8);
    expect(later.filter(({ seq, before }) => seq <= before)).toEqual([]);
    expect(Math.max(...later.map(({ seq }) => seq))).toBeGreaterThan(10);
  });
});

describe("fact 7: the leader's own mount is an ordinary client of its server", () => {
  it.each(seeds(5))("that greets it again when its socket breaks, seed %i", (seed) => {
    const run = reset[seed] as at.Run;
    const leader = at.leaderOf(run);
    const rid = at.ridOf(run, leader);
    const again = facts
      .only(run, "net_server_greeting")
      .filter(({ f }) => f.rid === rid && f.reconnecting === 1 && f.first_contact === 0);
    const moved = facts.only(run, "conn_reconn_migrate");
    expect(again.map(({ mount }) => mount)).toEqual([at.latest(run, leader)]);
    expect(moved.length).toBeGreaterThanOrEqual(at.all(run).length);
  });

  it.each([
    ["the model", seeds(5).map((seed) => failedOver(seed))],
    ["the recordings", recorded],
  ])("whose greeting and locks are recovered as those of the others, in %s", (_name, told) => {
    const own = told.flatMap(facts.recoveriesOfLeaders);
    expect(own.length).toBeGreaterThan(4);
    expect(facts.tally(own)).toEqual({ "greeting and locks": own.length });
  });
});

function failedOver(seed: number): at.Run {
  const run = at.mountedRun(seed);
  at.umounts(run, [at.leaderOf(run)]);
  at.waitLeader(run);
  run.w.runFor(SECOND);
  return run;
}

describe("fact 8: the wait for a client begins with the shutdown of its socket", () => {
  it("so a dead one is fenced 20.0 s and a delay later", () => {
    const fences = seeds(8).flatMap((seed) => {
      const run = at.mountedRun(seed, { mounts: 5 });
      const lost = at.all(run).filter((nr) => nr !== at.leaderOf(run));
      at.forceUmounts(run, lost.slice(0, 1 + (seed % 2)));
      run.w.runFor(23 * SECOND);
      return facts.reconnectFences(run);
    });
    expect(fences).toHaveLength(12);
    expect(Math.min(...fences)).toBeGreaterThanOrEqual(20);
    // the real timer wheel rounds 20 s up by as much as 2 s, the model's does not
    expect(Math.max(...fences)).toBeLessThan(22.1);
  });
});
