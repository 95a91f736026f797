// What the quorum worker of quorum.c does when a leader is lost, falls silent, is late or cannot
// write, and what it did before the commits that its rules name.

import { describe, expect, test } from "vitest";
import { failIo, pause, resume } from "../../../sim/engine/hosts.ts";
import { cut, heal } from "../../../sim/engine/network/links.ts";
import type { AnyProgram, Us } from "../../../src/core/index.ts";
import { ms, seconds } from "../../../src/core/index.ts";
import { quorumWorker } from "../../../src/quorum/worker.ts";
import {
  blockOf,
  elections,
  force,
  mountAll,
  only,
  type QuorumWorld,
  quorumWorld,
  remount,
  runUntilLeader,
  shown,
  stopOwnServer,
  type TestQuorum,
  testPrograms,
  unmountOne,
} from "./world.ts";

const requestsSince = (w: QuorumWorld, at: number) =>
  only(w, "quorum_send_message").filter((h) => h.what.type === "REQUEST_VOTE" && h.at >= at);
const others = (first: number) => [0, 1, 2].filter((slot) => slot !== first);

function led(seed: string, o: Partial<Parameters<typeof quorumWorld>[0]> = {}) {
  const w = quorumWorld({ slots: 3, seed, ...o });
  mountAll(w);
  const first = runUntilLeader(w);
  w.runFor(ms(500));
  return { w, first };
}

describe("a server that goes down by itself", () => {
  test("makes its worker resign; the next candidacy comes an election timeout after", () => {
    for (let i = 0; i < 10; i++) {
      const { w, first } = led(`resign ${i}`);
      const before = elections(w).length;
      stopOwnServer(w, first);
      expect(w.runUntil(() => elections(w).length > before, w.now + seconds(5))).toBe(true);
      const resigned = only(w, "quorum_send_message").find((h) => h.what.type === "RESIGNATION");
      expect(resigned?.mount).toBe(first);
      const [request] = requestsSince(w, resigned?.at ?? 0);
      expect((request?.at ?? 0) - (resigned?.at ?? 0)).toBeGreaterThanOrEqual(250_000);
      expect((request?.at ?? 0) - (resigned?.at ?? 0)).toBeLessThanOrEqual(390_000);
      const { STOP, ELECT } = blockOf(w, first).events;
      expect(STOP.term).toBeGreaterThanOrEqual(Math.min(ELECT.term, 1));
    }
  });
});

describe("a leader that is unmounted by force", () => {
  test("falls silent: the others elect after the heartbeat timeout and fence it", () => {
    const { w, first } = led("force");
    const forcedAt = w.now;
    const heardAt = Math.max(...only(w, "quorum_recv_message").map((h) => h.at));
    force(w, first);
    const second = runUntilLeader(w, first, seconds(30));
    const [request] = requestsSince(w, forcedAt);
    expect(request?.at).toBeGreaterThan(heardAt + 9_900_000);
    expect(request?.at).toBeLessThan(forcedAt + 10_110_000);
    expect(only(w, "fence").map((h) => [h.mount, h.what.rid])).toEqual([[second, 1000 + first]]);
    const received = only(w, "quorum_recv_message").filter((h) => h.at > forcedAt + 20_000);
    expect(received.some((h) => h.mount === first || h.what.slot === first)).toBe(false);
  });

  test("traces a resignation that it does not send, and cannot write STOP and END", () => {
    const { w, first } = led("force 2");
    const forcedAt = w.now;
    force(w, first);
    w.runFor(seconds(1));
    const resigned = only(w, "quorum_send_message").find((h) => h.what.type === "RESIGNATION");
    expect(resigned?.mount).toBe(first);
    const rets = only(w, "quorum_block_event_ret").filter((h) => h.at > forcedAt);
    expect(rets.map((h) => [h.what.event, h.what.ret])).toEqual([
      ["STOP", "ENOLINK"],
      ["END", "ENOLINK"],
    ]);
    expect(requestsSince(w, forcedAt)).toEqual([]);
  });

  test("resigned on the wire before 15de0c21c1", () => {
    const rules = { sendsAfterForcedUnmount: () => true, receivesAfterForcedUnmount: () => true };
    const { w, first } = led("force", { rules });
    const forcedAt = w.now;
    force(w, first);
    runUntilLeader(w, first, seconds(5));
    expect(requestsSince(w, forcedAt)[0]?.at).toBeLessThan(forcedAt + 600_000);
  });

  /** How many terms each of 30 failovers took. */
  const termsTaken = (phases: readonly Us[]) =>
    Array.from({ length: 30 }, (_, i) => {
      const { w, first } = led(`split ${i}`, { heartbeatTimeoutMs: 2000, phases });
      const { term } = elections(w).at(-1)?.what ?? { term: 0 };
      force(w, first);
      runUntilLeader(w, first, seconds(30));
      return (elections(w).at(-1)?.what.term ?? 0) - term;
    });
  test("splits votes where the others share a timer wheel", () => {
    const terms = termsTaken([ms(0), ms(0), ms(0)]);
    expect(Math.max(...terms)).toBeGreaterThan(2);
    expect(Math.max(...terms)).toBeLessThan(12);
  });
  test("splits none where their hosts booted at other times", () => {
    expect(new Set(termsTaken([ms(0), ms(70), ms(150)]))).toEqual(new Set([1]));
  });

  test("leaves a record for which the next cold start waits", () => {
    const { w, first } = led("stale");
    for (const slot of [0, 1, 2]) {
      force(w, slot);
      unmountOne(w, slot);
    }
    w.runFor(seconds(12));
    expect(blockOf(w, first).events.ELECT.term).toBeGreaterThan(0);
    expect(blockOf(w, first).events.STOP.term).toBe(0);
    const coldAt = w.now;
    for (const slot of [0, 1, 2]) remount(w, slot);
    runUntilLeader(w);
    expect(requestsSince(w, coldAt)[0]?.at).toBeGreaterThan(coldAt + 10_000_000);
    expect(only(w, "fence").map((h) => h.what.rid)).toEqual([1000 + first]);
  });
});

describe("slow fencing", () => {
  test("goes on beside the heartbeats: one election follows", () => {
    const { w, first } = led("slow fence", { heartbeatTimeoutMs: 2000, fenceTime: seconds(9) });
    const before = elections(w).length;
    force(w, first);
    const second = runUntilLeader(w, first, seconds(30));
    expect(elections(w).slice(before)).toHaveLength(1);
    expect(blockOf(w, second).events.FENCE.term).toBe(elections(w).at(-1)?.what.term);
  });

  test("silenced the new leader before bb3db7e272, and the others elected again", () => {
    const waiting: AnyProgram<TestQuorum> = {
      ...(quorumWorker as unknown as AnyProgram<TestQuorum>),
      steps: {
        ...(quorumWorker as unknown as AnyProgram<TestQuorum>).steps,
        serverStarted: (_l, m) =>
          m.server.status === "STARTING" ? { sleep: ms(1), then: "serverStarted" } : "checkUp",
      },
    };
    const programs = testPrograms.map((p) => (p.name === waiting.name ? waiting : p));
    const slow = { heartbeatTimeoutMs: 2000, fenceTime: seconds(9), programs };
    const { w, first } = led("slow fence", slow);
    const before = elections(w).length;
    force(w, first);
    w.runFor(seconds(20));
    expect(elections(w).length - before).toBeGreaterThan(1);
  });

  test("that takes 15 s ends the start: the new leader resigns and the next tries", () => {
    const { w, first } = led("no agent", { heartbeatTimeoutMs: 2000, fenceTime: seconds(60) });
    const before = elections(w).length;
    force(w, first);
    w.runFor(seconds(40));
    expect(elections(w).length - before).toBeGreaterThanOrEqual(2);
    expect(only(w, "fence_leaders_ret").at(-1)?.what.ret).toBe("ETIMEDOUT");
  });
});

describe("a leader that nobody hears", () => {
  test("follows when it hears of the next term, and writes STOP; it is not fenced twice", () => {
    const { w, first } = led("superseded", { heartbeatTimeoutMs: 2000 });
    const old = elections(w).at(-1)?.what.term ?? 0;
    for (const to of others(first)) cut(w, first, to, { streams: false });
    const second = runUntilLeader(w, first, seconds(20));
    for (const to of others(first)) heal(w, first, to);
    w.runFor(seconds(2));
    expect(shown(w, first)?.role).toBe("follower");
    expect(blockOf(w, first).events.STOP.term).toBe(old);
    expect(w.peekMount(second).state.server.status).toBe("UP");
    const resigned = only(w, "quorum_send_message").filter((h) => h.what.type === "RESIGNATION");
    expect(resigned).toEqual([]);
  });
});

describe("a follower that runs late", () => {
  const late = (rules: Parameters<typeof quorumWorld>[0]["rules"]) => {
    const { w, first } = led("late", { heartbeatTimeoutMs: 2000, rules: rules ?? {} });
    const before = elections(w).length;
    const slow = others(first)[0] ?? 0;
    pause(w, slow);
    w.runFor(ms(2100));
    resume(w, slow);
    w.runFor(seconds(4));
    return { campaigns: requestsSince(w, 0).length, elections: elections(w).length - before };
  };

  test("finds the heartbeat in its socket and does not campaign", () => {
    expect(late({}).elections).toBe(0);
  });
  test("campaigned before e18ea24561", () => {
    const found = late({
      appliesHeartbeatBeforeTimeoutCheck: () => false,
      campaignsDespiteMessage: () => true,
    });
    expect(found.elections).toBeGreaterThan(0);
  });
});

describe("an error of a block update", () => {
  test("ends the worker and leaves the server running until the mount goes", () => {
    const { w, first } = led("eio", { heartbeatTimeoutMs: 2000 });
    failIo(w, first, 1000);
    for (const to of others(first)) cut(w, first, to, { streams: false });
    w.runFor(seconds(5));
    const exit = only(w, "quorum_worker_exit").find((h) => h.mount === first);
    expect(exit?.what.ret).toBe("EIO");
    expect(w.peekMount(first).state.server.status).toBe("UP");
  });
});

describe("a remount into the same slot", () => {
  test("starts from the greatest term in the blocks", () => {
    const { w, first } = led("remount", { heartbeatTimeoutMs: 2000 });
    const other = others(first)[0] ?? 0;
    const term = shown(w, first)?.term ?? 0;
    force(w, other);
    unmountOne(w, other);
    w.runFor(seconds(3));
    remount(w, other);
    w.runFor(ms(50));
    expect(blockOf(w, other).events.BEGIN).toMatchObject({ rid: 2000 + other, term });
  });
});
