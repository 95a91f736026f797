// Somebody asks how far all transactions are committed while the server writes the commit that has
// some of them, and the server is lost with it. See
// src/variants/stable-seq-is-of-the-last-commit.ts.

import { describe, expect, test } from "vitest";
import { mendedVariants, variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Rid } from "../../../src/core/index.ts";
import { dat1 } from "../../../src/monitors/dat1.ts";
import { live } from "../../../src/monitors/live.ts";
import { seq1 } from "../../../src/monitors/seq1.ts";
import { trn1 } from "../../../src/monitors/trn1.ts";
import { newLogTrees } from "../../../src/server/super.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as servers from "../server/world.ts";
import * as world from "../trans/world.ts";
import { FIRST_RID, fields, hold, reaches, release, SECOND, threeMembers } from "../trans/world.ts";

const ID = "stable-seq-is-of-the-last-commit";
const without = mendedVariants.filter(({ id }) => id !== ID);
const agent = { run: "power" } as const;
const monitors = [dat1, live, seq1, trn1];

const main: readonly (readonly [string, readonly Variant[]])[] = [
  ["main", []],
  ["all other repairs", without],
];
const repaired = [ID, "mended"];

/** What a mount is told that asks. */
function told(w: world.Cluster, n: number): number {
  const before = world.count(w, "request");
  start(w, n, "last_seq");
  const isBack = () => world.count(w, "request") > before;
  expect(w.runUntil(isBack, w.now + SECOND)).toBe(true);
  return Number(fields(w, "trans_seq_last").at(-1)?.trans_seq);
}
const brokenIn = (w: world.Cluster) => [...new Set(w.violations.map(({ promise }) => promise))];

type Dies = "nobody" | "the leader" | "the leader and the writer";

/** A mount that is no member has 51 in the oldest transaction that is open, and syncs. Its commit
 *  is held before its blocks are written, another mount asks, and then they die. */
function whileItIsWritten(variants: readonly Variant[], dies: Dies) {
  const led = threeMembers("stable", { mounts: 4, hosts: 4, variants, agent }, monitors);
  const { w, leader, others } = led;
  const writer = 3;
  world.write(w, writer, 5, 50);
  world.sync(w, writer);
  world.write(w, writer, 5, 51);
  const { seq } = world.peek(w, writer).trans;
  for (const n of [leader, ...others]) world.sync(w, n);
  const writes = hold(w, "scoutfs_server_commit_func", "writeBlocks", leader);
  start(w, writer, "sync");
  expect(reaches(w, writes)).toBe(true);
  const answer = told(w, others[0]);
  const rid = FIRST_RID + writer;
  const isOpen = world
    .stableTrees(w, leader)
    .some((lt) => lt.rid === rid && lt.getTransSeq === seq && lt.commitTransSeq < seq);
  expect(isOpen).toBe(true);
  if (dies !== "nobody") powerOff(w, leader);
  if (dies === "the leader and the writer") powerOff(w, writer);
  release(w, writes);
  w.runFor(60 * SECOND);
  const value = world.read(w, others[0], 5);
  return { claims: answer >= seq, value, broken: brokenIn(w) };
}

describe("a transaction whose commit is being written", () => {
  test.each(main)("with %s it is called committed, and may be lost after that", (_, variants) => {
    const early = { claims: true, broken: ["SEQ1"] };
    expect(whileItIsWritten(variants, "nobody")).toEqual({ ...early, value: 51 });
    expect(whileItIsWritten(variants, "the leader")).toEqual({ ...early, value: 51 });
    const lost = whileItIsWritten(variants, "the leader and the writer");
    expect(lost).toEqual({ ...early, value: 50 });
  });

  test.each(repaired)("with %s it is not called committed before it is", (name) => {
    const variants = variantsOf([name]);
    const good = { claims: false, broken: [] };
    expect(whileItIsWritten(variants, "nobody")).toEqual({ ...good, value: 51 });
    expect(whileItIsWritten(variants, "the leader")).toEqual({ ...good, value: 51 });
    const lost = whileItIsWritten(variants, "the leader and the writer");
    expect(lost).toEqual({ ...good, value: 50 });
  });
});

/** Nothing is open in the dirty trees, as all sync at once, and the leader's mount gets locks. Then
 *  somebody asks, and the leader dies. */
function whileLocksAreGiven(variants: readonly Variant[]) {
  const { w, leader, others } = threeMembers("stable", { hosts: 3, variants, agent }, monitors);
  const [asks] = others;
  world.write(w, asks, 5, 50);
  const joins = hold(w, "server_commit_log_trees", "lock", leader);
  const writes = hold(w, "scoutfs_server_commit_func", "writeBlocks", leader);
  for (const n of [leader, ...others]) start(w, n, "sync");
  w.runUntil(() => joins.held.length === 3, w.now + SECOND);
  release(w, joins);
  expect(reaches(w, writes)).toBe(true);
  for (let k = 30; k < 60; k++) {
    start(w, leader, "write_file", { ino: k * 1024, value: k });
  }
  w.runFor(SECOND / 100);
  const answer = told(w, asks);
  const before = world.count(w, "trans_open");
  powerOff(w, leader);
  w.runFor(60 * SECOND);
  const opened = fields(w, "trans_open").slice(before);
  expect(opened.length).toBeGreaterThan(0);
  const again = opened.filter(({ trans_seq }) => Number(trans_seq) <= answer);
  return { again: again.length > 0, broken: brokenIn(w) };
}

describe("seqs that only locks have got", () => {
  test.each(main)("with %s are called committed, and given to transactions", (_, variants) => {
    expect(whileLocksAreGiven(variants)).toEqual({ again: true, broken: ["SEQ1"] });
  });

  test.each(repaired)("with %s are not called committed", (name) => {
    expect(whileLocksAreGiven(variantsOf([name]))).toEqual({ again: false, broken: [] });
  });
});

/** Two mounts with a transaction each: what the last commit says of them, and what the next one. */
function answerTo(name: string, stable: [number, number], dirty: [number, number]) {
  const w = servers.serverWorld("seq", variantsOf([name]));
  const conn = servers.upWithClient(w);
  const { server } = servers.stateOf(w);
  const rids = [7 as Rid, 8 as Rid];
  const trees = (committed: [number, number]) =>
    rids.map((rid, i) => ({
      ...newLogTrees(rid, 1),
      ...{ getTransSeq: 80 + i, commitTransSeq: committed[i] ?? 0 },
    }));
  server.seq = 100;
  server.stableSuper.seq = 90;
  server.stableSuper.logTrees = trees(stable);
  server.dirtySuper.logTrees = trees(dirty);
  server.dirtySuper.mountedClients = rids.map((rid) => ({
    ...{ rid, address: servers.PEER, quorum: false },
  }));
  const { data } = servers.ask(w, conn, "GET_LAST_SEQ");
  expect(servers.stateOf(w).server.dirtySuper.logTrees).toEqual(trees(dirty));
  return (data as { seq: number }).seq;
}

test("the repair goes by the last commit alone, main by the next one", () => {
  expect(answerTo(ID, [80, 81], [80, 81])).toBe(90);
  expect(answerTo(ID, [80, 0], [80, 81])).toBe(80);
  expect(answerTo(ID, [0, 0], [80, 81])).toBe(79);
  expect(answerTo("main", [0, 0], [80, 81])).toBe(99);
  expect(answerTo("main", [0, 0], [80, 0])).toBe(80);
});
