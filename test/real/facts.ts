// The recordings by name, how far twins follow them, and what only their driver's marks tell. What
// can be counted in the model too is in test/support/facts.ts.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readRecording } from "../../sim/real/read.ts";
import type { Recording } from "../../sim/real/types.ts";
import { only } from "../support/facts.ts";

const folder = fileURLToPath(new URL("recordings/", import.meta.url));

export const fileOf = (name: string): string => `${folder}${name}/events.jsonl.gz`;

export const names: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** What takes a minute to follow: SIM_TWINS=all does it. */
const long = [
  ...["e1-concurrent-umount5", "e3-umount-leader-plus-clients", "f-client-unmount-recovery"],
  ...["h1-force-all-remount", "k2-no-fence-agent"],
];
/** Where twins are stopped: the lines of the first events that no program could do next. A line
 *  that can go, or one too many, fails the test. */
export const stops: Readonly<Record<string, readonly number[]>> = {};
/** Where so many runs of the model fit that some were given up; none of them was needed. */
export const crowded: readonly string[] = ["e3-umount-leader-plus-clients"];
export const followed: readonly string[] =
  process.env.SIM_TWINS === "all" ? names : names.filter((name) => !long.includes(name));

const kept = new Map<string, Recording>();

export function recording(name: string): Recording {
  const known = kept.get(name) ?? readRecording(fileOf(name));
  kept.set(name, known);
  return known;
}

export const count = (r: Recording, kind: string): number => r.read.get(kind) ?? 0;

/** Seconds that each of the driver's mounts took. */
export function mountSeconds(r: Recording): number[] {
  const started = new Map<string, number>();
  const found: number[] = [];
  for (const { at, f } of only(r, "tracing_mark_write")) {
    const [, which, what] = /^mount (\d+) (start|done rc 0)$/.exec(String(f.mark)) ?? [];
    if (which === undefined) continue;
    const since = started.get(which);
    if (what === "start") started.set(which, at);
    else if (since !== undefined) found.push((at - since) / 1e6);
  }
  return found;
}
