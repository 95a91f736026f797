// An explanation in words: times with three digits, ranges, the strip, and the names in between.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import {
  intervalLines,
  rewoundLines,
  sayUs,
  sliceLines,
} from "../../../../sim/cluster/trial/explanation.ts";
import type { DelayInterval, Intervals } from "../../../../sim/cluster/trial/intervals.ts";
import { watchTrial } from "../../../../sim/cluster/trial/watched.ts";

const file = "scenarios/quorum-udp-not-isolated-by-forced-unmount.json";
const watched = watchTrial(readArtifact(readFileSync(file, "utf8"), file));
if (watched === undefined) throw new Error("expected a failure");
const x = watched;
const [delay] = x.delays;
if (delay === undefined) throw new Error("expected a delay");

const interval = (low: number, high: number, us = low): DelayInterval => ({
  delay: { ...delay, us, min: 5, max: 20, dueAt: 1_500_000, says: "the LOCK response" },
  span: { low, high, isOpenBelow: low === 0, isOpenAbove: high === 0 },
  isLuck: true,
});
const intervals = (...delays: DelayInterval[]): Intervals => ({
  steps: [],
  delays,
  free: 3,
  left: 0,
  runs: 9,
});

describe("an explanation", () => {
  test("has times with three digits", () => {
    expect([350, 12_345, 2_400_000].map(sayUs)).toEqual(["350 us", "12.3 ms", "2.4 s"]);
  });

  test("names the message and how late it must be", () => {
    expect(intervalLines(intervals(interval(12_000, 240_000)))).toEqual([
      "from when to when it fails, one thing changed at a time, to 2 %, in 9 runs:",
      "  the LOCK response, due at 1.500000 s (12 ms; this weather has 5 us to 20 us) " +
        "must take 12 ms to 240 ms",
      "  3 more delays make no difference",
    ]);
    const text = intervalLines(intervals(interval(0, 40, 9), interval(7, 0))).join("\n");
    expect(text).toContain("must take at most 40 us");
    expect(text).toContain("must take at least 7 us");
  });

  test("tells delays of one range once, and what it has not looked at", () => {
    const some = intervals(interval(0, 50, 1), interval(0, 50, 2));
    const lines = intervalLines({ ...some, left: 4 });
    expect(lines[1]).toMatch(/at most 50 us \(and 1 more delays so\)$/);
    expect(lines.at(-1)).toBe("  4 were not looked at: raise --runs");
  });

  test("shows the newest records of what the failure depends on", () => {
    const lines = sliceLines(x, 3);
    expect(lines[0]).toMatch(/^what it depends on: \d+ of 509 events/);
    expect(lines[1]).toMatch(/^ {2}\(\d+ earlier records/);
    expect(lines).toHaveLength(5);
    for (const line of lines.slice(2)) {
      const seq = Number(/event (\d+):/.exec(line)?.[1]);
      expect(x.slice.has(seq)).toBe(true);
    }
  });

  test("names the event at which a failure was decided", () => {
    const before = { seq: x.seq - 1, fails: { count: 1, of: 4 } };
    const after = { seq: x.seq, fails: { count: 4, of: 4 } };
    const lines = rewoundLines({ moments: [before, after], jump: { before, after } }, x);
    expect(lines[2]).toBe("  2#");
    expect(lines[3]).toBe("  it rises most with:");
    expect(lines[4]).toMatch(/m0 {2}event 509: send_msg_members @ send/);
    expect(rewoundLines({ moments: [], jump: undefined }, x)).toEqual([]);
  });

  test("names delayed events by message, block and step", () => {
    const says = x.delays.map((d) => d.says).join("\n");
    expect(says).toMatch(/^the GET_LOG_TREES response from m0 to m0$/m);
    expect(says).toMatch(/^the end of write quorum\.0 of update_quorum_block @ write on m0$/m);
  });
});
