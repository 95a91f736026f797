// The one check of a draw's arguments, so that every source refuses the same draws in the same
// words.

const MAX_BOUND = 0x7fffffff;
const MAX_WHO = 0xffff;

export function checkBound(who: number, why: string, n: number): void {
  // `n | 0` differs from n for fractions, NaN and everything past 2^31-1.
  if ((n | 0) !== n || n < 1) {
    throw new Error(
      `pick(${who}, "${why}", ${n}): n must be a whole number from 1 to ${MAX_BOUND}; ` +
        "ask only when there is at least one choice, and split a larger range into two draws",
    );
  }
}

/** `who` indexes an array in every source that counts draws; checked where a new pair is met. */
export function checkWho(who: number, why: string): void {
  if (!Number.isInteger(who) || who < 0 || who > MAX_WHO) {
    throw new Error(
      `pick(${who}, "${why}", ...): who must be a whole number from 0 to ${MAX_WHO}; ` +
        "use the index of the mount or link that asks, not an id or an address",
    );
  }
}
