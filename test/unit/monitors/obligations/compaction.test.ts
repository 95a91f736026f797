// A mount that has been answered asks for compaction work again, unless it leaves or was given up.

import { expect, test } from "vitest";
import { live } from "../../../../src/monitors/live.ts";

type Line = readonly [atS: number, kind: string, data?: object];
const SECOND = 1_000_000;
const CLUSTER = { slots: 1, heartbeatTimeoutMs: 10_000 };

/** What is found of mount 1 after minutes in which nothing else comes. */
function judged(...lines: readonly Line[]): string[] {
  const state = live.start();
  const found: string[] = [];
  const is: Line = [2, "incarnation", { rid: 101, slot: -1 }];
  const all: readonly Line[] = [[1, "cluster", CLUSTER], is, ...lines, [500, "quorum_loop"]];
  all.forEach(([atS, kind, data = {}], seq) => {
    const at = atS * SECOND;
    const judge = { now: at, violate: (_place: string, text: string) => found.push(text) };
    live.on({ seq, at, mount: 1, kind, data }, state, judge);
  });
  return found;
}

const answered = (atS: number): Line => [
  atS,
  "net.response",
  { cmd: "SRCH_GET_COMPACT", side: "client", resp: 1, id: 9 },
];
const givenUp = (atS: number): Line => [atS, "umount_begin", { rid: 101 }];

test("one that has been answered owes the next request", () => {
  expect(judged(answered(4))).toEqual([
    expect.stringMatching(/^mount 1's compaction request has not ended/),
  ]);
});

test("one that was given up owes none, also for an answer that it handles later", () => {
  expect(judged(answered(4), givenUp(5))).toEqual([]);
  expect(judged(givenUp(3), answered(4))).toEqual([]);
});

test("nor does one that has left", () => {
  expect(judged([3, "unmounting", { rid: 101, force: true }], answered(4))).toEqual([
    expect.stringMatching(/^mount 1's forced unmount has not ended/),
  ]);
  expect(judged([3, "unmounted", { rid: 101 }], answered(4))).toEqual([]);
});
