// Counts how often each (who, why) pair has drawn. Only the counts are state: the table that gives
// each pair its slot is shared by clones and grows as pairs are met, and no draw depends on a
// slot's number, so a clone costs one array copy.

import { checkWho } from "./bounds.ts";
import type { DrawCount } from "./types.ts";

const FIRST_CAPACITY = 64;

/** Gives every (who, why) pair a slot, in the order in which they are met. */
export class PairTable {
  readonly whos: number[] = [];
  readonly whys: string[] = [];
  private readonly slotsByWhy = new Map<string, number[]>();

  slotOf(who: number, why: string): number {
    const slot = this.slotsByWhy.get(why)?.[who];
    return slot === undefined || slot < 0 ? this.intern(who, why) : slot;
  }

  private intern(who: number, why: string): number {
    checkWho(who, why);
    let slots = this.slotsByWhy.get(why);
    if (slots === undefined) {
      slots = [];
      this.slotsByWhy.set(why, slots);
    }
    while (slots.length <= who) slots.push(-1);
    const slot = this.whos.length;
    slots[who] = slot;
    this.whos.push(who);
    this.whys.push(why);
    return slot;
  }
}

export class PairCounts {
  readonly pairs: PairTable;
  private counts: Uint32Array;

  constructor(pairs: PairTable, counts: Uint32Array = new Uint32Array(FIRST_CAPACITY)) {
    this.pairs = pairs;
    this.counts = counts;
  }

  /** The number of draws before this one; counts this one. */
  take(slot: number): number {
    const count = this.counts[slot];
    if (count === undefined) {
      this.grow(slot);
      return this.take(slot);
    }
    this.counts[slot] = count + 1;
    return count;
  }

  clone(): PairCounts {
    return new PairCounts(this.pairs, this.counts.slice());
  }

  /** Sorted by purpose and asker, so that equal states give equal data whatever was met first. */
  data(): readonly DrawCount[] {
    const { whos, whys } = this.pairs;
    const data: DrawCount[] = [];
    for (let slot = 0; slot < this.counts.length; slot++) {
      const count = this.counts[slot];
      const who = whos[slot];
      const why = whys[slot];
      if (count && who !== undefined && why !== undefined) data.push([who, why, count]);
    }
    return data.sort(([whoA, whyA], [whoB, whyB]) =>
      whyA === whyB ? whoA - whoB : whyA < whyB ? -1 : 1,
    );
  }

  static restore(pairs: PairTable, data: readonly DrawCount[]): PairCounts {
    const restored = new PairCounts(pairs);
    for (const [who, why, count] of data) {
      const slot = pairs.slotOf(who, why);
      restored.grow(slot);
      restored.counts[slot] = count;
    }
    return restored;
  }

  private grow(slot: number): void {
    if (slot < this.counts.length) return;
    const grown = new Uint32Array(Math.max(slot + 1, this.counts.length * 2));
    grown.set(this.counts);
    this.counts = grown;
  }
}
