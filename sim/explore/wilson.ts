// How far a share that was counted may be from the true one: Wilson's interval of 95 %, which stays
// within 0 and 1 and is honest where nothing or everything was counted.

/** So many of so many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 %. */
const Z = 1.959964;

/** Of nothing counted it is everything. */
export function wilson({ count, of }: Share): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const share = count / of;
  const zz = (Z * Z) / of;
  const middle = share + zz / 2;
  const half = Z * Math.sqrt((share * (1 - share)) / of + zz / (4 * of));
  return {
    low: count === 0 ? 0 : (middle - half) / (1 + zz),
    high: count === of ? 1 : (middle + half) / (1 + zz),
  };
}

const PERCENT = 100;
const percent = (share: number): string => `${(share * PERCENT).toFixed(1)} %`;

/** `3 of 200: 1.5 % (0.5 % to 4.3 %)`. */
export function sayShare(share: Share): string {
  const { count, of } = share;
  if (of === 0) return "no runs";
  const { low, high } = wilson(share);
  return `${count} of ${of}: ${percent(count / of)} (${percent(low)} to ${percent(high)})`;
}
