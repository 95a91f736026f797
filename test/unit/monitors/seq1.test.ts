// SEQ1: what is committed rises, no key is written under a seq that was used for it, and nobody is
// told of more than what is committed.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { itemCreateForce } from "../../../src/item/items.ts";
import { seq1 } from "../../../src/monitors/seq1.ts";
import type { AnyStep } from "../../../src/variants/types.ts";
import { writeSeqRestartsAfterFailover } from "../../../src/variants/write-seq-restarts-after-failover.ts";
import { fenced, is, judged, type Line } from "./judged.ts";
import { type Act, leaderOf, leaves, type Mutant, modelWorld, type Run, SECOND } from "./model.ts";

const found = (...lines: readonly Line[]) => judged(seq1, lines);
const hands = (mount: number, ret: number): Line => ["next_seq", mount, { ret }];
const begins = (mount: number): Line => ["server_commit_start", mount, {}];
const ends = (mount: number, error?: string): Line => ["server_commit_end", mount, { error }];
const commits = (mount: number, error?: string): Line[] => [begins(mount), ends(mount, error)];
const writes = (mount: number, seq: number, beginAt: number): Line => [
  "op",
  mount,
  { what: "write", key: 7, seq, beginAt, endAt: beginAt },
];
const syncs = (mount: number, beginAt: number): Line => ["op", mount, { what: "sync", beginAt }];

test("a seq that was committed before breaks it, one that was only handed out does not", () => {
  expect(found(hands(0, 5), ...commits(0), hands(1, 5), ...commits(1))).toEqual([
    "mount 1: its server commits seq 5, and 5 was committed before",
  ]);
  expect(found(hands(0, 5), hands(1, 5), ...commits(1))).toEqual([]);
  expect(found(hands(0, 5), ...commits(0, "EIO"), hands(1, 5), ...commits(1))).toEqual([]);
  expect(found(hands(0, 5), ...commits(0), hands(0, 6), hands(0, 7), ...commits(0))).toEqual([]);
});

test("what is handed out while a commit is written counts for the next one", () => {
  const during = [begins(0), hands(0, 5), ends(0)];
  expect(found(hands(0, 4), ...during, hands(1, 5), ...commits(1))).toEqual([]);
  expect(found(...during, ...commits(0), hands(1, 5), ...commits(1))).toHaveLength(1);
  expect(
    found(hands(0, 5), begins(0), ends(0, "EIO"), ...commits(0), hands(1, 5), ...commits(1)),
  ).toHaveLength(1);
});

test("what a server handed out ends with it, and nothing of a mount that has gone counts", () => {
  const down: Line = ["server.status", 0, { from: "STOPPING", to: "DOWN" }];
  expect(found(hands(0, 4), down, hands(1, 5), ...commits(1), hands(0, 6), ...commits(0))).toEqual(
    [],
  );
  expect(
    found(hands(0, 9), ["umount_begin", 0], ...commits(0), hands(1, 9), ...commits(1)),
  ).toEqual([]);
});

test("two mounts that open a transaction with one seq break it", () => {
  expect(found(opens(1, 3), opens(1, 3))).toEqual([]);
  expect(found(opens(1, 3), opens(2, 3))).toEqual([
    "mount 2: opens a transaction with seq 3, as mount 1 did before",
  ]);
});

const opens = (mount: number, seq: number): Line => ["trans_open", mount, { trans_seq: seq }];
const trees = (what: string, of: number, seqs: readonly [get: number, commit: number]): Line => [
  "log_trees",
  0,
  { what, rid: 100 + of, nr: 1, get_trans_seq: seqs[0], commit_trans_seq: seqs[1] },
];
const asksFor = (of: number, seq: number): Line => trees("commit", of, [seq, seq]);
const reclaims = (of: number, seq: number): Line => trees("reclaim", of, [seq, seq]);
const device = (did: string, op = "write", block = "server.super"): Line => [
  "io",
  0,
  { did, op, block },
];
const answers = (mount: number, seq: number): Line => [
  "trans_seq_last",
  0,
  { rid: 100 + mount, trans_seq: seq },
];
const hears = (mount: number, what = "last_seq", error?: string): Line => [
  "request",
  mount,
  { rid: 100 + mount, what, error },
];
const tells = (mount: number, seq: number): Line[] => [answers(mount, seq), hears(mount)];
const EARLY =
  "the last committed seq: mount 2 is told that all up to 5 is committed, " +
  "and transaction 5 of mount 1 is in no commit yet";

describe("who is told that all up to a seq is committed", () => {
  const open = [is(1), is(2), opens(1, 5)];
  const asked = [...open, asksFor(1, 5)];

  test("finds no transaction up to it open, whether its commit is asked for or written", () => {
    expect(found(...open, ...tells(2, 4))).toEqual([]);
    expect(found(...open, ...tells(2, 5))).toEqual([EARLY]);
    expect(found(...asked, ...tells(2, 5))).toEqual([EARLY]);
    expect(found(...asked, begins(0), device("issue"), ...tells(2, 5))).toEqual([EARLY]);
    expect(found(...asked, begins(0), device("land", "read"), ...tells(2, 5))).toEqual([EARLY]);
    const blocks = device("land", "write", "server.commit");
    expect(found(...asked, begins(0), blocks, ...tells(2, 5))).toEqual([EARLY]);
  });

  test("counts one as committed when the super block has landed, told to anybody or not", () => {
    const lands = device("land");
    expect(found(...asked, begins(0), lands, ...tells(2, 5))).toEqual([]);
    expect(found(...asked, begins(0), lands, ["dead", 0], ...tells(2, 5))).toEqual([]);
    expect(found(...open, begins(0), asksFor(1, 5), lands, ...tells(2, 5))).toEqual([EARLY]);
    expect(found(...asked, ...commits(0, "EIO"), begins(0), lands, ...tells(2, 5))).toEqual([]);
    expect(found(...asked, ...commits(0, "EIO"), ...tells(2, 5))).toEqual([EARLY]);
    const down: Line = ["server.status", 0, { from: "STOPPING", to: "DOWN" }];
    expect(found(...asked, down, begins(0), lands, ...tells(2, 5))).toEqual([EARLY]);
  });

  test("is judged when the answer arrives, and not where it does not", () => {
    expect(found(...asked, answers(2, 5), begins(0), device("land"), hears(2))).toEqual([]);
    expect(found(...asked, answers(2, 5))).toEqual([]);
    expect(found(...asked, answers(2, 5), hears(2, "last_seq", "EIO"))).toEqual([]);
    expect(found(...asked, answers(2, 5), hears(2, "statfs"))).toEqual([]);
    // It may have been the other one that arrived.
    expect(found(...asked, answers(2, 4), answers(2, 5), hears(2))).toEqual([]);
    expect(found(...asked, answers(2, 5), answers(2, 4), hears(2))).toEqual([]);
    expect(found(...asked, answers(2, 5), answers(2, 4), hears(2), hears(2))).toEqual([EARLY]);
  });

  test("is not told of what is reclaimed, or of a mount that has gone", () => {
    expect(found(...open, reclaims(1, 5), ...tells(2, 5))).toEqual([]);
    expect(found(...open, trees("reclaim", 1, [5, 4]), ...tells(2, 5))).toEqual([EARLY]);
    expect(found(...open, trees("get", 1, [5, 4]), ...tells(2, 5))).toEqual([EARLY]);
    for (const way of [["dead", 1], ["umount_begin", 1], fenced(1)] as Line[]) {
      expect(found(...open, way, ...tells(2, 5))).toEqual([]);
      expect(found(is(1), is(2), way, opens(1, 5), ...tells(2, 5))).toEqual([]);
    }
  });

  test("sees no transaction up to it opened after that, but by a mount that has gone", () => {
    const told = [is(1), is(2), ...tells(2, 5), ...tells(2, 3)];
    expect(found(...told, opens(1, 6))).toEqual([]);
    expect(found(...told, opens(1, 5))).toEqual([
      "the last committed seq: mount 1 opens a transaction with seq 5, " +
        "and all up to 5 had been told to be committed",
    ]);
    expect(found(is(1), answers(2, 5), opens(1, 5))).toEqual([]);
    expect(found(...told, ["dead", 1], opens(1, 5))).toEqual([]);
  });

  test("in a recording, which has the answers alone, nothing is asked", () => {
    expect(found(["trans_seq_last", 0, { trans_seq: 7 }], answers(1, 9), ...commits(0))).toEqual(
      [],
    );
  });
});

test("a later write of a key has a greater seq, on one mount at least the same", () => {
  expect(found(writes(1, 5, 1), writes(1, 5, 2), writes(2, 6, 3))).toEqual([]);
  expect(found(writes(1, 5, 1), writes(1, 4, 2))).toHaveLength(1);
  expect(found(writes(1, 5, 1), writes(2, 5, 2))).toEqual([
    "mount 2: key 7 is written under seq 5, and mount 1 did under 5 before",
  ]);
  expect(found(writes(1, 5, 2), writes(2, 5, 2))).toEqual([]);
});

test("not when the first may be lost with its mount; what was synced may not", () => {
  for (const way of [["dead", 1], ["umount_begin", 1], fenced(1)] as Line[]) {
    expect(found(is(1), writes(1, 5, 2), way, writes(2, 5, 4))).toEqual([]);
    expect(found(is(1), writes(1, 5, 2), syncs(1, 3), way, writes(2, 5, 5))).toHaveLength(1);
  }
});

const writesFile =
  (n: number, value: number): Act =>
  (w) =>
    start(w, n, "write_file", { ino: 7, value });
const on =
  (n: number, what: "sync" | "umount"): Act =>
  (w) =>
    start(w, n, what, { force: false });

/** What one has synced before it left, another writes anew under the next server. */
const acrossFailover: Run = {
  shape: { mounts: 5, slots: 3 },
  script: [
    ...[1, 2, 3, 4, 5, 6].map((i) => [4 + i, writesFile(3 + (i % 2), i)] as const),
    [12, on(3, "sync")],
    [13, on(3, "umount")],
    [14, leaves(true)],
    [20, writesFile(4, 9)],
    [24, (w) => writesFile((leaderOf(w) + 1) % 3, 10)(w)],
  ],
  seconds: 40,
};

const KEY = /key 7 is written under seq \d+, and mount \d did under \d+ before/;
const { enter: mainEnter } = itemCreateForce.steps as unknown as { enter: AnyStep };

/** All that the monitor says, not only the first. */
function everything(run: Run, mutant: Mutant): string {
  const w = modelWorld(run, mutant, seq1);
  for (let n = 0; n < 5; n++) start(w, n, "mount");
  for (const [atS, act] of run.script ?? []) {
    w.runFor(atS * SECOND - w.now);
    act(w);
  }
  w.runFor((run.seconds ?? 0) * SECOND - w.now);
  return w.violations.map(({ text }) => text).join("\n");
}

describe("on the model, SEQ1", () => {
  test("is kept across a failover", () => {
    expect(everything(acrossFailover, {})).toBe("");
  });

  test("is broken by a server that begins to count anew, in all its rules", () => {
    const found = everything(acrossFailover, writeSeqRestartsAfterFailover);
    expect(found).toMatch(/its server commits seq \d+, and \d+ was committed before/);
    expect(found).toMatch(/opens a transaction with seq \d+, as mount \d did before/);
    expect(found).toMatch(KEY);
  });

  test("is broken by writes whose seq is always the same: by the key alone", () => {
    const enter: AnyStep = (l, m, out, ret) => {
      const next = mainEnter(l, m, out, ret);
      l.seq = 1;
      return next;
    };
    const found = everything(acrossFailover, { steps: { scoutfs_item_create_force: { enter } } });
    for (const text of found.split("\n")) expect(text).toMatch(/^key 7 is written under seq 1, /);
  });
});
