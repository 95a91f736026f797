// The equivalent of scoutfs's lock-ex-race-processes test: five mounts, and on each of them a
// process for each of four files that writes it 250 times. The files have one lock, so mounts and
// processes of a mount race for it. All calls return, and in the end all mounts read the same.

import { expect, test } from "vitest";
import type { Variant } from "../../src/variants/types.ts";
import { callsOf, closeFile, contentOf, createFile, overAndOver, withLoops } from "./files.ts";
import { broken, makeBed, mounts, NRS, rest, seedsOf, waitUntil } from "./people.ts";

const FILES = [11, 12, 13, 14];
const COUNT = 250;
/** A setfattr as a process. */
const EVERY_US = 1000;
const OF_MOUNT = 1_000_000;

const TIMEOUT_MS = 120_000;

function run(seed: string, variants: readonly Variant[] = []): void {
  const bed = makeBed(seed, { ...withLoops, variants });
  mounts(bed, NRS);
  for (const ino of FILES) {
    createFile(bed, 0, ino);
    closeFile(bed, 0, ino);
  }
  for (const ino of FILES) {
    for (const nr of NRS) {
      const what = { what: "write_file", times: COUNT, everyUs: EVERY_US } as const;
      overAndOver(bed, nr, { ...what, ino, value: (nr + 1) * OF_MOUNT });
    }
  }
  const all = NRS.length * FILES.length * COUNT;
  const before = bed.heard.length;
  waitUntil(bed, "all writes", () => bed.heard.length === before + all);
  for (const nr of NRS) expect(callsOf(bed, nr, "write")).toBe(FILES.length * COUNT);
  for (const ino of FILES) {
    const last = NRS.map((nr) => (nr + 1) * OF_MOUNT + COUNT - 1);
    const seen = NRS.map((nr) => contentOf(bed, nr, ino));
    expect(new Set(seen).size).toBe(1);
    expect(last).toContain(seen[0]);
  }
  rest(bed);
}

const SEEDS = seedsOf("a", "b", "c");

test.each(SEEDS)("lock-ex-race-processes, seed %s", { timeout: TIMEOUT_MS }, (seed) => run(seed));

test("lock-ex-race-processes notices a server that looks at no other grant", () => {
  const steps = { process_waiting_requests: { invalidate: (_l) => "grant" } } as Variant["steps"];
  expect(() => run("a", [broken(steps)])).toThrow(/LCK1/);
});
