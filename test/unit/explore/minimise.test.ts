// Whatever the case looks like, the result fails, the budget holds, and whoever drives it may stop.

import { describe, expect, test } from "vitest";
import {
  editing,
  leavingOut,
  type Minimised,
  type MinimiseOptions,
  minimise,
  type Pass,
} from "../../../sim/explore/minimise.ts";

interface Case {
  readonly items: readonly number[];
  readonly size: number;
}

const fewer = leavingOut<Case, number>({
  of: ({ items }) => items,
  with: (now, items) => ({ ...now, items }),
});
const smaller = editing<Case>(() => [
  (now) => ({ ...now, size: 0 }),
  (now) => ({ ...now, size: now.size >> 1 }),
]);
const passes: readonly Pass<Case>[] = [fewer, smaller];
const start: Case = { items: Array.from({ length: 20 }, (_, i) => i), size: 12 };
const fails = ({ items, size }: Case) => items.includes(3) && items.includes(17) && size > 4;

interface Driven extends Minimised<Case> {
  readonly tried: readonly Case[];
}

function drive(options: Partial<MinimiseOptions>, runs = 1): Driven {
  const steps = minimise(start, passes, { budget: 100, runsPerTrial: runs, ...options });
  const tried: Case[] = [];
  let turn = steps.next();
  while (!turn.done) {
    tried.push(turn.value);
    turn = steps.next({ fails: fails(turn.value), runs });
  }
  return { ...turn.value, tried };
}

describe("minimising", () => {
  test("leaves what is needed, and makes it plainer one way at a time", () => {
    const { value, runs, complete, tried } = drive({});
    expect(value).toEqual({ items: [3, 17], size: 6 });
    expect([runs, complete]).toEqual([tried.length, true]);
    expect(runs).toBeLessThan(25);
  });

  test("tries no case twice, and not the one it was given", () => {
    const { tried } = drive({});
    const keys = tried.map((c) => JSON.stringify(c));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain(JSON.stringify(start));
  });

  test.each([0, 1, 2, 5, 9])("keeps within a budget of %i runs and still fails", (budget) => {
    const { value, runs, complete } = drive({ budget });
    expect(runs).toBeLessThanOrEqual(budget);
    expect(fails(value)).toBe(true);
    expect(complete).toBe(false);
  });

  test("does not begin a trial that may take more than is left", () => {
    const { runs, tried } = drive({ budget: 10 }, 3);
    expect([runs, tried.length]).toEqual([9, 3]);
  });

  test("gives what it has when it is stopped", () => {
    let asked = 0;
    const { value, tried, complete } = drive({ isStopped: () => asked++ >= 6 });
    expect(tried).toHaveLength(6);
    expect(value.items.length).toBeLessThan(start.items.length);
    expect(fails(value)).toBe(true);
    expect(complete).toBe(false);
  });
});
