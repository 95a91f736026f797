// `scoutsim diff`: where two runs part. Each is cut into strands, one for what a program of a mount
// recorded about one rid; times are left out, and so is the order of strands among one another. Of
// the strands that differ, the one that does so first is shown.

import { describeEntry, formatSeconds } from "../../report/text.ts";
import {
  type Knot,
  type Parting,
  partingOf,
  type Strand,
  strandsOf,
} from "../../report/trace/strands.ts";
import { UserError } from "../../report/user-error.ts";
import { wholeNumber } from "../flags.ts";
import { writeJson, writeLine } from "../output.ts";
import { recordedBy } from "../record.ts";
import { type Source, type SourceOptions, sourceOf } from "./source.ts";

export interface DiffOptions extends SourceOptions {
  readonly mounts?: string;
  readonly lines: string;
  readonly json?: true;
}

export function diff(one: string, other: string, o: DiffOptions): number {
  const lines = wholeNumber("--lines", o.lines);
  const [first, second] = [sourceOf(one, o), sourceOf(other, o)];
  const [a, b] = [first, second].map((source) => strandsOf(source.entries, mountsOf(source, o)));
  const parting = partingOf(a ?? new Map(), b ?? new Map());
  if (o.json) writeJson(reportOf(parting, [first, second], lines));
  else if (parting !== undefined) show(parting, [first, second], lines);
  else writeLine("the same, but for times and the order of what is unrelated");
  return parting === undefined ? 0 : 1;
}

function mountsOf(
  { mounts, title }: Source,
  o: DiffOptions,
): (mount: number) => string | undefined {
  const wanted = o.mounts?.split(",");
  const unknown = wanted?.find((name) => !mounts.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`${title} has no mount "${unknown}"; it has ${mounts.join(", ")}`);
  }
  return (mount) => {
    const name = mounts[mount];
    return wanted === undefined || wanted.includes(name ?? "") ? name : undefined;
  };
}

function show(parting: Parting, sources: readonly Source[], lines: number): void {
  const { key, at, differing } = parting;
  const more = differing > 1 ? `; ${differing - 1} strands more differ` : "";
  writeLine(`they part in ${key}, after ${at} records that are the same${more}`);
  const sides = [parting.one, parting.other];
  for (const [n, strand] of sides.entries()) {
    writeLine(`${n === 0 ? "-" : "+"} ${sources[n]?.title ?? ""}`);
    for (const line of sideLines(strand, at, lines, n === 0 ? "-" : "+")) writeLine(line);
  }
}

function sideLines(strand: Strand, at: number, lines: number, mark: string): string[] {
  const say = ({ entry, times }: Knot): string => {
    const again = times > 1 ? ` (${times} times)` : "";
    return `${formatSeconds(entry.at)} s  ${describeEntry(entry)}${again}`;
  };
  const { same, differs } = around(strand, at, lines);
  const shown = [...same.map((k) => `  ${say(k)}`), ...differs.map((k) => `${mark} ${say(k)}`)];
  return strand.length > at ? shown : [...shown, `${mark} nothing more`];
}

/** So many records on both sides of where it parts. */
function around(strand: Strand, at: number, lines: number) {
  const same = strand.slice(Math.max(0, at - lines), at);
  return { same, differs: strand.slice(at, at + lines) };
}

/** For a script. A side that has nothing more has nothing that differs. */
function reportOf(parting: Parting | undefined, sources: readonly Source[], lines: number) {
  const runs = sources.map(({ title }) => title);
  if (parting === undefined) return { same: true, runs, parting: null };
  const { key, at, differing, one, other } = parting;
  const sides = [one, other].map((strand, n) => {
    const record = recordedBy(sources[n]?.mounts ?? []);
    const tell = ({ entry, times }: Knot) => ({ ...record(entry), times });
    const { same, differs } = around(strand, at, lines);
    return { run: runs[n], same: same.map(tell), differs: differs.map(tell) };
  });
  const where = { strand: key, sameRecords: at, differingStrands: differing };
  return { same: false, runs, parting: { ...where, sides } };
}
