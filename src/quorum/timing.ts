// The periods of quorum.c, each with the name that format.h gives it.

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
