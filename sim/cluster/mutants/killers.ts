// Which promise each mutant broke first: whether every monitor is of use. One that others always
// forestall is asked alone; one that kills nothing even then needs a reason.

import { allMonitors } from "../plan/judged.ts";
import type { Verdict } from "./hunt.ts";

/** Promises that no monitor makes. */
const OTHERS = ["CRASH", "BOUND", "REST", "ERROR"] as const;
const monitors: readonly string[] = allMonitors.map(({ promise }) => promise);
export const judges = (): string[] => [...monitors, ...OTHERS];

export interface Kills {
  readonly verdicts: readonly Verdict[];
  readonly values: readonly Verdict[];
  /** Promises that break when only they are watched, and by which mutant, besides those that were
   *  the first to. */
  readonly alsoBroken: ReadonlyMap<string, string>;
}

const killsOf = (verdicts: readonly Verdict[], promise: string): Verdict[] =>
  verdicts.filter(({ killed }) => killed?.promise === promise);

/** Promises that no mutant broke first. */
export const neverFirst = ({ verdicts, values }: Omit<Kills, "alsoBroken">): string[] =>
  judges().filter((p) => killsOf([...verdicts, ...values], p).length === 0);

/** Monitors that see nothing, not even alone. */
export const silent = (k: Kills): string[] =>
  neverFirst(k).filter((p) => monitors.includes(p) && !k.alsoBroken.has(p));

const row = (cells: readonly (string | number)[]): string =>
  cells.map((c, i) => (i === 0 ? String(c).padEnd(10) : String(c).padStart(8))).join("");

/** A table with an example for each, of those that few runs were needed for. */
export function killerLines(k: Kills): string[] {
  const lines = judges().map((promise) => {
    const of = [killsOf(k.verdicts, promise), killsOf(k.values, promise)] as const;
    const [easiest] = of.flat().toSorted((x, y) => x.runs - y.runs);
    const alone = k.alsoBroken.get(promise);
    const example = easiest?.key ?? (alone === undefined ? "nothing" : `when alone: ${alone}`);
    return `${row([promise, ...of.map((kills) => kills.length)])}  ${example}`;
  });
  return [`${row(["", "effects", "values"])}  for example`, ...lines];
}
