// Recorded draws. A recording notes each draw of the source that it wraps; a tape gives them back
// by (who, why, count). The tape is keyed and not a sequence, so a run that has changed a little,
// asking less here and more there, still gets the recorded answer wherever the same question is
// asked.

import { checkBound } from "./bounds.ts";
import { PairCounts, PairTable } from "./counts.ts";
import type { Chooser, DrawCount, RecordingData, TapeData, TapeEntry } from "./types.ts";

/**
 * Replays `entries`. A value recorded for a larger n is taken modulo n. A draw that is not on the
 * tape comes from `fallback`, else it is 0. The fallback is asked at every draw, so that it stays
 * in step: the tape of a seeded run with one entry cut out, over the same seed, is that same run.
 */
export function tape(entries: readonly TapeEntry[], fallback?: Chooser): Chooser {
  const pairs = new PairTable();
  return new Tape(new Answers(pairs, entries), new PairCounts(pairs), fallback ?? null);
}

export function restoreTape(data: TapeData, fallback: Chooser | null): Chooser {
  const pairs = new PairTable();
  const answers = new Answers(pairs, data.entries);
  return new Tape(answers, PairCounts.restore(pairs, data.counts), fallback);
}

export interface Recording extends Chooser {
  /** Every draw so far, in the order in which they were made. */
  entries(): readonly TapeEntry[];
  clone(): Recording;
  snapshot(): RecordingData;
}

/** Passes every draw on to `source` and keeps a tape of them. */
export function recording(source: Chooser): Recording {
  return new Recorder(source, new PairCounts(new PairTable()), null);
}

export function restoreRecording(data: RecordingData, source: Chooser): Recording {
  const counts: DrawCount[] = [];
  let last: Recorded | null = null;
  for (const entry of data.entries) {
    counts.push([entry.who, entry.why, entry.count + 1]);
    last = { entry, before: last };
  }
  return new Recorder(source, PairCounts.restore(new PairTable(), counts), last);
}

/** The values on a tape, by slot and count. Never changes, so clones share it. */
class Answers {
  readonly entries: readonly TapeEntry[];
  private readonly bySlot: Map<number, number>[] = [];

  constructor(pairs: PairTable, entries: readonly TapeEntry[]) {
    this.entries = entries;
    for (const entry of entries) {
      checkEntry(entry);
      const slot = pairs.slotOf(entry.who, entry.why);
      while (this.bySlot.length <= slot) this.bySlot.push(new Map());
      const values = this.bySlot[slot];
      if (values?.has(entry.count)) {
        throw new Error(
          `two tape entries answer draw ${entry.count} of (${entry.who}, "${entry.why}"): keep one`,
        );
      }
      values?.set(entry.count, entry.value);
    }
  }

  get(slot: number, count: number): number | undefined {
    return this.bySlot[slot]?.get(count);
  }
}

function checkEntry(entry: TapeEntry): void {
  for (const number of [entry.count, entry.value]) {
    if (!Number.isSafeInteger(number) || number < 0) {
      throw new Error(
        `tape entry ${JSON.stringify(entry)}: count and value must be whole numbers from 0 up; ` +
          "correct the entry or cut it out, draws that are not on the tape are allowed",
      );
    }
  }
}

class Tape implements Chooser {
  private readonly answers: Answers;
  private readonly counts: PairCounts;
  private readonly fallback: Chooser | null;

  constructor(answers: Answers, counts: PairCounts, fallback: Chooser | null) {
    this.answers = answers;
    this.counts = counts;
    this.fallback = fallback;
  }

  pick(who: number, why: string, n: number): number {
    checkBound(who, why, n);
    const slot = this.counts.pairs.slotOf(who, why);
    const otherwise = this.fallback === null ? 0 : this.fallback.pick(who, why, n);
    const value = this.answers.get(slot, this.counts.take(slot));
    return value === undefined ? otherwise : value % n;
  }

  clone(): Chooser {
    return new Tape(this.answers, this.counts.clone(), this.fallback?.clone() ?? null);
  }

  snapshot(): TapeData {
    return {
      kind: "tape",
      entries: this.answers.entries,
      counts: this.counts.data(),
      fallback: this.fallback?.snapshot() ?? null,
    };
  }
}

/** A draw and the one before it: clones share the past and go on alone. */
interface Recorded {
  readonly entry: TapeEntry;
  readonly before: Recorded | null;
}

class Recorder implements Recording {
  private readonly source: Chooser;
  private readonly counts: PairCounts;
  private last: Recorded | null;

  constructor(source: Chooser, counts: PairCounts, last: Recorded | null) {
    this.source = source;
    this.counts = counts;
    this.last = last;
  }

  pick(who: number, why: string, n: number): number {
    const slot = this.counts.pairs.slotOf(who, why);
    const value = this.source.pick(who, why, n);
    const entry = { who, why, count: this.counts.take(slot), n, value };
    this.last = { entry, before: this.last };
    return value;
  }

  entries(): readonly TapeEntry[] {
    const entries: TapeEntry[] = [];
    for (let at = this.last; at !== null; at = at.before) entries.push(at.entry);
    return entries.reverse();
  }

  clone(): Recording {
    return new Recorder(this.source.clone(), this.counts.clone(), this.last);
  }

  snapshot(): RecordingData {
    return { kind: "recording", entries: this.entries(), source: this.source.snapshot() };
  }
}
