// A diagram of some messages; of many, one line that says what to do.

import { expect, it } from "vitest";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { MOST_MESSAGES, mermaidLines } from "../../../../sim/report/trace/mermaid.ts";

const entry = (seq: number, mount: number): TraceEntry => ({
  ...{ seq, sub: 0, at: seq, mount, kind: "k", cause: 0, data: {} },
});
const arrow = (n: number) => ({ from: entry(n, 0), to: entry(n + 1, 2), label: "VOTE; #1" });

it("draws each message between those who take part", () => {
  expect([...mermaidLines(["m0", "m1", "m2"], [arrow(7)])]).toEqual([
    "sequenceDiagram",
    "  participant p0 as m0",
    "  participant p2 as m2",
    "  p0->>p2: 0.000007 VOTE   1",
  ]);
});

it("refuses more than fit", () => {
  const many = Array.from({ length: MOST_MESSAGES + 1 }, (_, n) => arrow(n));
  expect(() => [...mermaidLines(["m0", "m1", "m2"], many)]).toThrow(/61 messages are too many/);
  expect([...mermaidLines(["m0", "m1", "m2"], many.slice(1))].length).toBe(MOST_MESSAGES + 3);
});
