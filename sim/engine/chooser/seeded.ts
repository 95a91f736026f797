// The seeded source. A draw is a pure integer mix of the run's key, who asks, why, and how many
// times that pair has asked. So a draw that is added or removed for one purpose leaves every other
// draw as it was: one fault fewer, or one more choice for the trace, does not reshuffle a run.

import seedrandom from "seedrandom";
import { checkBound } from "./bounds.ts";
import { PairCounts, PairTable } from "./counts.ts";
import type { Chooser, KeyWords, SeededData } from "./types.ts";

/** The same seed gives the same draws on every machine. */
export function seeded(seed: string): Chooser {
  const random = seedrandom.alea(seed, { state: true });
  const key: KeyWords = [random.int32(), random.int32(), random.int32(), random.int32()];
  return new Seeded(new RunKey(key), new PairCounts(new PairTable()));
}

export function restoreSeeded(data: SeededData): Chooser {
  return new Seeded(new RunKey(data.key), PairCounts.restore(new PairTable(), data.counts));
}

class Seeded implements Chooser {
  private readonly key: RunKey;
  private readonly counts: PairCounts;

  constructor(key: RunKey, counts: PairCounts) {
    this.key = key;
    this.counts = counts;
  }

  pick(who: number, why: string, n: number): number {
    checkBound(who, why, n);
    const { key, counts } = this;
    const slot = counts.pairs.slotOf(who, why);
    return reduce(key.word(counts.pairs, slot, counts.take(slot)), n);
  }

  clone(): Chooser {
    return new Seeded(this.key, this.counts.clone());
  }

  snapshot(): SeededData {
    return { kind: "seeded", key: this.key.words, counts: this.counts.data() };
  }
}

/** Mixes draws. Keeps two words per slot that already hold key, asker and purpose: a cache. */
class RunKey {
  readonly words: KeyWords;
  private readonly left: number[] = [];
  private readonly right: number[] = [];

  constructor(words: KeyWords) {
    this.words = words;
  }

  /** 32 bits for the `count`-th draw of a slot, as a signed integer. */
  word(pairs: PairTable, slot: number, count: number): number {
    if (slot >= this.left.length) this.extend(pairs);
    const left = this.left[slot] ?? 0;
    const right = this.right[slot] ?? 0;
    let h = (left + Math.imul(count, 0x9e3779b9)) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = (h ^ (h >>> 15) ^ right) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x735a2d97);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    return h ^ (h >>> 16);
  }

  private extend(pairs: PairTable): void {
    const [k0, k1, k2, k3] = this.words;
    for (let slot = this.left.length; slot < pairs.whos.length; slot++) {
      const who = pairs.whos[slot] ?? 0;
      const why = pairs.whys[slot] ?? "";
      this.left.push(finish(absorb(absorb(absorb(k0, hashText(why, k1)), who), k1)));
      this.right.push(finish(absorb(absorb(absorb(k2, hashText(why, k3)), who), k3)));
    }
  }
}

/** FNV-1a over UTF-16 code units, from a start that differs for each of the two words. */
function hashText(text: string, start: number): number {
  let h = start ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return finish(h ^ text.length);
}

/** One block of MurmurHash3. */
function absorb(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = h ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function finish(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Scales 32 bits to [0, n): the high word of the product, multiplied in two halves of 16 bits. A
 * small n stays within 32-bit integers; for a large one every value is an integer below 2^53 and so
 * exact.
 */
function reduce(word: number, n: number): number {
  if (n <= 0x10000) {
    return (Math.imul(word >>> 16, n) + (Math.imul(word & 0xffff, n) >>> 16)) >>> 16;
  }
  const high = (word >>> 16) * n;
  const low = (word & 0xffff) * n;
  return Math.floor((high + Math.floor(low / 0x10000)) / 0x10000);
}
