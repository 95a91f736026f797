// The equivalent of scoutfs's inode-deletion test: an inode goes once its last link and its last
// user have gone, and not before, whoever these are. What a mount cannot delete itself, as it has
// lost the lock under which it would have known, an orphan scan does; the mounts are told to scan
// often, as the script does. Changes of inodes are on the device at once here, so no log merge is
// forced.

import { expect, test } from "vitest";
import type { Variant } from "../../src/variants/types.ts";
import {
  closeFile,
  contentOf,
  createFile,
  hasItems,
  openFile,
  statOf,
  unlinkFile,
  writeFile,
} from "./files.ts";
import {
  type Bed,
  beginUmount,
  broken,
  latest,
  makeBed,
  mounts,
  NRS,
  rest,
  waitUnmounted,
  waitUntil,
} from "./people.ts";

const SCAN_DELAY_MS = 10_000;
const OFTEN_MS = 500;
const FILES = 5;

/** Every file has a number and contents of its own; it is open on mount 0. */
function newFiles(bed: Bed) {
  let ino = 10;
  return {
    open(): number {
      ino++;
      createFile(bed, 0, ino);
      writeFile(bed, 0, ino, ino);
      return ino;
    },
    closed(): number {
      const made = this.open();
      closeFile(bed, 0, made);
      return made;
    },
  };
}

/** The option of every mount, as its sysfs file changes it. */
function scanOften(bed: Bed): void {
  for (const nr of NRS) {
    const { inode } = bed.w.mount(latest(bed, nr)).state;
    (inode as { orphanScanDelayMs: number }).orphanScanDelayMs = OFTEN_MS;
  }
}

const scansOf = (bed: Bed, nr: number, todo?: 0 | 1): number =>
  bed.heard.filter(
    (e) =>
      e.kind === "orphan_scan_stop" &&
      e.mount === latest(bed, nr) &&
      (todo === undefined || (e.data as { work_todo: number }).work_todo === todo),
  ).length;

/** `t_wait_for_orphan_scan_runs`, and with `todo` 0 `t_wait_for_no_orphans`. */
function waitForScans(bed: Bed, todo?: 0): void {
  const before = NRS.map((nr) => scansOf(bed, nr, todo));
  const all = () => NRS.every((nr, i) => scansOf(bed, nr, todo) > (before[i] ?? 0));
  waitUntil(bed, "orphan scans of all mounts", all);
}

const mapsAsked = (bed: Bed): number =>
  bed.heard.filter((e) => e.kind === "omap_group_request").length;

function run(seed: string, variants: readonly Variant[] = []): void {
  const kinds = ["orphan_scan_stop", "omap_group_request"];
  const bed = makeBed(seed, { orphanScanDelayMs: SCAN_DELAY_MS, variants }, kinds);
  const files = newFiles(bed);
  mounts(bed, NRS);

  // basic unlink deletes
  let ino = files.closed();
  expect(hasItems(bed, ino)).toBe(true);
  unlinkFile(bed, 0, ino);
  expect(hasItems(bed, ino)).toBe(false);

  // local open-unlink waits for close to delete; multiple local opens are protected
  for (const opens of [1, 2]) {
    ino = files.open();
    if (opens === 2) openFile(bed, 0, ino);
    unlinkFile(bed, 0, ino);
    for (let left = opens; left > 0; left--) {
      expect(contentOf(bed, 0, ino)).toBe(ino);
      expect(hasItems(bed, ino)).toBe(true);
      closeFile(bed, 0, ino);
    }
    expect(hasItems(bed, ino)).toBe(false);
  }

  scanOften(bed);
  waitForScans(bed);

  // remote unopened unlink deletes
  ino = files.closed();
  unlinkFile(bed, 1, ino);
  waitForScans(bed, 0);
  expect(hasItems(bed, ino)).toBe(false);

  // unlink waits for open on other mount
  ino = files.open();
  unlinkFile(bed, 1, ino);
  expect(contentOf(bed, 0, ino)).toBe(ino);
  waitForScans(bed);
  expect(hasItems(bed, ino)).toBe(true);
  closeFile(bed, 0, ino);
  expect(statOf(bed, 0, ino)).toBe("ENOENT");
  waitForScans(bed, 0);
  expect(hasItems(bed, ino)).toBe(false);

  // lots of deletions use one open map
  const dir = Array.from({ length: FILES }, () => files.closed());
  const asked = mapsAsked(bed);
  for (const one of dir) unlinkFile(bed, 0, one);
  expect(mapsAsked(bed) - asked).toBeLessThanOrEqual(NRS.length - 1);
  waitForScans(bed, 0);
  for (const one of dir) expect(hasItems(bed, one)).toBe(false);

  // open files survive remote scanning orphans
  ino = files.open();
  unlinkFile(bed, 0, ino);
  beginUmount(bed, 1);
  waitUnmounted(bed, [1]);
  mounts(bed, [1]);
  waitForScans(bed);
  expect(contentOf(bed, 0, ino)).toBe(ino);
  expect(hasItems(bed, ino)).toBe(true);
  closeFile(bed, 0, ino);
  scanOften(bed);
  waitForScans(bed, 0);
  expect(hasItems(bed, ino)).toBe(false);
  rest(bed);
}

test.each(["a", "b", "c"])("inode-deletion, seed %s", (seed) => run(seed));

test("inode-deletion notices a server that asks nobody for an open map", () => {
  const steps = { omap_handle_request: { copy: (_l) => "respondAlone" } } as Variant["steps"];
  expect(() => run("a", [broken(steps)])).toThrow(/OMP1/);
});
