// TRN1: what a server's commit makes durable of a transaction is not done again.

import { expect, test } from "vitest";
import { trn1 } from "../../../src/monitors/trn1.ts";
import { judged, type Line } from "./judged.ts";

const found = (...lines: readonly Line[]) => judged(trn1, lines);
const closes = (mount: number, seq: number, what = "commit"): Line => [
  "log_trees",
  mount,
  { what, rid: 101, nr: 1, get_trans_seq: seq, commit_trans_seq: seq },
];
const commits = (mount: number, error?: string): Line[] => [
  ["server_commit_start", mount, {}],
  ["server_commit_end", mount, { error }],
];

test("a transaction that another server commits again breaks it, a newer one does not", () => {
  expect(found(closes(0, 5), ...commits(0), closes(1, 5), ...commits(1))).toEqual([
    "mount 1: its server commits transaction 5 of rid 101, that was done before",
  ]);
  expect(found(closes(0, 5), ...commits(0), closes(1, 6), ...commits(1))).toEqual([]);
  expect(found(closes(0, 6), ...commits(0), closes(1, 5), ...commits(1))).toEqual([
    "mount 1: its server commits transaction 5 of rid 101, and 6 was done before",
  ]);
});

test("the same server may not do it again either, nor within one commit", () => {
  expect(found(closes(0, 5), ...commits(0), closes(0, 5), ...commits(0))).toHaveLength(1);
  expect(found(closes(0, 5), closes(0, 5), ...commits(0))).toHaveLength(1);
});

test("what failed, or was lost with its server, has not been done", () => {
  expect(found(closes(0, 5), ...commits(0, "EIO"), closes(1, 5), ...commits(1))).toEqual([]);
  const begun: Line = ["server_commit_start", 0, {}];
  for (const lost of [
    ["dead", 0],
    ["umount_begin", 0],
  ] as Line[]) {
    const late: Line = ["server_commit_end", 0, {}];
    expect(found(closes(0, 5), begun, lost, late, closes(1, 5), ...commits(1))).toEqual([]);
  }
  const down: Line = ["server.status", 0, { from: "STOPPING", to: "DOWN" }];
  expect(found(closes(0, 5), down, ...commits(0), closes(1, 5), ...commits(1))).toEqual([]);
});

test("what a failed commit left is in the next one of that server", () => {
  const lines = [closes(0, 5), ...commits(0, "EIO"), ...commits(0)];
  expect(found(...lines, closes(1, 5), ...commits(1))).toHaveLength(1);
});

test("a get and a reclaim do not count", () => {
  const others = [closes(0, 5, "get"), closes(0, 5, "reclaim")];
  expect(found(closes(0, 5), ...others, ...commits(0))).toEqual([]);
});
