// The causes of an event, from the first to it, and how they are told in legs.

import { describe, expect, test } from "vitest";
import type { TraceEntry } from "../../../sim/engine/trace/trace.ts";
import { legsOf, lineageOf, stepsIn } from "../../../sim/explain/lineage.ts";

interface Short {
  readonly seq: number;
  readonly cause: number;
  readonly kind?: string;
  readonly who?: number;
  readonly mount?: number;
}
/** An event with one step of a program. */
function event({ seq, cause, kind = "run", who = 0, mount = 0 }: Short): TraceEntry[] {
  const one = { seq, at: seq * 10, mount, cause };
  return [
    { ...one, sub: 0, kind, data: { who } },
    { ...one, sub: 1, kind: "step", data: { program: `p${who}`, label: `at${seq}` } },
  ];
}

describe("a lineage", () => {
  const trace = [
    event({ seq: 1, cause: 0 }),
    event({ seq: 2, cause: 1, who: 1 }),
    event({ seq: 3, cause: 1 }),
    event({ seq: 4, cause: 3, kind: "timeout" }),
    event({ seq: 5, cause: 4, kind: "datagram", mount: 1 }),
    event({ seq: 6, cause: 5, who: 3, mount: 1 }),
  ].flat();

  test("goes from what was there at the start to the event", () => {
    expect(lineageOf(trace, 6).map(({ seq }) => seq)).toEqual([1, 3, 4, 5, 6]);
    expect(lineageOf(trace, 2).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(lineageOf(trace, 99)).toEqual([]);
  });

  test("begins where the trace has forgotten", () => {
    const late = trace.filter(({ seq }) => seq > 3);
    expect(lineageOf(late, 6).map(({ seq }) => seq)).toEqual([4, 5, 6]);
  });

  test("ends at an event that is its own cause", () => {
    expect(lineageOf(event({ seq: 4, cause: 4 }), 4).map(({ seq }) => seq)).toEqual([4]);
  });

  test("is told in legs: what one task did in a row is one", () => {
    const legs = legsOf(lineageOf(trace, 6));
    const told = legs.map(({ mount, events }) => [mount, events.map(({ seq }) => seq)]);
    expect(told).toEqual([
      [0, [1, 3, 4]],
      [1, [5]],
      [1, [6]],
    ]);
  });

  test("has the steps of an event, up to a record of it", () => {
    const entries = [...event({ seq: 1, cause: 0 }), ...event({ seq: 1, cause: 0, who: 1 })];
    expect(stepsIn(entries)).toEqual(["p0 @ at1", "p1 @ at1"]);
    expect(stepsIn(entries, 3)).toEqual(["p0 @ at1"]);
  });
});
