// The equivalent of scoutfs's orphan-log-trees test: a mount is unmounted by force, and its reclaim
// leaves its log tree open, as a reclaim that is cut short by a failover can. It is mounted again,
// all sync, and a log merge is forced: it must find the tree, reclaim it and come to its end. What
// the mount had synced is there after that. The two triggers of the script are steps here.

import { expect, test } from "vitest";
import type { ClusterOptions } from "../../sim/cluster/world/cluster.ts";
import { finalizeAndStartLogMerge } from "../../src/server/finalize.ts";
import { forceTree, reclaimOpenLogTree, traceTree } from "../../src/server/log-trees.ts";
import type { LogTrees } from "../../src/server/super.ts";
import type { AnyStep } from "../../src/variants/types.ts";
import { contentOf, syncFs, writeFile } from "./files.ts";
import {
  type Bed,
  broken,
  type Fields,
  forceUmount,
  latest,
  makeBed,
  mounts,
  NRS,
  rest,
  ridOf,
  SECOND,
  serverNr,
  verifyFenced,
} from "./people.ts";

const RECLAIM_US = 5 * SECOND;
const FILE = 7;
/** Every mount has a lock of its own. */
const FILES_APART = 2000;
const HIGH = 3;

type Steps = Readonly<Record<string, AnyStep>>;
const reclaim = reclaimOpenLogTree.steps as unknown as Steps;
const finalize = finalizeAndStartLogMerge.steps as unknown as Steps;

/** Each acts once when it is armed. */
function triggers() {
  const armed = { reclaimSkipFinalize: false, forceFinalizeOurs: false };
  /** What was moved is kept, and the tree stays open. */
  const update: AnyStep = (l, m, out, ret) => {
    if (!armed.reclaimSkipFinalize) return reclaim.update?.(l, m, out, ret) as never;
    armed.reclaimSkipFinalize = false;
    forceTree(m, l.lt as LogTrees);
    traceTree(m, out as never, "reclaim", l.lt as LogTrees);
    return "leave";
  };
  const scan: AnyStep = (l, m, out, ret) => {
    const { itemRoot } = l.lt as LogTrees;
    if (armed.forceFinalizeOurs && itemRoot !== undefined) {
      armed.forceFinalizeOurs = false;
      l.lt = { ...l.lt, itemRoot: { ...itemRoot, height: HIGH } };
    }
    return finalize.scan?.(l, m, out, ret) as never;
  };
  const steps = { reclaim_open_log_tree: { update }, finalize_and_start_log_merge: { scan } };
  return { armed, variant: broken(steps) };
}

/** Nobody looks for the trees of mounts that are gone. */
const noReclaim: NonNullable<ClusterOptions["remodel"]> = ({ programs, rules }) => ({
  programs: programs.map((p) =>
    p.name === "reclaim_orphan_log_trees"
      ? ({ ...p, steps: { ...p.steps, next: () => ({ done: { value: false } }) } } as typeof p)
      : p,
  ),
  rules,
});

const treesOf = (bed: Bed): readonly LogTrees[] =>
  bed.w.peekMount(latest(bed, serverNr(bed))).state.server.stableSuper.logTrees;
const merges = (bed: Bed): number =>
  bed.heard.filter((e) => e.kind === "log_trees" && (e.data as Fields).what === "merge").length;

const reclaimsOf = (bed: Bed, rid: number): number =>
  bed.heard.filter(({ data }) => {
    const { what, rid: of } = data as Fields;
    return what === "reclaim" && of === rid;
  }).length;

const fileOf = (nr: number): number => FILE + nr * FILES_APART;

function dirtyAndSync(bed: Bed, value: number): void {
  for (const nr of NRS) writeFile(bed, nr, fileOf(nr), value + nr);
  for (const nr of NRS) syncFs(bed, nr);
}

/** Up to where the script forces a log merge; gives the orphan's rid and mount. */
function withOrphan(seed: string, more: Partial<ClusterOptions> = {}) {
  const { armed, variant } = triggers();
  const bed = makeBed(seed, { variants: [variant], ...more }, ["log_trees"]);
  mounts(bed, NRS);
  const lost = NRS.find((nr) => nr !== serverNr(bed)) as (typeof NRS)[number];
  const rid = ridOf(bed, lost);
  dirtyAndSync(bed, 10);
  armed.reclaimSkipFinalize = true;
  forceUmount(bed, lost);
  verifyFenced(bed, [rid]);
  bed.w.runFor(RECLAIM_US);
  expect(armed.reclaimSkipFinalize).toBe(false);
  expect(treesOf(bed).find((lt) => lt.rid === rid)?.finalized).toBe(false);
  expect(reclaimsOf(bed, rid)).toBe(1);
  mounts(bed, [lost]);
  return { bed, armed, lost, rid };
}

test.each(["a", "b", "c"])("orphan-log-trees, seed %s", (seed) => {
  const { bed, armed, lost, rid } = withOrphan(seed);
  armed.forceFinalizeOurs = true;
  const merged = merges(bed);
  dirtyAndSync(bed, 20);
  bed.w.runFor(RECLAIM_US);
  expect(reclaimsOf(bed, rid)).toBe(2);
  expect(merges(bed)).toBeGreaterThan(merged);
  expect(treesOf(bed).filter((lt) => lt.rid === rid)).toEqual([]);
  for (const nr of NRS) expect(contentOf(bed, 0, fileOf(nr))).toBe(20 + nr);
  expect(contentOf(bed, (lost + 1) % NRS.length, fileOf(lost))).toBe(20 + lost);
  rest(bed);
});

test("orphan-log-trees notices a server that does not look for orphans", () => {
  const { bed, armed, rid } = withOrphan("a", { remodel: noReclaim });
  armed.forceFinalizeOurs = true;
  const merged = merges(bed);
  dirtyAndSync(bed, 20);
  bed.w.runFor(RECLAIM_US);
  expect(merges(bed)).toBe(merged);
  expect(treesOf(bed).some((lt) => lt.rid === rid)).toBe(true);
});
