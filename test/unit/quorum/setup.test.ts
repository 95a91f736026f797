// The quorum worker of quorum.c from its start to a server that is up, and its way out again: who
// is elected, what the blocks record, what other members notice.

import { describe, expect, test } from "vitest";
import { putBlock } from "../../../sim/engine/device.ts";
import type { Rid } from "../../../src/core/index.ts";
import { ms, seconds } from "../../../src/core/index.ts";
import {
  blockOf,
  elections,
  mountAll,
  mountOne,
  only,
  type QuorumWorld,
  quorumWorld,
  runUntilLeader,
  shown,
  stopOwnServer,
  unmountOne,
} from "./world.ts";

const writes = (w: QuorumWorld, slot: number) =>
  only(w, "quorum_block_event_ret")
    .filter((h) => h.mount === slot)
    .map((h) => `${h.what.event} ${h.what.term}`);
const requests = (w: QuorumWorld) =>
  only(w, "quorum_send_message").filter((h) => h.what.type === "REQUEST_VOTE");

describe("a cold start", () => {
  test.each([1, 2, 3, 5, 15])("%i slots elect a leader", (slots) => {
    const w = quorumWorld({ slots });
    mountAll(w);
    const slot = runUntilLeader(w);
    expect(shown(w, slot)?.role).toBe("leader");
    expect(elections(w).length).toBeGreaterThanOrEqual(1);
    expect(w.violations).toEqual([]);
  });

  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 3],
    [15, 8],
  ])("%i slots need %i votes", (slots, votes) => {
    const w = quorumWorld({ slots });
    mountAll(w);
    w.runFor(ms(50));
    expect(w.peekMount(0).state.quorum.info?.votesNeeded).toBe(votes);
    for (const mounts of [votes - 1, votes]) {
      if (mounts === 0) continue;
      const part = quorumWorld({ slots, mounts });
      mountAll(part);
      part.runFor(seconds(20));
      expect(elections(part).length > 0).toBe(mounts >= votes);
    }
  });

  test("one vote elects both of two slots in some run", () => {
    let split = 0;
    for (let i = 0; i < 60 && split === 0; i++) {
      const w = quorumWorld({ slots: 2, seed: `two ${i}`, fenceTime: ms(1) });
      mountAll(w);
      w.runFor(seconds(2));
      const terms = elections(w).map((h) => h.what.term);
      if (new Set(terms).size < terms.length) split++;
    }
    expect(split).toBe(1);
  });

  test("the leader's records come in the order of the recordings", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    const slot = runUntilLeader(w);
    w.runFor(ms(10));
    const { term } = elections(w)[0]?.what ?? { term: 0 };
    expect(writes(w, slot)).toEqual([
      "BEGIN 0",
      ...Array.from({ length: term }, (_, i) => `TERM ${i + 1}`),
      `ELECT ${term}`,
      `FENCE ${term}`,
    ]);
    const beat = only(w, "quorum_send_message").find((h) => h.what.type === "HEARTBEAT");
    expect(beat?.at).toBeLessThan(elections(w)[0]?.at ?? 0);
  });

  test("a vote request is sent before its term is stored", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    runUntilLeader(w);
    const [request] = requests(w);
    const stored = only(w, "quorum_block_event").find(
      (h) => h.mount === request?.mount && h.what.event === "TERM",
    );
    expect(stored?.what.term).toBe(request?.what.term);
    expect(stored?.at).toBeGreaterThanOrEqual(request?.at ?? 0);
  });

  test("two of three split the vote in some runs, and each split costs a term", () => {
    const terms = Array.from({ length: 80 }, (_, i) => {
      const w = quorumWorld({ slots: 3, mounts: 2, seed: `cold ${i}` });
      mountAll(w);
      runUntilLeader(w);
      return elections(w)[0]?.what.term ?? 0;
    });
    const split = terms.filter((term) => term > 1).length;
    expect(split).toBeGreaterThan(0);
    expect(split).toBeLessThan(40);
    expect(Math.max(...terms)).toBeLessThan(12);
  });
});

describe("quorum blocks", () => {
  test("the terms and write numbers of a slot rise", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    const first = runUntilLeader(w);
    stopOwnServer(w, first);
    w.runFor(seconds(2));
    runUntilLeader(w);
    for (let slot = 0; slot < 3; slot++) {
      const terms = only(w, "quorum_block_event_ret")
        .filter((h) => h.mount === slot && h.what.event === "TERM")
        .map((h) => h.what.term);
      expect(terms).toEqual([...new Set(terms)].sort((a, b) => a - b));
      const { writeNr, events } = blockOf(w, slot);
      expect(writeNr).toBe(writes(w, slot).length);
      expect(Object.values(events).filter((e) => e.writeNr === writeNr)).toHaveLength(1);
    }
  });

  test("a slot that another rid has begun ends the worker at its next update", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    w.runFor(ms(50));
    const mine = blockOf(w, 2);
    const BEGIN = { ...mine.events.BEGIN, rid: 77 as Rid };
    putBlock(w.device(), "quorum.2", { ...mine, events: { ...mine.events, BEGIN } });
    w.runFor(seconds(1));
    const exits = only(w, "quorum_worker_exit").map((h) => [h.mount, h.what.ret]);
    expect(exits).toEqual([[2, "EIO"]]);
  });
});

describe("a mount that fails", () => {
  test.each([
    ["a slot that is not in use", 7],
    ["the address of another host", 1],
  ])("%s leaves nothing behind", (_why, slot) => {
    const w = quorumWorld({ slots: 3, mounts: 3 });
    Object.assign(w.mount(0).state.options, { quorumSlotNr: slot });
    mountOne(w, 0);
    w.runFor(ms(50));
    expect(w.peekMount(0).state.quorum.info).toBeUndefined();
  });
});

describe("a member that mounts while a server runs", () => {
  test("waits the heartbeat timeout and disturbs nobody", () => {
    const w = quorumWorld({ slots: 3 });
    mountOne(w, 0);
    mountOne(w, 1);
    const slot = runUntilLeader(w);
    mountOne(w, 2);
    w.runFor(seconds(30));
    expect(elections(w)).toHaveLength(1);
    expect(shown(w, 2)).toMatchObject({ role: "follower", term: shown(w, slot)?.term });
  });
});

describe("unmount", () => {
  test("of the leader stops its server, resigns, writes STOP and END; another is elected", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    const first = runUntilLeader(w);
    const { term } = elections(w)[0]?.what ?? { term: 0 };
    unmountOne(w, first);
    const second = runUntilLeader(w, first);
    expect(second).not.toBe(first);
    expect(writes(w, first).slice(-2)).toEqual([`STOP ${term}`, `END ${term}`]);
    expect(w.peekMount(first).state.quorum.info).toBeUndefined();
    expect(only(w, "fence")).toEqual([]);
  });

  test("while the own server still stops writes no STOP, and it is fenced for nothing", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    const first = runUntilLeader(w);
    w.mount(first).state.server.stopTime = seconds(1);
    stopOwnServer(w, first);
    w.runFor(ms(1));
    unmountOne(w, first);
    runUntilLeader(w, first);
    w.runFor(seconds(2));
    expect(writes(w, first).at(-1)).toMatch(/^END /);
    expect(blockOf(w, first).events.STOP.term).toBe(0);
    expect(only(w, "quorum_send_message").map((h) => h.what.type)).not.toContain("RESIGNATION");
    expect(only(w, "fence").map((h) => h.what.rid)).toEqual([1000 + first]);
  });

  test("of a follower ends with END within a heartbeat", () => {
    const w = quorumWorld({ slots: 3 });
    mountAll(w);
    const first = runUntilLeader(w);
    const other = (first + 1) % 3;
    unmountOne(w, other);
    w.runFor(ms(150));
    expect(writes(w, other).at(-1)).toMatch(/^END /);
    expect(w.peekMount(other).state.quorum.info).toBeUndefined();
  });
});
