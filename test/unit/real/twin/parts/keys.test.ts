// Keys as recordings print them become those of the model, in the same order.

import { describe, expect, it } from "vitest";
import { lockKeyOf, lockKeyText, lockRangeOf } from "../../../../../sim/real/twin/parts/keys.ts";
import { inoRange, wholeRanges } from "../../../../../src/lock/keys.ts";

describe("a recorded key", () => {
  it("is the start of a range of the model", () => {
    expect(lockRangeOf("16.11264.0.0.0.0")).toEqual(inoRange(11264));
    expect(lockRangeOf("10.0.0.0.0.0")).toEqual(wholeRanges.scoutfs_lock_quota);
    expect(() => lockRangeOf("16.5.0.0.0.0")).toThrow("no lock of the model starts at 16.5");
    expect(() => lockRangeOf("9.0.0.0.0.0")).toThrow("add its zone");
  });

  it("may be the one after a lock, or the first of all", () => {
    expect(lockKeyOf("0.0.0.0.0.0")).toBe(0);
    expect(lockKeyOf("16.1024.0.0.0.1")).toBe(inoRange(1024).start + 1);
  });

  it("is printed again as it was", () => {
    const texts = ["0.0.0.0.0.0", "4.0.4.0.0.0", "4.0.8.1024.0.0", "8.0.4.0.0.0", "10.0.0.0.0.0"];
    const more = ["16.0.0.0.0.0", "16.11264.0.0.0.1", "20.0.4.0.0.0", "14.0.0.0.0.0"];
    const all = [...texts, ...more];
    expect(all.map((text) => lockKeyText(lockKeyOf(text)))).toEqual(all);
  });

  it("keeps its place among others", () => {
    const texts = ["4.0.4.0.0.0", "4.0.8.0.0.0", "8.0.4.0.0.0", "10.0.0.0.0.0", "16.0.0.0.0.0"];
    const keys = texts.map(lockKeyOf);
    expect(keys.toSorted((a, b) => a - b)).toEqual(keys);
  });
});
