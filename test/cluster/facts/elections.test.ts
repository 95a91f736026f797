// What is easy to get wrong about elections and about servers that start and stop, in the model.
// The recordings' figures are in test/real/facts.test.ts; shares are of many seeds, and asked for
// roughly: how often two candidates meet rests on processors, which an emulated machine has slow.

import { describe, expect, it } from "vitest";
import { ms } from "../../../src/core/index.ts";
import * as facts from "../../support/facts.ts";
import * as at from "./run.ts";
import { SECOND } from "./run.ts";

const SEEDS = 60;
const seeds = (n: number): number[] => Array.from({ length: n }, (_, seed) => seed);

/** Milliseconds: a bucket of the timer wheel at that distance, and a jiffy. */
const mayBeLate = 36;

/** The leader goes, and another is elected. */
function leaderLost(run: at.Run, how: "forced" | "resigned"): at.Run {
  const leader = at.leaderOf(run);
  const isElected = (nr: number) => nr !== leader && at.stateOf(run, nr).server.status !== "DOWN";
  at.beginUmount(run, leader, how === "forced");
  at.until(run, "an election", () => at.all(run).some(isElected));
  return run;
}

/** How many terms the election after the loss of each leader took. */
const termsAfter = (runs: readonly at.Run[]): number[] =>
  runs.flatMap((run) => facts.elections(run).map(({ terms }) => terms));
const splits = (terms: readonly number[]): number => terms.filter((n) => n > 1).length;

const forced = seeds(SEEDS).map((seed) => leaderLost(at.mountedRun(seed), "forced"));
const resigned = seeds(SEEDS).map((seed) => leaderLost(at.mountedRun(seed), "resigned"));

describe("fact 1: split votes", () => {
  it("are common after the death of a leader and rare after a resignation", () => {
    const afterDeath = termsAfter(forced);
    const afterResignation = termsAfter(resigned);
    expect([afterDeath.length, afterResignation.length]).toEqual([SEEDS, SEEDS]);
    expect(splits(afterDeath)).toBeGreaterThan(SEEDS / 5);
    expect(splits(afterResignation)).toBeLessThan(SEEDS / 8);
    expect(Math.max(...afterDeath)).toBeLessThan(6);
  });

  it("cost 250 to 350 ms for each further term, and what the timer wheel rounds up", () => {
    const gaps = forced.flatMap(facts.termGaps);
    expect(gaps.length).toBeGreaterThanOrEqual(splits(termsAfter(forced)));
    expect(Math.min(...gaps)).toBeGreaterThan(250);
    expect(Math.max(...gaps)).toBeLessThan(350 + mayBeLate);
  });

  it("come of timers that go off together: hosts that booted at other moments have few", () => {
    const apart = seeds(20).map((seed) => {
      const run = at.makeRun(`apart ${seed}`, { hosts: 3 });
      at.mounts(run, at.all(run));
      run.w.runFor(SECOND);
      return leaderLost(run, "forced");
    });
    expect(splits(termsAfter(apart))).toBeLessThanOrEqual(2);
  });
});

describe("fact 2: a leader", () => {
  it("sends a heartbeat before it writes ELECT", () => {
    const sent = [...forced, ...resigned].flatMap(facts.heartbeatsBeforeElect);
    expect(sent).toEqual(Array(4 * SEEDS).fill(true));
  });

  it("may have accepted greetings before it writes FENCE", () => {
    const greeted = resigned.flatMap(facts.greetingsBeforeFence);
    expect(greeted.length).toBeGreaterThanOrEqual(SEEDS);
    expect(greeted.filter(Boolean).length).toBeGreaterThan(greeted.length / 2);
  });
});

describe("fact 4: a leader that died leaves ELECT above STOP", () => {
  /** Seconds that all mounts take from cold, and the slot that is elected: that of the first, for
   *  the other's timer goes off in a later bucket of the wheel. */
  function coldStart(run: at.Run, first: number): { seconds: number; slot: number } {
    const mounted = at.all(run).filter((nr) => at.stateOf(run, nr).slot.mounted);
    // The leader last: else another one may be elected on its way out.
    const leader = mounted.filter((nr) => nr === at.leaderOf(run));
    at.umounts(
      run,
      mounted.filter((nr) => !leader.includes(nr)),
    );
    at.umounts(run, leader);
    run.w.runFor(SECOND);
    const from = run.w.now;
    at.beginMount(run, first);
    run.w.runFor(ms(350));
    const others = at.all(run).filter((nr) => nr !== first);
    for (const nr of others) at.beginMount(run, nr);
    at.waitMounted(run, at.all(run));
    return { seconds: (run.w.now - from) / SECOND, slot: at.leaderOf(run) };
  }

  it.each(seeds(4))("so members start slowly until its slot is elected again, seed %i", (seed) => {
    const run = at.makeRun(`stale ${seed}`, { mounts: 3, slots: 2 });
    expect(coldStart(run, seed % 2).seconds).toBeLessThan(1);
    const dead = at.leaderOf(run);
    at.forceUmounts(run, [dead]);
    at.waitLeader(run);
    at.mounts(run, [dead]);
    const other = 1 - dead;
    for (const [first, least, most] of [
      ...[
        [other, 10, 10.7],
        [other, 10, 10.7],
      ],
      ...[
        [dead, 10, 10.7],
        [dead, 0, 1],
        [other, 0, 1],
      ],
    ] as const) {
      const { seconds, slot } = coldStart(run, first);
      expect(slot).toBe(first);
      expect(seconds).toBeGreaterThan(least);
      expect(seconds).toBeLessThan(most);
    }
  });
});

describe("fact 9: umount -f of the leader", () => {
  it("stops its server within one heartbeat interval", () => {
    const stops = forced.flatMap(facts.forcedLeaderStops);
    expect(stops).toHaveLength(SEEDS);
    expect(Math.min(...stops)).toBeLessThan(10);
    expect(Math.max(...stops)).toBeGreaterThan(90);
    expect(Math.max(...stops)).toBeLessThan(105);
  });

  it("shuts its own client at once, and those of the others only when its server stops", () => {
    for (const run of forced) {
      const [begun] = facts.only(run, "umount_begin_forced");
      const [stop] = facts.only(run, "server_stop_wait");
      const down = facts.only(run, "conn_shutdown_queued").filter(({ f }) => f.accepted === false);
      const own = down.find((c) => c.mount === begun?.mount && c.at > begun.at);
      const others = down.filter((c) => c.mount !== begun?.mount && c.at > (begun?.at ?? 0));
      expect((own?.at ?? 0) - (begun?.at ?? 0)).toBeLessThan(1000);
      expect(others.length).toBeGreaterThan(0);
      expect(others[0]?.at).toBeGreaterThan(stop?.at ?? Number.NaN);
    }
  });
});
