// What every source of choices promises, asked of all of them; then what each promises on its own.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chooser, Odometer, TapeEntry } from "../../../sim/engine/chooser.ts";
import {
  fromValues,
  odometer,
  recording,
  restoreChooser,
  seeded,
  tape,
} from "../../../sim/engine/chooser.ts";
import { chooserArbitrary } from "../../support/arbitraries.ts";

type Ask = readonly [who: number, why: string, n: number];

const MAX_BOUND = 2 ** 31 - 1;
const ask = fc.tuple(
  fc.nat({ max: 3 }),
  fc.constantFrom("loss", "delay", "first", ""),
  fc.oneof(fc.constantFrom(1, 2, MAX_BOUND), fc.integer({ min: 1, max: MAX_BOUND })),
);
const asks = fc.array(ask, { maxLength: 60 });

const draw = (chooser: Chooser, list: readonly Ask[]): number[] =>
  list.map(([who, why, n]) => chooser.pick(who, why, n));

/** Through JSON, as an artifact or a worker would carry it. */
const revive = (chooser: Chooser): Chooser =>
  restoreChooser(JSON.parse(JSON.stringify(chooser.snapshot())));

const someEntries: readonly TapeEntry[] = [
  { who: 0, why: "loss", count: 0, n: 9, value: 8 },
  { who: 0, why: "loss", count: 2, n: 4, value: 3 },
  { who: 3, why: "first", count: 1, n: 1000, value: 999 },
];

const sources: readonly (readonly [string, () => Chooser])[] = [
  ["seeded", () => seeded("a run")],
  ["seeded with an empty seed", () => seeded("")],
  ["tape", () => tape(someEntries)],
  ["tape over a seed", () => tape(someEntries, seeded("under it"))],
  ["recording", () => recording(seeded("recorded"))],
  ["odometer", () => odometer({ maxDigits: 200 })],
  ["values", () => fromValues([5, 0, 77, MAX_BOUND, 3, 12345678])],
];

describe.each(sources)("a chooser: %s", (_name, make) => {
  test("gives whole numbers below n, and 0 when n is 1", () => {
    fc.assert(
      fc.property(asks, (list) => {
        const chooser = make();
        for (const [who, why, n] of list) {
          const value = chooser.pick(who, why, n);
          expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true);
          expect(chooser.pick(who, why, 1)).toBe(0);
        }
      }),
    );
  });

  test("refuses an n outside 1..2^31-1 and says what to do", () => {
    for (const n of [0, -1, 1.5, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => make().pick(0, "loss", n)).toThrow(/n must be a whole number from 1 to/);
    }
  });

  test("refuses a who that is not a small whole number", () => {
    for (const who of [-1, 0.5, 65_536, Number.NaN]) {
      expect(() => make().pick(who, "loss", 2)).toThrow(/use the index of the mount or link/);
    }
  });

  test("gives the same draws from the same start", () => {
    fc.assert(
      fc.property(asks, (list) => {
        expect(draw(make(), list)).toEqual(draw(make(), list));
      }),
    );
  });

  test("goes on equally in a clone, whatever the other has drawn since", () => {
    fc.assert(
      fc.property(asks, asks, asks, (before, aside, after) => {
        const chooser = make();
        draw(chooser, before);
        const clone = chooser.clone();
        const still = chooser.clone();
        draw(chooser, aside);
        draw(chooser, [[2, "new to the clones", 5]]);
        const expected = draw(clone, after);
        expect(draw(still, after)).toEqual(expected);
        const straight = make();
        draw(straight, before);
        expect(draw(straight, after)).toEqual(expected);
      }),
    );
  });

  test("goes on equally when restored from JSON, with an equal snapshot", () => {
    fc.assert(
      fc.property(asks, asks, (before, after) => {
        const chooser = make();
        draw(chooser, before);
        const restored = revive(chooser);
        expect(restored.snapshot()).toEqual(chooser.snapshot());
        expect(draw(restored, after)).toEqual(draw(chooser, after));
        expect(restored.snapshot()).toEqual(chooser.snapshot());
      }),
    );
  });
});

describe("the seeded source", () => {
  test("leaves every other draw as it was when one purpose draws more", () => {
    const extra = fc.tuple(fc.nat({ max: 3 }), fc.constant("extra"), fc.constant(7));
    const mixed = fc.array(fc.oneof(ask, extra), { maxLength: 80 });
    fc.assert(
      fc.property(fc.string(), mixed, (seed, list) => {
        const isExtra = ([, why]: Ask) => why === "extra";
        const all = draw(seeded(seed), list);
        const others = list.filter((one) => !isExtra(one));
        expect(draw(seeded(seed), others)).toEqual(all.filter((_, i) => !isExtra(list[i]!)));
      }),
    );
  });

  test("draws the same for a pair in whatever order the pairs take turns", () => {
    fc.assert(
      fc.property(asks, fc.infiniteStream(fc.nat({ max: 1000 })), (list, ranks) => {
        const rankOf = new Map<string, number>();
        const pairOf = ([who, why]: Ask) => `${who} ${why}`;
        for (const one of list) {
          if (!rankOf.has(pairOf(one))) rankOf.set(pairOf(one), ranks.next().value ?? 0);
        }
        const rank = (one: Ask) => rankOf.get(pairOf(one)) ?? 0;
        const regrouped = [...list.entries()].sort(([i, a], [j, b]) => rank(a) - rank(b) || i - j);
        const straight = draw(seeded("turns"), list);
        const grouped = draw(
          seeded("turns"),
          regrouped.map(([, one]) => one),
        );
        expect(grouped).toEqual(regrouped.map(([index]) => straight[index]));
      }),
    );
  });

  test("spreads draws evenly over small, large and awkward ranges", () => {
    // Chi-square over 16 cells, 15 degrees of freedom: 45 is passed once in 10,000 fair tables.
    for (const n of [16, 48, 1_000_000, 3 * 2 ** 29, MAX_BOUND]) {
      for (const why of ["loss", "delay"]) {
        const chooser = seeded("even");
        const cells = new Array<number>(16).fill(0);
        for (let i = 0; i < 16_000; i++) {
          cells[Math.floor((chooser.pick(i % 5, why, n) * 16) / n)]! += 1;
        }
        const chiSquare = cells.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0);
        expect(chiSquare, `n ${n}, ${why}`).toBeLessThan(45);
      }
    }
  });

  test("lets neither neighbouring seeds, askers, purposes nor counts resemble each other", () => {
    const agreeing = (a: (i: number) => number, b: (i: number) => number) =>
      Array.from({ length: 4000 }, (_, i) => a(i) === b(i)).filter(Boolean).length;
    const stream = (seed: string, who: number, why: string) => {
      const chooser = seeded(seed);
      return () => chooser.pick(who, why, 4);
    };
    const base = () => stream("seed 1", 1, "loss");
    const late = base();
    late();
    for (const other of [
      stream("seed 2", 1, "loss"),
      stream("seed 1", 2, "loss"),
      stream("seed 1", 1, "lost"),
      late,
    ]) {
      const share = agreeing(base(), other) / 4000;
      expect(share).toBeGreaterThan(0.22);
      expect(share).toBeLessThan(0.28);
    }
  });

  test("keeps the draws that checked-in seeds rely on", () => {
    const chooser = seeded("golden");
    const golden = draw(chooser, [
      [0, "loss", 1000],
      [0, "loss", 1000],
      [1, "loss", 1000],
      [0, "delay", MAX_BOUND],
    ]);
    expect(golden).toEqual([168, 66, 765, 1368020646]);
  });
});

describe("a tape", () => {
  const recorded = (list: readonly Ask[]) => {
    const source = recording(seeded("taped"));
    return { values: draw(source, list), entries: source.entries() };
  };

  test("replays a recording exactly, and recording the replay gives the same tape", () => {
    fc.assert(
      fc.property(asks, (list) => {
        const { values, entries } = recorded(list);
        const replay = recording(tape(JSON.parse(JSON.stringify(entries))));
        expect(draw(replay, list)).toEqual(values);
        expect(replay.entries()).toEqual(entries);
      }),
    );
  });

  test("answers what it knows when the run leaves out draws or makes more", () => {
    const { entries } = recorded([
      [0, "loss", 90],
      [1, "delay", 90],
      [0, "loss", 90],
    ]);
    const [first, delay, second] = entries.map(({ value }) => value);
    const replay = tape(entries);
    expect(replay.pick(2, "not on it", 90)).toBe(0);
    expect(replay.pick(0, "loss", 90)).toBe(first);
    expect(replay.pick(0, "loss", 90)).toBe(second);
    expect(replay.pick(0, "loss", 90)).toBe(0);
    expect(replay.pick(1, "delay", 90)).toBe(delay);
  });

  test("takes a value recorded for a larger n modulo n", () => {
    expect(tape([{ who: 0, why: "first", count: 0, n: 10, value: 8 }]).pick(0, "first", 3)).toBe(2);
  });

  test("with an entry cut out is the recorded run, over the same seed", () => {
    fc.assert(
      fc.property(asks, fc.nat(), (list, cut) => {
        const { values, entries } = recorded(list);
        const rest = entries.filter((_, i) => i !== cut % Math.max(1, entries.length));
        expect(draw(tape(rest, seeded("taped")), list)).toEqual(values);
      }),
    );
  });

  test("refuses two answers to one draw, and values that no draw can give", () => {
    const entry = { who: 0, why: "loss", count: 0, n: 3, value: 1 };
    expect(() => tape([entry, entry])).toThrow(/two tape entries answer draw 0 .* keep one/);
    expect(() => tape([{ ...entry, value: -1 }])).toThrow(/correct the entry or cut it out/);
  });

  test("keeps the recordings of a clone and its origin apart", () => {
    const origin = recording(seeded("fork"));
    origin.pick(0, "loss", 5);
    const clone = origin.clone();
    origin.pick(1, "loss", 5);
    clone.pick(2, "loss", 5);
    expect(origin.entries().map(({ who }) => who)).toEqual([0, 1]);
    expect(clone.entries().map(({ who }) => who)).toEqual([0, 2]);
  });
});

describe("values from a property test", () => {
  test("give 0 when they are used up", () => {
    expect(
      draw(fromValues([7]), [
        [0, "first", 4],
        [0, "first", 4],
      ]),
    ).toEqual([3, 0]);
  });

  test("refuse what is not a whole number from 0 up", () => {
    expect(() => fromValues([1, -2])).toThrow(/whole numbers from 0 up/);
  });

  test("shrink to the plainest failing run and print as code", () => {
    const details = fc.check(
      fc.property(chooserArbitrary(), (chooser) => {
        chooser.pick(0, "skipped", 10);
        return chooser.pick(0, "loss", 10) < 3;
      }),
      { seed: 1 },
    );
    expect(details.failed).toBe(true);
    expect(String(details.counterexample?.[0])).toBe("fromValues([0, 3])");
    expect(fc.defaultReportMessage(details)).toContain("[fromValues([0, 3])]");
  });
});

const pick = (chooser: Chooser, n: number) => chooser.pick(0, "digit", n);

function everyRun(counter: Odometer, run: (chooser: Chooser) => string): string[] {
  const seen: string[] = [];
  do seen.push(run(counter));
  while (counter.next());
  return seen;
}

describe("an odometer", () => {
  test("enumerates exactly the product of independent choices, in counting order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }), (bounds) => {
        const seen = everyRun(odometer({ maxDigits: 5 }), (chooser) =>
          bounds.map((n) => pick(chooser, n)).join(),
        );
        let expected = [""];
        for (const [at, n] of bounds.entries()) {
          const digits = Array.from({ length: n }, (_, digit) => digit);
          expected = expected.flatMap((head) => digits.map((d) => (at ? `${head},${d}` : `${d}`)));
        }
        expect(seen).toEqual(expected);
      }),
    );
  });

  test("follows bounds and lengths that depend on earlier digits", () => {
    const seen = everyRun(odometer({ maxDigits: 3 }), (chooser) => {
      const length = pick(chooser, 3);
      let text = `${length}:`;
      for (let i = 0; i < length; i++) text += pick(chooser, length + i);
      return text;
    });
    expect(seen).toEqual(["0:", "1:0", "2:00", "2:01", "2:02", "2:10", "2:11", "2:12"]);
  });

  test("spends no digit where there is no choice", () => {
    const seen = everyRun(odometer({ maxDigits: 1 }), (chooser) =>
      [1, 2, 1, 1].map((n) => pick(chooser, n)).join(""),
    );
    expect(seen).toEqual(["0000", "0100"]);
  });

  test("can be cloned and stored in the middle of a run, and each finishes alone", () => {
    const run = (chooser: Chooser) => `${pick(chooser, 2)}${pick(chooser, 3)}`;
    const counter = odometer({ maxDigits: 2 });
    for (let i = 0; i < 4; i++) {
      run(counter);
      counter.next();
    }
    const first = pick(counter, 2);
    const clone = counter.clone();
    const stored = restoreChooser(structuredClone(counter.snapshot()));
    for (const one of [counter, clone, stored]) {
      expect(`${first}${pick(one, 3)}`).toBe("11");
      expect(one.next()).toBe(true);
      expect(everyRun(one, run)).toEqual(["12"]);
    }
  });

  test("takes a run that stopped early as an answer for all below it", () => {
    const seen = everyRun(odometer({ maxDigits: 2 }), (chooser) => {
      const first = pick(chooser, 3);
      return first === 1 ? "1" : `${first}${pick(chooser, 2)}`;
    });
    expect(seen).toEqual(["00", "01", "1", "20", "21"]);
  });

  test("refuses one digit more than its maximum and says what to do", () => {
    const counter = odometer({ maxDigits: 2 });
    pick(counter, 2);
    pick(counter, 2);
    expect(() => pick(counter, 2)).toThrow(/more than 2 digits: make the run shorter/);
    expect(() => odometer({ maxDigits: 0 })).toThrow(/give a whole number of at least 1/);
  });

  test("refuses to draw after the last combination", () => {
    const counter = odometer({ maxDigits: 2 });
    expect(counter.next()).toBe(false);
    expect(() => pick(counter, 2)).toThrow(/all combinations were tried/);
  });

  test("notices a run that depends on more than its draws", () => {
    const counter = odometer({ maxDigits: 2 });
    pick(counter, 2);
    pick(counter, 2);
    counter.next();
    expect(() => pick(counter, 3)).toThrow(/start every run from the same state/);
  });

  test("skips what lies below the draws of a run that was broken off in a repeated part", () => {
    const counter = odometer({ maxDigits: 2 });
    pick(counter, 2);
    pick(counter, 3);
    counter.next();
    pick(counter, 2);
    expect(counter.next()).toBe(true);
    expect(pick(counter, 2)).toBe(1);
  });
});
