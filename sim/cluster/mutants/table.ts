// The report on mutants: a table by room and one by promise, the survivors with their reasons, and
// whether that is enough.
//
// The bar and the reasons are for effects, which are all tried. Of values, a sample is: they are
// there for the monitors, their rate is told, and nobody writes down why one of them survives.

import type { Model } from "../world/variants.ts";
import type { Verdict } from "./hunt.ts";
import { killerLines, silent } from "./killers.ts";
import { type Mutant, mutantKey } from "./mutants.ts";

const roomOfFile: Readonly<Record<string, string>> = {
  super: "mount",
  volopt: "mount",
  "scoutfs-fenced": "fenced",
  "fenced-local-force-unmount.sh": "fenced",
  none: "fenced",
};

/** Of a source, which is in parentheses for a function that its folder does not have: the file. */
const FILE = /^\(?(?:stands for )?(.+?)(?:\.c)?(?:\)|:|$)/;

/** The folder of src that mirrors the C file which a program names as its source. */
function roomOfSource(source: string): string {
  const file = FILE.exec(source)?.[1] ?? source;
  return roomOfFile[file] ?? file.replaceAll("_", "-");
}

/** The room of a program. */
export function roomsOf({ programs }: Model): (program: string) => string {
  const rooms = new Map(programs.map(({ name, source }) => [name as string, roomOfSource(source)]));
  return (program) => rooms.get(program) ?? "rules";
}

type Judged = Verdict & { readonly room: string };

export interface Report {
  /** Verdicts on mutants whose place is reached, with their rooms. */
  readonly verdicts: readonly Judged[];
  /** Rooms of places that no run came to. */
  readonly notReached: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
  /** Promises that break when only they are watched, and by which mutant, besides those that were
   *  the first to. */
  readonly alsoBroken: ReadonlyMap<string, string>;
  /** A sample of wrong values. */
  readonly values: readonly Judged[];
  /** How many there are. */
  readonly valuesFound: number;
  /** Why a monitor kills nothing, by its promise. */
  readonly silences: Readonly<Record<string, string>>;
  /** All mutants of effects were tried: a reason whose mutant is not among them is stale, and each
   *  monitor must have killed one. */
  readonly complete: boolean;
}

const ENOUGH_PERCENT = 80;
const percent = (part: number, whole: number): number => Math.floor((100 * part) / whole);

const isKilled = ({ killed }: Verdict): boolean => killed !== undefined;
const unexplained = (r: Report): Verdict[] =>
  r.verdicts.filter((v) => !isKilled(v) && r.reasons[v.key] === undefined);

const NOTHING = "equivalent: ";
const PROVED = "proved: ";
/** No run went another way and the reason says why none can; or it is proved that those which did
 *  differ in nothing but a task that is woken, looks and parks again. */
function isNone(r: Report, v: Verdict): boolean {
  const reason = isKilled(v) ? undefined : r.reasons[v.key];
  if (reason === undefined) return false;
  return reason.startsWith(PROVED) || (v.changed === 0 && reason.startsWith(NOTHING));
}

/** Enough are killed, why the others survive is written down, and each monitor is of use. */
export function isEnough(r: Report): boolean {
  if (r.complete && silent(r).some((promise) => r.silences[promise] === undefined)) return false;
  if (r.verdicts.length === 0) return r.values.length > 0; // only values were asked for
  const counted = r.verdicts.filter((v) => !isNone(r, v));
  const killed = counted.filter(isKilled).length;
  if (counted.length === 0 || unexplained(r).length > 0) return false;
  return percent(killed, counted.length) >= ENOUGH_PERCENT;
}

const row = (cells: readonly (string | number)[]): string =>
  cells.map((c, i) => (i === 0 ? String(c).padEnd(14) : String(c).padStart(12))).join("");

const kinds: readonly Mutant["kind"][] = ["negate", "deny", "drop", "skip", "swap"];
const valueKinds: readonly Mutant["kind"][] = ["forget", "misplace"];

function table(r: Report): string[] {
  const line = (name: string, of: (v: Report["verdicts"][number]) => boolean, not: number) => {
    const reached = r.verdicts.filter(of);
    const killed = reached.filter(isKilled).length;
    const same = reached.filter((v) => !isKilled(v) && v.changed === 0).length;
    const none = reached.filter((v) => isNone(r, v)).length;
    const counted = reached.length - none;
    const rate = (of: number) => (of === 0 ? "-" : `${percent(killed, of)} %`);
    const rates = [rate(reached.length), rate(counted)];
    return row([name, not, reached.length, same, none, killed, ...rates]);
  };
  const rooms = [...new Set([...r.verdicts.map(({ room }) => room), ...r.notReached])];
  return [
    row([
      ...["room", "not reached", "reached", "no change", "equivalent", "killed"],
      ...["of reached", "of others"],
    ]),
    ...rooms
      .toSorted((x, y) => (x < y ? -1 : 1))
      .map((room) =>
        line(room, (v) => v.room === room, r.notReached.filter((n) => n === room).length),
      ),
    ...kinds.map((kind) => line(`(${kind})`, (v) => v.mutant.kind === kind, 0)),
    line("all", () => true, r.notReached.length),
  ];
}

/** The sample of values. */
function ofValues({ values, valuesFound }: Report): string[] {
  if (values.length === 0) return [];
  const lines = (list: readonly Judged[], name: string): string => {
    const killed = list.filter(isKilled).length;
    const changing = list.filter((v) => isKilled(v) || v.changed > 0).length;
    const rate = (of: number) => (of === 0 ? "-" : `${percent(killed, of)} %`);
    const cells = [list.length, changing, killed, rate(list.length), rate(changing)];
    return row([name, ...cells]);
  };
  const rooms = [...new Set(values.map(({ room }) => room))].toSorted();
  return [
    `${values.length} of ${valuesFound} were tried; no reasons are kept for those that survive`,
    row(["room", "tried", "change a run", "killed", "of tried", "of changing"]),
    ...rooms.map((room) =>
      lines(
        values.filter((v) => v.room === room),
        room,
      ),
    ),
    ...valueKinds.map((kind) =>
      lines(
        values.filter((v) => v.mutant.kind === kind),
        `(${kind})`,
      ),
    ),
    lines(values, "all"),
  ];
}

const silentLines = (r: Report): string[] =>
  silent(r).map((promise) => `${promise}: ${r.silences[promise] ?? "no reason is written down"}`);

function survivor({ key, runs, changed, idle }: Verdict, reason: string | undefined): string[] {
  const how = idle ? "it never did anything" : `changed ${changed}`;
  return [`${key} (${runs} runs, ${how})`, `  ${reason ?? "no reason is written down"}`];
}

function stale(r: Report): string[] {
  const byKey = new Map(r.verdicts.map((v) => [v.key, v]));
  return Object.keys(r.reasons).flatMap((key) => {
    const verdict = byKey.get(key);
    if (verdict?.killed !== undefined) return [`${key}: it is killed by ${verdict.killed.promise}`];
    return verdict === undefined && r.complete ? [`${key}: no run comes to such a mutant`] : [];
  });
}

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines];

/** The figure three ways: of all that was reached, without those which changed no run that came to
 *  them, and without those that the reasons show to be none. */
function figures(r: Report): string[] {
  const killed = r.verdicts.filter(isKilled).length;
  const of = (what: string, whole: number) =>
    `${killed} of ${whole} ${what}: ${whole === 0 ? "-" : percent(killed, whole)} %`;
  const changing = r.verdicts.filter((v) => isKilled(v) || v.changed > 0).length;
  const counted = r.verdicts.filter((v) => !isNone(r, v)).length;
  return [
    of("that were reached", r.verdicts.length),
    of("that changed a run", changing),
    of("that are not equivalent", counted),
  ];
}

/** Lines for people. */
export function reportLines(r: Report): string[] {
  const survivors = r.verdicts.filter((v) => !isKilled(v));
  const lines = (list: readonly Verdict[]) => list.flatMap((v) => survivor(v, r.reasons[v.key]));
  const changing = survivors.filter(({ changed }) => changed > 0);
  const same = survivors.filter(({ changed }) => changed === 0);
  return [
    ...table(r),
    ...titled("killed", figures(r)),
    ...titled("wrong values: a sample", ofValues(r)),
    ...titled("promise: mutants whose first broken promise it is", killerLines(r)),
    ...titled("monitors that killed nothing, not even alone", silentLines(r)),
    ...titled(`survivors that change runs: ${changing.length}`, lines(changing)),
    ...titled(`no difference in any run: ${same.length}`, lines(same)),
    ...titled("reasons that nobody needs any more", stale(r)),
  ];
}

/** One line for a mutant that died, for whoever wants all of them. */
export const killLine = ({ mutant, runs, killed }: Verdict): string =>
  `${mutantKey(mutant)}: ${killed?.promise ?? "survives"} after ${runs} runs` +
  (killed === undefined ? "" : `, seed ${killed.seed}: ${killed.text}`);
