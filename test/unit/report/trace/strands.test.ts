// Two runs are aligned strand by strand: times and the order of strangers do not matter, what one
// program did in which order does.

import { describe, expect, it } from "vitest";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { partingOf, strandsOf } from "../../../../sim/report/trace/strands.ts";

type Line = readonly [mount: number, kind: string, data: object];

const entries = (lines: readonly Line[], every: number): TraceEntry[] =>
  lines.map(([mount, kind, data], i) => ({
    ...{ seq: i, sub: 0, at: i * every, mount, kind, cause: 0, data },
  }));
const names = (mount: number): string => `m${mount}`;
const partingOfLines = (one: readonly Line[], other: readonly Line[]) =>
  partingOf(strandsOf(entries(one, 10), names), strandsOf(entries(other, 70), names));

const run: readonly Line[] = [
  [0, "server_start", { term: 1 }],
  [1, "quorum_recv_message", { type: "HEARTBEAT", term: 1, slot: 0 }],
  [1, "quorum_recv_message", { type: "HEARTBEAT", term: 1, slot: 0 }],
  [1, "client_greeting", { gr_term: 1, timeout: 5 }],
  [0, "fence_start", { rid: 7, reason: "x" }],
  [0, "fence_start", { rid: 8, reason: "x" }],
];
const altered = (n: number, data: object): Line[] =>
  run.map((line, i) => (i === n ? [line[0], line[1], data] : line));

describe("two runs", () => {
  it("are the same whatever their times and the order of what is unrelated", () => {
    const swapped = [run[3], run[0], run[1], run[5], run[4]] as Line[];
    expect(partingOfLines(run, swapped)).toBeUndefined();
    expect(partingOfLines(run, altered(3, { gr_term: 1, timeout: 9 }))).toBeUndefined();
  });

  it("part where the first strand does", () => {
    const parting = partingOfLines(run, altered(3, { gr_term: 2 }));
    expect(parting).toMatchObject({ key: "m1: client_greeting", at: 0, differing: 1 });
  });

  it("part where one stops", () => {
    const parting = partingOfLines(run, run.slice(0, 5));
    expect(parting).toMatchObject({ key: "m0: fence_start about rid 8", at: 0 });
    expect(parting?.other).toEqual([]);
  });

  it("differ when one program does the same in another order", () => {
    const one: Line[] = [run[0] as Line, [0, "server_start", { term: 2 }]];
    expect(partingOfLines(one, [...one].reverse())).toMatchObject({ key: "m0: server_start" });
  });
});
