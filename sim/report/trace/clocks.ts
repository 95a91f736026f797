// Vector clocks of a trace: each record of a mount counts one up there, and a receipt takes in what
// its sender knew when it sent. Of two records one happened before the other if its clock is
// nowhere greater.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import type { Arrow } from "./perfetto.ts";

/** Counts by mount. */
export type Clock = ReadonlyMap<number, number>;

/** The clock of each entry of a mount, after it. */
export function clocksOf(
  entries: readonly TraceEntry[],
  arrows: readonly Arrow[],
): Map<TraceEntry, Clock> {
  const senders = new Map(arrows.map(({ from, to }) => [to, from] as const));
  const clocks = new Map<TraceEntry, Clock>();
  const now = new Map<number, Map<number, number>>();
  for (const entry of entries) {
    const { mount } = entry;
    if (mount < 0) continue;
    const clock = new Map(now.get(mount));
    const sender = senders.get(entry);
    const known = sender === undefined ? undefined : clocks.get(sender);
    for (const [who, count] of known ?? []) clock.set(who, Math.max(count, clock.get(who) ?? 0));
    clock.set(mount, (now.get(mount)?.get(mount) ?? 0) + 1);
    now.set(mount, clock);
    clocks.set(entry, clock);
  }
  return clocks;
}
