// The timer wheel of the kernel: a timeout counts jiffies, and its timer goes off with its bucket
// of the wheel: never early, and late by up to 4, 32, 256 or 2048 ms as it is longer. Mounts of one
// host share the wheel, so their timers often go off together.

const HZ = 250;
export const JIFFY_US = 1_000_000 / HZ;
/** Levels of this many buckets, each level 2^3 times as coarse as the one below. */
const LVL_SIZE = 64;
const LVL_CLK_SHIFT = 3;
/** A wheel begins anew after this long as far as any timeout of up to two minutes can tell. */
export const WHEEL_TURN_US = 512 * JIFFY_US;

/** How long a timeout really takes. `since` is the time since the host counted 0. What is shorter
 *  than a jiffy is no timeout but work that takes so long. */
export function onWheel(us: number, since: number): number {
  if (us < JIFFY_US) return us;
  const jiffies = Math.ceil(us / JIFFY_US);
  const expires = Math.floor(since / JIFFY_US) + jiffies;
  let grain = 1;
  for (let span = LVL_SIZE - 1; jiffies >= span; span *= 1 << LVL_CLK_SHIFT) {
    grain *= 1 << LVL_CLK_SHIFT;
  }
  const bucket = (Math.floor(expires / grain) + 1) * grain;
  return bucket * JIFFY_US - since;
}
