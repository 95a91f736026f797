// The source that a property test shrinks: the next value modulo n, and 0 when there are no more.
// So a shorter list and smaller values always mean a plainer run.

import { checkBound, checkWho } from "./bounds.ts";
import type { Chooser, ValuesData } from "./types.ts";

export function fromValues(values: readonly number[]): Chooser {
  for (const value of values) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new Error(`fromValues: ${value} is in the list; give whole numbers from 0 up only`);
    }
  }
  return new Values(values.slice(), 0);
}

export function restoreValues(data: ValuesData): Chooser {
  return new Values(data.values, data.used);
}

class Values implements Chooser {
  private readonly values: readonly number[];
  private used: number;

  constructor(values: readonly number[], used: number) {
    this.values = values;
    this.used = used;
  }

  pick(who: number, why: string, n: number): number {
    checkBound(who, why, n);
    checkWho(who, why);
    const value = this.values[this.used];
    if (value === undefined) return 0;
    this.used++;
    return value % n;
  }

  clone(): Chooser {
    return new Values(this.values, this.used);
  }

  snapshot(): ValuesData {
    return { kind: "values", values: this.values, used: this.used };
  }

  /** As the code that makes it again, whatever has been drawn since. */
  toString(): string {
    return `fromValues([${this.values.join(", ")}])`;
  }
}
