// What every source of choices promises: a number in range, the same numbers for the same start,
// and a clone or a restored snapshot that goes on as the original would. The sources differ only in
// where the numbers come from, so whatever runs on one of them runs on all of them.

export interface Chooser {
  /**
   * A whole number in [0, n). `who` asks (a small non-negative integer: mount, link, ...) and `why`
   * names the purpose: a constant string, because it is looked up at every draw. A draw with n = 1
   * gives 0 and still counts.
   */
  pick(who: number, why: string, n: number): number;
  /** Goes on as this one would; from now on the two are independent. */
  clone(): Chooser;
  /** Plain data, fit for JSON; `restoreChooser` reads it back. */
  snapshot(): ChooserData;
}

/** How many draws one (who, why) pair has made. */
export type DrawCount = readonly [who: number, why: string, count: number];

/** One draw: the `count`-th (from 0) of its (who, why) pair had bound `n` and gave `value`. */
export interface TapeEntry {
  readonly who: number;
  readonly why: string;
  readonly count: number;
  readonly n: number;
  readonly value: number;
}

/** The four 32-bit words that all draws of a seeded run are mixed from. */
export type KeyWords = readonly [number, number, number, number];

export interface SeededData {
  readonly kind: "seeded";
  readonly key: KeyWords;
  readonly counts: readonly DrawCount[];
}

export interface TapeData {
  readonly kind: "tape";
  readonly entries: readonly TapeEntry[];
  readonly counts: readonly DrawCount[];
  readonly fallback: ChooserData | null;
}

export interface RecordingData {
  readonly kind: "recording";
  readonly entries: readonly TapeEntry[];
  readonly source: ChooserData;
}

export interface OdometerData {
  readonly kind: "odometer";
  readonly maxDigits: number;
  readonly digits: readonly number[];
  readonly bounds: readonly number[];
  readonly position: number;
  readonly exhausted: boolean;
}

export interface ValuesData {
  readonly kind: "values";
  readonly values: readonly number[];
  readonly used: number;
}

export type ChooserData = SeededData | TapeData | RecordingData | OdometerData | ValuesData;
