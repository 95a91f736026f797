// What `compare` says: the failures that a change removes, adds and keeps, and of one failure
// whether it still comes about near the run that showed it.

import type { Around, Difference, Row, Verdict } from "../../explore/compare.ts";
import { type Failure, seedOf } from "../../explore/hunt.ts";
import { sayShare } from "../../explore/wilson.ts";
import type { Sides } from "./job.ts";

export interface Near {
  readonly failure: Failure;
  readonly before: Around;
  readonly after: Around;
  readonly verdict: Verdict;
  readonly around: Difference;
}

export interface Report {
  readonly seed: string;
  readonly sides: Sides;
  /** By Ctrl-C: it is what was there by then. */
  readonly stopped: boolean;
  readonly seeds: Difference;
  readonly near: Near | undefined;
}

const addsSomething = ({ seeds, near }: Report): boolean =>
  seeds.added.length > 0 || (near !== undefined && near.around.added.length > 0);

/** It fixes what it is asked about, or without an artifact anything, and adds nothing. */
export function succeeds(r: Report): boolean {
  if (addsSomething(r)) return false;
  if (r.near !== undefined) return r.near.verdict === "fixed";
  return r.seeds.removed.some((row) => !row.mayBeHidden);
}

const nameOf = (names: readonly string[]): string =>
  names.length === 0 ? "main" : names.join(" ");

export function linesOf(r: Report): string[] {
  const { seed, sides, seeds, near } = r;
  return [
    `before: ${nameOf(sides.before)}`,
    `after:  ${nameOf(sides.after)}`,
    ...(r.stopped ? ["stopped: only what was tried by then"] : []),
    ...(near === undefined ? [] : nearLines(near)),
    `seeds of ${seed}:`,
    ...differenceLines(seeds, (n) => ` (scoutsim replay ${seedOf(seed, n)})`),
    endLine(r),
  ];
}

function nearLines({ failure, before, after, verdict, around }: Near): string[] {
  const own = (fails: boolean) => (fails ? "fails" : "does not fail so");
  return [
    `${failure.promise} at ${failure.place}: ${verdict}`,
    `  the run itself: before ${own(before.itself)}, after ${own(after.itself)}`,
    `  runs near it that fail so, before: ${sayShare(before.same)}`,
    `  runs near it that fail so, after:  ${sayShare(after.same)}`,
    "near it:",
    ...differenceLines(around, (n) => ` (run ${n})`),
  ];
}

function differenceLines(d: Difference, where: (n: number) => string): string[] {
  const { runs, failing } = d;
  const line = (does: string, row: Row) => {
    const hidden = hiddenWhere(row);
    const counts = `${row.before} runs before, ${row.after} after${hidden}`;
    return `    ${does} ${row.promise} at ${row.place}: ${counts}${where(row.n)}`;
  };
  return [
    `  failing before: ${sayShare({ count: failing.before, of: runs })}`,
    `  failing after:  ${sayShare({ count: failing.after, of: runs })}`,
    ...d.removed.map((row) => line("removes", row)),
    ...d.added.map((row) => line("adds   ", row)),
    ...d.kept.map((row) => line("keeps  ", row)),
  ];
}

function hiddenWhere({ mayBeHidden, before, after }: Row): string {
  if (!mayBeHidden || (before > 0 && after > 0)) return "";
  const where = before === 0 ? "before" : "after";
  return `; another failure may hide it ${where}`;
}

function endLine(r: Report): string {
  const { seeds, near } = r;
  const counts = `removes ${seeds.removed.length}, adds ${seeds.added.length}`;
  const all = `${counts} and keeps ${seeds.kept.length} over the seeds`;
  if (near === undefined) return all;
  const added = near.around.added.length;
  return `${near.verdict}; ${all}${added === 0 ? "" : `; adds ${added} near the artifact`}`;
}
