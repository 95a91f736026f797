// Where an answer changes: from how far below to how far above a value something still holds.

/** A yes-or-no question about a value, asked by yielding it. */
export type Asking<R> = Generator<number, R, boolean>;

/** From where to where it holds around `now`, where it does. An open end was never found wanting
 *  as far as it was tried. */
export interface Span {
  readonly low: number;
  readonly high: number;
  readonly isOpenBelow: boolean;
  readonly isOpenAbove: boolean;
}

/** An edge is told to this part of its distance from `now`. */
const GRAIN = 50;

/** Tries the ends, and halves the way to one where it does not hold. What happens in between is not
 *  looked at: an edge is where it changes, and it may do so more than once. */
export function* spanAround(now: number, least: number, most: number): Asking<Span> {
  const isOpenBelow = least >= now || (yield least);
  const isOpenAbove = most <= now || (yield most);
  return {
    low: isOpenBelow ? Math.min(least, now) : yield* edge(now, least),
    high: isOpenAbove ? Math.max(most, now) : yield* edge(now, most),
    isOpenBelow,
    isOpenAbove,
  };
}

/** The value farthest from `now`, on the way to where it does not hold, at which it does. */
export function* edge(now: number, failsAt: number): Asking<number> {
  let good = now;
  let bad = failsAt;
  while (Math.abs(bad - good) > 1 && Math.abs(bad - good) * GRAIN > Math.abs(good - now)) {
    const middle = Math.floor((good + bad) / 2);
    if (yield middle) good = middle;
    else bad = middle;
  }
  return good;
}
