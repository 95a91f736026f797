// `scoutsim compare`: the same runs without a change and with it. What it says depends on its flags
// alone, and not on how many workers shared the runs.

import type { Expectation } from "../../cluster/trial/artifact.ts";
import { withVariantList } from "../../cluster/trial/found.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import { aroundOf, differenceOf, ITSELF, type Pair, verdictOf } from "../../explore/compare.ts";
import { UserError } from "../../report/user-error.ts";
import { artifactIn } from "../artifact-file.ts";
import { wholeNumber } from "../flags.ts";
import { defaultWorkers, Pool } from "../hunt/pool.ts";
import { type Interrupt, onInterrupt } from "../interrupt.ts";
import { clearProgress, progress, writeJson, writeLine } from "../output.ts";
import type { CompareJob, Sides } from "./job.ts";
import { linesOf, type Near, type Report, succeeds } from "./report.ts";
import { sidesOf } from "./sides.ts";

export interface CompareOptions {
  readonly variant: readonly string[];
  readonly against?: string;
  readonly artifact?: string;
  readonly runs: string;
  readonly seed: string;
  readonly workers?: string;
  readonly json?: true;
}

/** So many at a time go to a worker. */
const AT_ONCE = 10;

interface Asked {
  readonly runs: number;
  readonly seed: string;
  readonly sides: Sides;
  readonly near: { readonly trial: Trial; readonly expectation: Expectation } | undefined;
}

function askedFor(o: CompareOptions): Asked {
  if (o.variant.length === 0) {
    throw new UserError("expected --variant ID, the change to try; see scoutsim compare --help");
  }
  const runs = wholeNumber("--runs", o.runs);
  const artifact = o.artifact === undefined ? undefined : artifactIn(o.artifact);
  const own = artifact?.plan.variants ?? [];
  const sides = sidesOf(o.variant, o.against === undefined ? own : [o.against]);
  for (const names of [sides.before, sides.after]) boundTo(names);
  if (artifact === undefined) return { runs, seed: o.seed, sides, near: undefined };
  const { plan, tape, course, expectation } = artifact;
  if (course !== undefined) {
    throw new UserError(
      "what a search found has no runs near it: explore its plan with the change instead",
      { file: o.artifact as string },
    );
  }
  const trial = withVariantList({ plan, tape }, sides.before);
  return { runs, seed: o.seed, sides, near: { trial, expectation } };
}

/** The exit status: 0 when it fixes and adds nothing. */
export async function compare(o: CompareOptions): Promise<number> {
  const asked = askedFor(o);
  const workers = o.workers === undefined ? defaultWorkers() : wholeNumber("--workers", o.workers);
  const interrupt = onInterrupt();
  const pool = new Pool(Math.min(workers, Math.ceil(asked.runs / AT_ONCE)), interrupt);
  try {
    const report = await reportOf(asked, pool, interrupt);
    clearProgress();
    if (o.json) writeJson(report);
    else for (const line of linesOf(report)) writeLine(line);
    return succeeds(report) ? 0 : 1;
  } finally {
    interrupt.release();
    await pool.end();
  }
}

async function reportOf(asked: Asked, pool: Pool, interrupt: Interrupt): Promise<Report> {
  const { runs, seed, sides } = asked;
  const near = asked.near && (await nearOf(asked.near, asked, pool, interrupt));
  const numbers = Array.from({ length: runs }, (_, n) => n);
  const pairs = await allPairs({ of: { seed }, numbers, sides }, pool, interrupt, "seeds");
  const stopped = interrupt.isStopped();
  return { seed, sides, stopped, seeds: differenceOf(pairs), near };
}

async function nearOf(
  { trial, expectation }: NonNullable<Asked["near"]>,
  { runs, sides }: Asked,
  pool: Pool,
  interrupt: Interrupt,
): Promise<Near> {
  const numbers = Array.from({ length: runs }, (_, i) => ITSELF + i);
  const job = { of: { near: trial }, numbers, sides };
  const pairs = await allPairs(job, pool, interrupt, "runs near the artifact");
  const before = aroundOf(pairs, "before", expectation);
  const after = aroundOf(pairs, "after", expectation);
  const { promise, place, text } = expectation;
  return {
    failure: { promise, place, text },
    before,
    after,
    verdict: verdictOf(before, after),
    around: differenceOf(pairs),
  };
}

/** In the order of their numbers, whoever did them. */
async function allPairs(
  { of, numbers, sides }: Omit<CompareJob, "do">,
  pool: Pool,
  interrupt: Interrupt,
  what: string,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let next = 0;
  const nextJob = (): CompareJob | undefined => {
    if (interrupt.isStopped() || next >= numbers.length) return undefined;
    const some = numbers.slice(next, next + AT_ONCE);
    next += some.length;
    return { do: "compare", of, numbers: some, sides };
  };
  await pool.doAll(nextJob, (result) => {
    pairs.push(...result.pairs);
    progress(`${pairs.length} of ${numbers.length} ${what}, each twice`);
  });
  return pairs.sort((x, y) => x.n - y.n);
}
