// A trace for ShiViz (bestchai.bitbucket.io/shiviz): of each record its text, and below it the
// mount and its vector clock, as the parser that ShiViz offers first expects them.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { describeEntry, formatSeconds } from "../text.ts";
import { clocksOf } from "./clocks.ts";
import type { Arrow } from "./perfetto.ts";

/** What ShiViz is told first, for who has to type it in: the pattern of two lines. */
export const SHIVIZ_PATTERN = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})";

export function* shivizLines(
  mounts: readonly string[],
  entries: readonly TraceEntry[],
  arrows: readonly Arrow[],
): Iterable<string> {
  const name = (mount: number): string => (mounts[mount] ?? `mount${mount}`).replace(/\s/g, "_");
  const clocks = clocksOf(entries, arrows);
  const labels = new Map<TraceEntry, string>();
  for (const { from, to, label } of arrows) {
    labels.set(to, `receives ${label} of ${name(from.mount)}`);
    labels.set(from, `sends ${label}`);
  }
  for (const [entry, clock] of clocks) {
    const text = labels.get(entry) ?? describeEntry(entry);
    yield `${formatSeconds(entry.at)} ${text}`.replace(/[\r\n]/g, " ");
    const counts = [...clock].map(([who, count]) => [name(who), count] as const);
    yield `${name(entry.mount)} ${JSON.stringify(Object.fromEntries(counts))}`;
  }
}
