// Shrinks a failing list to a part that still fails, in few runs. It first looks for the needed
// items one by one from the back, each by bisection: about k * (log2(n) + 1) runs when k of n are
// needed, 2n when all are, as long as more items never hide the failure. Then it tries to leave out
// each item that is left: that proves the result one-minimal, and repairs what bisection got wrong
// when items do hide the failure. Whatever `fails` answers, the result is a list that was seen to
// fail. It comes as a generator too, so that whoever drives it can pause between two runs.

export interface DdminOptions {
  /** The most calls of `fails`. */
  readonly budget: number;
}

export interface DdminResult<T> {
  /** A subsequence of the given items that fails. */
  readonly items: readonly T[];
  /** How often `fails` was called. */
  readonly runs: number;
  /** True when leaving out any one item was seen to pass; false when the budget ended before. */
  readonly complete: boolean;
}

/** `fails` must give the same answer for the same subset. */
export function ddmin<T>(
  items: readonly T[],
  fails: (subset: readonly T[]) => boolean,
  options: DdminOptions,
): DdminResult<T> {
  const steps = ddminSteps(items, options);
  let turn = steps.next();
  while (!turn.done) turn = steps.next(fails(turn.value));
  return turn.value;
}

/** Yields a subset to try, and is told whether it fails. */
export function* ddminSteps<T>(
  items: readonly T[],
  { budget }: DdminOptions,
): Steps<T, DdminResult<T>> {
  if (!Number.isInteger(budget) || budget < 1) {
    throw new Error(`ddmin: budget is ${budget}; give a whole number of runs, at least 1`);
  }
  const trials = new Trials(items, budget);
  const whole = items.map((_, index) => index);
  if ((yield* trials.run(whole)) !== "fails") {
    throw new Error(
      `ddmin: the full list of ${items.length} items does not fail, so there is nothing to ` +
        "minimise; check that the replay gets the same seed and variants as the failing run",
    );
  }
  const { kept, complete } = yield* dropOneByOne(trials, yield* bisectFromBack(trials, whole));
  return { items: trials.subset(kept), runs: trials.runs, complete };
}

type Steps<T, R> = Generator<readonly T[], R, boolean>;
type Outcome = "fails" | "passes" | "unaffordable";

/** Runs subsets, given as ascending indices: each at most once, and no more than the budget. */
class Trials<T> {
  runs = 0;
  private readonly items: readonly T[];
  private readonly budget: number;
  private readonly known = new Map<string, boolean>();

  constructor(items: readonly T[], budget: number) {
    this.items = items;
    this.budget = budget;
  }

  *run(indices: readonly number[]): Steps<T, Outcome> {
    const key = indices.join();
    let failed = this.known.get(key);
    if (failed === undefined) {
      if (this.runs === this.budget) return "unaffordable";
      this.runs++;
      failed = yield this.subset(indices);
      this.known.set(key, failed);
    }
    return failed ? "fails" : "passes";
  }

  subset(indices: readonly number[]): readonly T[] {
    return indices.map((index) => this.items[index] as T);
  }
}

/**
 * `kept` must fail. Holds throughout: the first `open` of kept, with `needed` behind them, fail.
 * Each round finds a prefix that fails where the prefix one shorter passes; its last item is
 * needed. The first probe looks no further than the last gap was wide: needed items often come in
 * clusters.
 */
function* bisectFromBack<T>(
  trials: Trials<T>,
  kept: readonly number[],
): Steps<T, readonly number[]> {
  let needed: readonly number[] = [];
  let open = kept.length;
  let gap = open;
  const withPrefix = (length: number) => [...kept.slice(0, length), ...needed];
  while (open > 0) {
    const alone = yield* trials.run(needed);
    if (alone === "fails") return needed;
    if (alone === "unaffordable") break;
    const from = open;
    let passing = 0;
    let probe = Math.max(open - gap, open >>> 1);
    while (open - passing > 1) {
      const outcome = yield* trials.run(withPrefix(probe));
      if (outcome === "unaffordable") return withPrefix(open);
      if (outcome === "fails") open = probe;
      else passing = probe;
      probe = (passing + open) >>> 1;
    }
    gap = from - open + 1;
    needed = [...kept.slice(open - 1, open), ...needed];
    open--;
  }
  return withPrefix(open);
}

/** `kept` must fail. Leaves items out, round and round from the back, until none can be. */
function* dropOneByOne<T>(
  trials: Trials<T>,
  failing: readonly number[],
): Steps<T, { kept: readonly number[]; complete: boolean }> {
  let kept = failing;
  let at = kept.length - 1;
  let needed = 0; // how many in a row were seen to be needed since the last that was dropped
  while (needed < kept.length) {
    const without = kept.filter((_, position) => position !== at);
    const outcome = yield* trials.run(without);
    if (outcome === "unaffordable") return { kept, complete: false };
    if (outcome === "fails") {
      kept = without;
      needed = 0;
    } else {
      needed++;
    }
    at = at > 0 ? at - 1 : kept.length - 1;
  }
  return { kept, complete: true };
}
