// What DAT1 remembers of the writes of one key: which of them a read may still return.

export interface Write {
  readonly value: number;
  /** -1: what was there before the first. */
  readonly mount: number;
  readonly beginAt: number;
  /** -1: it has not ended. */
  endAt: number;
  /** Nothing can lose it any more. */
  kept: boolean;
  /** Its mount went before it was kept. */
  doubtful: boolean;
  /** Its mount went before it had ended: that is its end, unless it ends yet. */
  cut: boolean;
  /** No read that begins after this may return it; -1: none is known. */
  overAt: number;
}
export interface Writes {
  list: Write[];
  /** Reads that begin up to then may return what was dropped from the list. */
  forgottenAt: number;
}

/** So many are remembered that are over, for reads that began long ago. */
const REMEMBERED = 16;

export const firstWrite = (): Write => ({
  ...{ value: 0, mount: -1, beginAt: -1, endAt: 0 },
  ...{ kept: true, doubtful: false, cut: false, overAt: -1 },
});

/** Those that ended before this one began are over since then. */
export function overtake({ list }: Writes, by: Write, at: number): void {
  for (const w of list) {
    const isBefore = w !== by && w.endAt >= 0 && w.endAt < by.beginAt;
    if (isBefore && (w.overAt < 0 || w.overAt > at)) w.overAt = at;
  }
}

export function keep(h: Writes, w: Write): void {
  if (w.kept) return;
  w.kept = true;
  w.doubtful = false;
  if (w.endAt >= 0) overtake(h, w, w.endAt);
}

/** A write that came whole between that one and a read which begins then, and is not in doubt. */
export const newerThan = ({ list }: Writes, than: Write, beginAt: number): Write | undefined =>
  list.find(
    (w) =>
      !w.doubtful && w.endAt >= 0 && w.endAt < beginAt && than.endAt >= 0 && than.endAt < w.beginAt,
  );

/** Drops what is over longest. */
export function forget(h: Writes): void {
  const over = h.list.filter(({ overAt }) => overAt >= 0).sort((a, b) => a.overAt - b.overAt);
  for (const w of over.slice(0, Math.max(0, over.length - REMEMBERED))) {
    h.forgottenAt = Math.max(h.forgottenAt, w.overAt);
    h.list = h.list.filter((other) => other !== w);
  }
}
