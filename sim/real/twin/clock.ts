// What chance and the clock gave the real system, as far as the recording tells. Each timeout that
// a quorum worker shows at a turn was computed from a reading of its clock somewhere between two of
// its records, and an election timeout from a draw too. The reading is found from the timeout that
// the next turn shows, and must lie between those records; the draw must be one the C can make. So
// the model gets no freedom: what the C could not have computed does not compare.

import type { Chooser } from "../../engine/chooser.ts";

const MS = 1000;
const ELECT_MIN_US = 250 * MS;
const ELECT_VAR_MS = 100;
const INTERVAL_US = 100 * MS;

export interface Window {
  /** Of this record of the worker and of its next one. */
  readonly from: number;
  readonly to: number;
  /** The timeout that the worker's next turn shows. */
  readonly timeout: number;
  /** Whether it leads then: its timeout is the next heartbeat. */
  readonly leads: boolean;
  readonly heartbeatTimeoutUs: number;
  /** The timeout that it shows now, and whether what it does next needs that to have passed. */
  readonly due: number;
  readonly acts: boolean;
}

/** The reading of the clock after that record which explains the timeout; `from` when none does. */
export function readingAfter({ from, to, timeout, ...w }: Window): number {
  const sure = timeout - (w.leads ? INTERVAL_US : w.heartbeatTimeoutUs);
  if (sure >= from - 1 && sure <= to + 1) return sure;
  if (w.leads) return from <= w.due && w.due < to && w.acts ? to : from;
  const longest = Math.min(ELECT_VAR_MS - 1, Math.floor((timeout - ELECT_MIN_US - from) / MS));
  const reading = timeout - ELECT_MIN_US - longest * MS;
  if (longest >= 0 && reading >= from - 1 && reading <= to + 1) return reading;
  return from <= w.due && w.due < to && w.acts ? to : from;
}

/** The same before a worker's first record: the reading nearest to it. */
export function readingBefore(to: number, timeout: number, heartbeatTimeoutUs: number): number {
  const sinceHeartbeat = timeout - heartbeatTimeoutUs;
  if (sinceHeartbeat <= to && sinceHeartbeat > to - INTERVAL_US) return sinceHeartbeat;
  const shortest = Math.max(0, Math.ceil((timeout - ELECT_MIN_US - to) / MS));
  return shortest < ELECT_VAR_MS ? timeout - ELECT_MIN_US - shortest * MS : to;
}

/** Where the worlds of all twins take their draws from: set before each step. */
export const guide = { now: 0, timeout: 0 };

/** Draws the election timeout that was drawn there, if the C could draw it; preempts a task after
 *  every step, and leaves all else at its first choice. */
class Guided implements Chooser {
  pick(_who: number, why: string, n: number): number {
    if (why === "preempt") return 1;
    if (why !== "quorum election timeout") return 0;
    const drawn = Math.round((guide.timeout - guide.now - ELECT_MIN_US) / MS);
    return drawn >= 0 && drawn < n ? drawn : 0;
  }
  clone(): Chooser {
    return this;
  }
  snapshot() {
    return { kind: "values", values: [], used: 0 } as const;
  }
}

export const guided: Chooser = new Guided();
