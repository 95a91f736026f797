// Two answers to one question, over the same runs: which failures the second removes and adds, and
// whether it has ended a failure or only moved it. Failures are told apart by promise and place.

import { type Failure, keyOf } from "./hunt.ts";
import { type Share, wilson } from "./wilson.ts";

/** How the same run ended without the change and with it; undefined: no promise was broken. */
export interface Pair {
  readonly n: number;
  readonly before: Failure | undefined;
  readonly after: Failure | undefined;
}

/** A distinct failure, and how many runs of each side met it. */
export interface Row {
  readonly promise: string;
  readonly place: string;
  readonly text: string;
  readonly before: number;
  readonly after: number;
  /** The first run that met it. */
  readonly n: number;
  /** Of one that is removed or added: each of its runs ends by another failure on the other side,
   *  which may come first and hide it there. */
  readonly mayBeHidden: boolean;
}

export interface Difference {
  readonly runs: number;
  readonly failing: { readonly before: number; readonly after: number };
  readonly removed: readonly Row[];
  readonly added: readonly Row[];
  readonly kept: readonly Row[];
}

/** In the order of the runs that first met them. */
export function differenceOf(pairs: readonly Pair[]): Difference {
  const inOrder = pairs.toSorted((x, y) => x.n - y.n);
  const rows = rowsOf(inOrder);
  return {
    runs: pairs.length,
    failing: {
      before: pairs.filter((p) => p.before !== undefined).length,
      after: pairs.filter((p) => p.after !== undefined).length,
    },
    removed: rows.filter((row) => row.after === 0),
    added: rows.filter((row) => row.before === 0),
    kept: rows.filter((row) => row.before > 0 && row.after > 0),
  };
}

function rowsOf(pairs: readonly Pair[]): Row[] {
  const rows = new Map<string, Row>();
  const meet = (failure: Failure | undefined, p: Pair, side: "before" | "after") => {
    if (failure === undefined) return;
    const key = keyOf(failure);
    const { promise, place, text } = failure;
    const fresh = { promise, place, text, before: 0, after: 0, n: p.n, mayBeHidden: true };
    const row = rows.get(key) ?? fresh;
    const other = side === "before" ? p.after : p.before;
    const mayBeHidden = row.mayBeHidden && other !== undefined;
    rows.set(key, { ...row, [side]: row[side] + 1, mayBeHidden });
  };
  for (const p of pairs) {
    meet(p.before, p, "before");
    meet(p.after, p, "after");
  }
  return [...rows.values()];
}

export type Verdict = "fixed" | "moved" | "no difference" | "cannot tell: more runs";

/** One side of the neighbourhood of a failing run. */
export interface Around {
  /** Fails in the same way. */
  readonly same: Share;
  /** Breaks the same promise elsewhere. */
  readonly elsewhere: Share;
  /** Whether the failing run itself fails so. */
  readonly itself: boolean;
}

export function aroundOf(pairs: readonly Pair[], side: "before" | "after", f: Failure): Around {
  const of = pairs.length;
  const failures = pairs.flatMap((p) => p[side] ?? []);
  const same = failures.filter((x) => keyOf(x) === keyOf(f)).length;
  const promise = failures.filter((x) => x.promise === f.promise).length;
  const [itself] = pairs.filter(({ n }) => n === ITSELF);
  const own = itself?.[side];
  return {
    same: { count: same, of },
    elsewhere: { count: promise - same, of },
    itself: own !== undefined && keyOf(own) === keyOf(f),
  };
}

/** The number of the failing run among those around it: with nothing moved. */
export const ITSELF = 0;

const isBelow = (x: Share, y: Share): boolean => wilson(x).high < wilson(y).low;

/** Moved: it still comes about, be it at other times, more rarely or at another place. */
export function verdictOf(before: Around, after: Around): Verdict {
  if (before.same.count === 0) return "cannot tell: more runs";
  if (isBelow(before.elsewhere, after.elsewhere)) return "moved";
  const isRarer = isBelow(after.same, before.same);
  if (after.same.count === 0) return isRarer ? "fixed" : "cannot tell: more runs";
  return isRarer || (before.itself && !after.itself) ? "moved" : "no difference";
}
