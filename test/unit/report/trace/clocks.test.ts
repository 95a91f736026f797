// Vector clocks: what one record knows of another is just what reached it by messages.

import { describe, expect, it } from "vitest";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { clocksOf } from "../../../../sim/report/trace/clocks.ts";
import { shivizLines } from "../../../../sim/report/trace/shiviz.ts";

const entry = (seq: number, mount: number): TraceEntry => ({
  ...{ seq, sub: 0, at: seq * 10, mount, kind: `k${seq}`, cause: 0, data: {} },
});

/** Mount 0 sends to 1 and later to 2; 1 sends to 2 before that arrives. */
const [a1, b1, a2, b2, c1, c2] = [0, 1, 0, 1, 2, 2].map((mount, i) => entry(i + 1, mount)) as [
  ...[TraceEntry, TraceEntry, TraceEntry, TraceEntry, TraceEntry, TraceEntry],
];
const entries = [a1, b1, a2, b2, c1, c2];
const arrows = [
  { from: a1, to: b1, label: "VOTE" },
  { from: b2, to: c1, label: "LOCK" },
  { from: a2, to: c2, label: "STATFS" },
];

describe("clocks", () => {
  const clocks = clocksOf(entries, arrows);
  const of = (e: TraceEntry) => [0, 1, 2].map((mount) => clocks.get(e)?.get(mount) ?? 0);

  it("count what each mount did, and take in what a message brings", () => {
    expect(entries.map(of)).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [2, 0, 0],
      [1, 2, 0],
      [1, 2, 1],
      [2, 2, 2],
    ]);
  });

  it("leave unordered what no message orders", () => {
    const precedes = (x: TraceEntry, y: TraceEntry) => of(x).every((n, i) => n <= (of(y)[i] ?? 0));
    expect([precedes(a2, b2), precedes(b2, a2)]).toEqual([false, false]);
    expect([precedes(a1, c1), precedes(c1, a1)]).toEqual([true, false]);
  });

  it("are printed as ShiViz reads them", () => {
    const text = [...shivizLines(["m0", "m1", "m2"], entries, arrows)].join("\n");
    const pattern = /(.*)\n(\S*) ({.*})/g;
    const found = [...text.matchAll(pattern)];
    expect(found.map((m) => m[2])).toEqual(["m0", "m1", "m0", "m1", "m2", "m2"]);
    expect(JSON.parse(found.at(-1)?.[3] ?? "")).toEqual({ m0: 2, m1: 2, m2: 2 });
    expect(found[1]?.[1]).toBe("0.000020 receives VOTE of m0");
  });
});
