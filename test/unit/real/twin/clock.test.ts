// What a recorded timeout tells of the clock and of the draw behind it.

import { describe, expect, it } from "vitest";
import { guide, guided, readingAfter, readingBefore } from "../../../../sim/real/twin/clock.ts";

const ms = 1000;
const window = {
  from: 5_000_000,
  to: 5_000_800,
  timeout: 0,
  leads: false,
  heartbeatTimeoutUs: 10_000 * ms,
  due: 0,
  acts: false,
};

describe("the clock of a quorum worker", () => {
  it("was read a heartbeat timeout before what its next turn shows", () => {
    expect(readingAfter({ ...window, timeout: 15_000_300 })).toBe(5_000_300);
  });
  it("was read an interval before, by a leader", () => {
    expect(readingAfter({ ...window, leads: true, timeout: 5_100_200 })).toBe(5_000_200);
  });
  it("was read some whole milliseconds before an election timeout", () => {
    expect(readingAfter({ ...window, timeout: 5_000_120 + 250 * ms + 37 * ms })).toBe(5_000_120);
  });
  it("tells nothing when no reading between the two records explains the timeout", () => {
    expect(readingAfter({ ...window, timeout: 5_000_900 + 250 * ms })).toBe(window.from);
    expect(readingAfter({ ...window, timeout: 5_000_100 + 350 * ms })).toBe(window.from);
  });
  it("is past a deadline between two records when the second needs that", () => {
    const beat = { ...window, leads: true, due: 5_000_400, acts: true };
    expect(readingAfter(beat)).toBe(window.to);
    expect(readingAfter({ ...beat, acts: false })).toBe(window.from);
    expect(readingAfter({ ...beat, due: 5_000_900 })).toBe(window.from);
  });
  it("was read shortly before a worker's first record", () => {
    expect(readingBefore(2_000_000, 1_999_970 + 250 * ms + 39 * ms, 10_000 * ms)).toBe(1_999_970);
    expect(readingBefore(2_000_000, 11_999_000, 10_000 * ms)).toBe(1_999_000);
  });
});

describe("the draw of an election timeout", () => {
  it("is the one that was drawn, if the C can draw it", () => {
    guide.now = 1_000_000;
    guide.timeout = 1_000_000 + 250 * ms + 99 * ms;
    expect(guided.pick(0, "quorum election timeout", 100)).toBe(99);
    guide.timeout += ms;
    expect(guided.pick(0, "quorum election timeout", 100)).toBe(0);
  });
});
