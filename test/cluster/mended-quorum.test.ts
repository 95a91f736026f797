// Repairs of the quorum worker, each beside what main does in the same run.

import { expect, test } from "vitest";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import { withVariants } from "../../sim/cluster/world/variants.ts";
import { failIo } from "../../sim/engine/hosts.ts";
import { type Hold, open } from "../../sim/engine/kernel/holds.ts";
import { cut, heal } from "../../sim/engine/network/links.ts";
import { type AnyProgram, ms, seconds } from "../../src/core/index.ts";
import type { Scoutfs } from "../../src/protocol.ts";
import { main } from "../../src/rules.ts";
import * as at from "../unit/quorum/world.ts";

function onMainAndWith<T>(id: string, run: (o: Partial<at.Options>) => T): [T, T] {
  const programs = at.testPrograms as unknown as AnyProgram<Scoutfs>[];
  const bound = withVariants({ programs, rules: main }, [variantOf(id)]);
  return [
    run({}),
    run({ programs: bound.programs as unknown as AnyProgram<at.TestQuorum>[], rules: bound.rules }),
  ];
}

function led(seed: string, o: Partial<at.Options>) {
  const w = at.quorumWorld({ slots: 3, seed, heartbeatTimeoutMs: 2000, ...o });
  at.mountAll(w);
  const first = at.runUntilLeader(w);
  w.runFor(ms(500));
  return { w, first };
}

test("an error of a block update stops the server", () => {
  const run = (o: Partial<at.Options>) => {
    const { w, first } = led("eio", o);
    failIo(w, first, 1000);
    for (const to of [0, 1, 2]) if (to !== first) cut(w, first, to, { streams: false });
    w.runFor(seconds(5));
    return w.peekMount(first).state.server.status;
  };
  expect(onMainAndWith("quorum-error-stops-the-server", run)).toEqual(["UP", "DOWN"]);
});

test("a member that unmounts while its server stops writes STOP", () => {
  const run = (o: Partial<at.Options>) => {
    const { w, first } = led("leaves", o);
    w.mount(first).state.server.stopTime = ms(500);
    at.stopOwnServer(w, first);
    at.unmountOne(w, first);
    w.runFor(seconds(3));
    const { ELECT, STOP } = at.blockOf(w, first).events;
    return STOP.term === ELECT.term;
  };
  const id = "unmount-writes-stop-for-a-stopping-server";
  expect(onMainAndWith(id, run)).toEqual([false, true]);
});

const net = { link: { minUs: 100, maxUs: 300_000 } };

/** Servers that stop again and again, and messages that are long under way. */
test("no term has two leaders", () => {
  const twice = (o: Partial<at.Options>) => {
    let runs = 0;
    for (let n = 0; n < 12; n++) {
      const w = at.quorumWorld({ slots: 3, seed: `votes ${n}`, net, ...o });
      at.mountAll(w);
      for (let s = 0; s < 15; s++) {
        w.runFor(seconds(1));
        const slot = at.leader(w);
        if (slot !== undefined) at.stopOwnServer(w, slot);
      }
      const terms = at.elections(w).map((e) => e.what.term);
      if (new Set(terms).size < terms.length) runs++;
    }
    return runs > 0;
  };
  expect(onMainAndWith("leader-remembers-its-vote", twice)).toEqual([true, false]);
});

/** Of three members two do not hear each other. The leader resigns and is elected again with the
 *  vote of the third, which is mounted anew before the second one campaigns in the same term. */
test("a member that comes back within a term has no second vote in it", () => {
  const votes = (o: Partial<at.Options>) => {
    const { w, first } = led("returns 0", { heartbeatTimeoutMs: 3000, ...o });
    const [third, deaf] = [0, 1, 2].filter((slot) => slot !== first) as [number, number];
    cut(w, first, deaf, { streams: false });
    cut(w, third, deaf, { streams: false });
    at.stopOwnServer(w, first);
    w.runFor(ms(100));
    at.runUntilLeader(w);
    heal(w, third, deaf, { streams: false });
    at.unmountOne(w, third);
    w.runFor(ms(500));
    at.remount(w, third);
    w.runFor(seconds(4));
    return at.elections(w).map(({ what }) => what.term);
  };
  expect(onMainAndWith("returning-member-has-voted", votes)).toEqual([
    [1, 2, 2],
    [1, 2, 3],
  ]);
});

/** It hears of the newer term, though nobody hears of its own, and its server stops for a while. */
test("a superseded leader that lives is not fenced", () => {
  const fenced = (o: Partial<at.Options>) => {
    const { w, first } = led("superseded", o);
    w.mount(first).state.server.stopTime = ms(400);
    for (const to of [0, 1, 2]) if (to !== first) cut(w, first, to, { streams: false });
    w.runFor(seconds(8));
    return at.only(w, "fence").length > 0;
  };
  expect(onMainAndWith("starting-leader-waits-for-stop", fenced)).toEqual([true, false]);
});

function holdWorker(w: at.QuorumWorld, label: string): Hold {
  const where = { program: "scoutfs_quorum_worker", label, mount: 0 };
  const it: Hold = { ...where, until: { is: "released" }, held: [], open: false };
  w.holds.push(it);
  return it;
}

/** The leader of a cluster with one slot dies; its successor there cannot read at first. */
test("a member whose block cannot be read does not lead in a term that was led", () => {
  const terms = (o: Partial<at.Options>) => {
    const w = at.quorumWorld({ slots: 1, seed: "unread", ...o });
    at.mountAll(w);
    at.runUntilLeader(w);
    at.force(w, 0);
    w.runFor(seconds(1));
    at.unmountOne(w, 0);
    w.runFor(seconds(1));
    const [starts, begins] = [holdWorker(w, "start"), holdWorker(w, "begin")];
    at.remount(w, 0);
    w.runFor(ms(500));
    failIo(w, 0, 1000);
    open(w, starts);
    w.runFor(ms(500));
    failIo(w, 0, 0);
    w.runFor(seconds(2));
    open(w, begins);
    w.runFor(seconds(20));
    return at.elections(w).map(({ what }) => what.term);
  };
  expect(onMainAndWith("quorum-worker-reads-its-term", terms)).toEqual([
    [1, 1],
    [1, 2],
  ]);
});
