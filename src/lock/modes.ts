// What a lock mode lets its holder do, and how modes are counted: the leaves of lock.c
// (lock_mode_can_*, lock_modes_match, lock_counts_match, lock_inc_count, lock_dec_count).

import { assert } from "../core/index.ts";
import type { LockMode, ModeCounts } from "./types.ts";

export const MODES: readonly LockMode[] = ["null", "read", "write", "write_only"];

export const canRead = (mode: LockMode): boolean => mode === "read" || mode === "write";
export const canWrite = (mode: LockMode): boolean => mode === "write" || mode === "write_only";

/** Directional: a write lock serves readers, a read lock no writer. */
export const modesMatch = (granted: LockMode, requested: LockMode): boolean =>
  granted === requested || (granted === "write" && requested === "read");

export const noCounts = (): ModeCounts => ({ null: 0, read: 0, write: 0, write_only: 0 });

/** Whether a lock of that mode serves all who are counted. */
export const countsMatch = (granted: LockMode, counts: ModeCounts): boolean =>
  MODES.every((mode) => counts[mode] === 0 || modesMatch(granted, mode));

export function increment(counts: ModeCounts, mode: LockMode): void {
  counts[mode]++;
}

export function decrement(counts: ModeCounts, mode: LockMode): void {
  assert(counts[mode] > 0, `somebody to be counted under ${mode}`);
  counts[mode]--;
}
