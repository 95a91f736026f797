// What a run tells of itself, record by record, and where that goes. A sink observes and never
// steers: a run with one takes the same course as a run without.

export interface TraceEntry {
  /** The event in whose turn it was recorded. */
  readonly seq: number;
  /** Which record of that event it is, from 0. */
  readonly sub: number;
  /** In microseconds. */
  readonly at: number;
  /** -1 for none. */
  readonly mount: number;
  readonly kind: string;
  /** The seq of the event that scheduled this one; 0 for what was there from the start. */
  readonly cause: number;
  readonly data: object;
}

export interface Sink {
  add(entry: TraceEntry): void;
}

/** Keeps the newest `limit` entries: a failure is explained by what came last. */
export class MemorySink implements Sink {
  /** How many were forgotten to keep within the limit. */
  dropped = 0;
  private readonly limit: number;
  private readonly ring: TraceEntry[] = [];
  private oldest = 0;

  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new Error(`MemorySink: limit is ${limit}; give a whole number of entries, at least 1`);
    }
    this.limit = limit;
  }

  add(entry: TraceEntry): void {
    if (this.ring.length < this.limit) {
      this.ring.push(entry);
      return;
    }
    this.ring[this.oldest] = entry;
    this.oldest = (this.oldest + 1) % this.limit;
    this.dropped++;
  }

  /** A copy, oldest first. */
  entries(): TraceEntry[] {
    return [...this.ring.slice(this.oldest), ...this.ring.slice(0, this.oldest)];
  }
}

/** Counts entries by kind and keeps none. */
export class CountingSink implements Sink {
  total = 0;
  private readonly byKind = new Map<string, number>();

  add(entry: TraceEntry): void {
    this.total++;
    this.byKind.set(entry.kind, this.count(entry.kind) + 1);
  }

  count(kind: string): number {
    return this.byKind.get(kind) ?? 0;
  }

  /** Kinds in the order of their names, each with its count. */
  counts(): [kind: string, count: number][] {
    return [...this.byKind].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}
