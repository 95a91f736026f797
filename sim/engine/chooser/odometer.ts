// The exhaustive source: every combination of choices, each once, in counting order. Each draw of a
// run is a digit; `next` counts the last digit up and drops those after it, so a bound may depend
// on the digits before it. A run must depend on nothing but its draws.

import { checkBound, checkWho } from "./bounds.ts";
import type { Chooser, OdometerData } from "./types.ts";

export interface Odometer extends Chooser {
  /**
   * Ends this run and makes ready for the next combination; false when all have been tried. A run
   * that stopped early has answered for everything below what it drew.
   */
  next(): boolean;
  clone(): Odometer;
  snapshot(): OdometerData;
}

export interface OdometerOptions {
  /** The most draws with more than one choice that one run may make. */
  readonly maxDigits: number;
}

/** Use as `const o = odometer({ maxDigits: 20 }); do run(o); while (o.next());`. */
export function odometer(options: OdometerOptions): Odometer {
  const { maxDigits } = options;
  if (!Number.isInteger(maxDigits) || maxDigits < 1) {
    throw new Error(`odometer: maxDigits is ${maxDigits}; give a whole number of at least 1`);
  }
  return restoreOdometer({
    kind: "odometer",
    maxDigits,
    digits: [],
    bounds: [],
    position: 0,
    exhausted: false,
  });
}

export function restoreOdometer(data: OdometerData): Odometer {
  return new Digits(data);
}

class Digits implements Odometer {
  private readonly maxDigits: number;
  private readonly digits: number[];
  private readonly bounds: number[];
  private position: number;
  private exhausted: boolean;

  constructor(data: OdometerData) {
    this.maxDigits = data.maxDigits;
    this.digits = data.digits.slice();
    this.bounds = data.bounds.slice();
    this.position = data.position;
    this.exhausted = data.exhausted;
  }

  pick(who: number, why: string, n: number): number {
    checkBound(who, why, n);
    checkWho(who, why);
    if (this.exhausted) {
      throw new Error("all combinations were tried: stop when next() is false, or make a new one");
    }
    if (n === 1) return 0; // no choice, so no digit
    if (this.position < this.digits.length) return this.replay(who, why, n);
    if (this.position === this.maxDigits) {
      throw new Error(
        `pick(${who}, "${why}", ${n}) needs more than ${this.maxDigits} digits: ` +
          "make the run shorter, draw less in it, or raise maxDigits",
      );
    }
    this.digits.push(0);
    this.bounds.push(n);
    this.position++;
    return 0;
  }

  next(): boolean {
    this.digits.length = this.position;
    this.bounds.length = this.position;
    this.position = 0;
    for (let last = this.digits.length - 1; last >= 0; last--) {
      const digit = this.digits[last] ?? 0;
      if (digit + 1 < (this.bounds[last] ?? 0)) {
        this.digits[last] = digit + 1;
        return true;
      }
      this.digits.pop();
      this.bounds.pop();
    }
    this.exhausted = true;
    return false;
  }

  clone(): Odometer {
    return new Digits(this.snapshot());
  }

  snapshot(): OdometerData {
    return {
      kind: "odometer",
      maxDigits: this.maxDigits,
      digits: this.digits.slice(),
      bounds: this.bounds.slice(),
      position: this.position,
      exhausted: this.exhausted,
    };
  }

  private replay(who: number, why: string, n: number): number {
    const bound = this.bounds[this.position];
    if (bound !== n) {
      throw new Error(
        `pick(${who}, "${why}", ${n}) is digit ${this.position}, which had bound ${bound} in the ` +
          "run before: start every run from the same state and let it depend on its draws alone",
      );
    }
    const digit = this.digits[this.position] ?? 0;
    this.position++;
    return digit;
  }
}
