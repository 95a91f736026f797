// The periods of quorum.c, each with the name that format.h gives it, and the grain of its waits.

import type { Us } from "../core/index.ts";
import { us } from "../core/index.ts";

export const SCOUTFS_QUORUM_ELECT_MIN_MS = 250;
/** Scoutfs milliseconds are drawn from below this: the longest election timeout is 349 ms. */
export const SCOUTFS_QUORUM_ELECT_VAR_MS = 100;
export const SCOUTFS_QUORUM_HB_IVAL_MS = 100;
export const SCOUTFS_QUORUM_MIN_HB_TIMEO_MS = 2_000;
export const SCOUTFS_QUORUM_DEF_HB_TIMEO_MS = 10_000;
export const SCOUTFS_QUORUM_MAX_HB_TIMEO_MS = 60_000;
/** How long a new server lets userspace fence the leaders before it. */
export const SCOUTFS_QUORUM_FENCE_TO_MS = 15_000;

/** Shorter waits for a datagram are not waits: the receive only looks. */
export const SHORTEST_WAIT = us(1);
/** What a receive that only looks costs; it also takes the clock past a deadline 1 us away. */
export const LOOK_COST = us(2);

const HZ = 250;
const JIFFY_US = 1_000_000 / HZ;
/** The timer wheel has levels of this many buckets, each level 2^3 times as coarse. */
const LVL_SIZE = 64;
const LVL_CLK_SHIFT = 3;

/** How long a receive with SO_RCVTIMEO really waits: the timeout counts jiffies, and its timer
 *  goes off with its bucket of the wheel: never early, and late by up to 4, 32 or 256 ms for a
 *  heartbeat, an election or a heartbeat timeout. Mounts of one host share the wheel, so theirs
 *  often go off together; that is what splits the votes. `phase` is when the host counted 0. */
export function receiveTimeout(wait: Us, now: Us, phase: Us): Us {
  const since = now + phase;
  const jiffies = Math.ceil(wait / JIFFY_US);
  const expires = Math.floor(since / JIFFY_US) + jiffies;
  let shift = 0;
  for (let span = LVL_SIZE - 1; jiffies >= span; span <<= LVL_CLK_SHIFT) shift += LVL_CLK_SHIFT;
  const bucket = ((expires >> shift) + 1) << shift;
  return us(bucket * JIFFY_US - since);
}
