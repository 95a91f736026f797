// Wilson's interval against values that are known, and its edges.

import { describe, expect, test } from "vitest";
import { sayShare, wilson } from "../../../sim/explore/wilson.ts";

describe("Wilson's interval", () => {
  test("is that of the textbook", () => {
    const { low, high } = wilson({ count: 10, of: 50 });
    expect(low).toBeCloseTo(0.1124, 4);
    expect(high).toBeCloseTo(0.3304, 4);
  });

  test("reaches the ends where nothing or everything was counted, and no farther", () => {
    expect(wilson({ count: 0, of: 20 }).low).toBe(0);
    expect(wilson({ count: 0, of: 20 }).high).toBeCloseTo(0.1611, 4);
    expect(wilson({ count: 20, of: 20 }).high).toBe(1);
    expect(wilson({ count: 0, of: 0 })).toEqual({ low: 0, high: 1 });
  });

  test("narrows with more runs", () => {
    const width = (of: number) => {
      const { low, high } = wilson({ count: of / 4, of });
      return high - low;
    };
    expect(width(400)).toBeLessThan(width(40) / 2);
  });

  test("is said in percent", () => {
    expect(sayShare({ count: 3, of: 200 })).toBe("3 of 200: 1.5 % (0.5 % to 4.3 %)");
    expect(sayShare({ count: 0, of: 0 })).toBe("no runs");
  });
});
