// Where the twin of a part may differ from what it follows, and why. Each use is counted under its
// name; there is no other slack.

import type { Seen } from "../probes.ts";
import type { Item } from "../timeline.ts";
import { differing } from "./kinds.ts";

export const partTolerances = {
  "numbers that nobody printed":
    "the compiler put next_seq into its callers in server.c, so only the lock server's calls show",
  "a lock is printed while it changes":
    "three tracepoints of lock.c read the counts of a lock without holding it",
} as const;
export type PartTolerance = keyof typeof partTolerances;

/** How often each was made use of while orders were tried, by all parts together. */
export const partUses = new Map<PartTolerance, number>();
export const partUsed = (t: PartTolerance, times = 1): void => {
  partUses.set(t, (partUses.get(t) ?? 0) + times);
};

const unlocked = new Set(["lock_wait", "lock_invalidate", "lock_shrink"]);
const torn = /^(?:wait_|use_|reqp$|invp$)/;
const NEAR_US = 5_000;
const FAR = 40;

/** Whether somebody else may have been changing the lock just then. */
export function isTorn(items: readonly Item[], index: number, seen: Seen): boolean {
  const item = items[index];
  if (item === undefined || item.kind !== seen.kind || !unlocked.has(item.kind)) return false;
  if (!differing(item, seen).every((field) => torn.test(field))) return false;
  const from = Math.max(0, index - FAR);
  const isNear = items
    .slice(from, index + FAR)
    .some(
      ({ task, at, fields }) =>
        task !== item.task && fields.key === item.fields.key && Math.abs(at - item.at) < NEAR_US,
    );
  if (isNear) partUsed("a lock is printed while it changes");
  return isNear;
}
