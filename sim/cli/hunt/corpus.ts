// `scoutsim corpus`: how often hunts find each bug of the corpus, and what that costs. Each hunt
// has seeds of its own and ends when a plan shows the bug, passes without it, and breaks a promise
// that the variant names; one that comes to its limit has not found it.

import { variants } from "../../../src/variants/index.ts";
import { variantOf } from "../../cluster/world/variant-names.ts";
import { writeTextFile } from "../files.ts";
import { numberOrNone, wholeNumber } from "../flags.ts";
import { onInterrupt } from "../interrupt.ts";
import { clearProgress, progress, writeLine } from "../output.ts";
import { bugHead, bugLine } from "./bug-lines.ts";
import { type Cost, corpusText, readCorpus } from "./corpus-file.ts";
import type { MeasureJob, MeasureResult } from "./jobs.ts";
import { defaultWorkers, Pool } from "./pool.ts";

export interface CorpusOptions {
  readonly hunts: string;
  readonly seconds: string;
  readonly seed: string;
  readonly workers?: string;
  readonly small: string;
  readonly out?: string;
}

const MS = 1000;

/** What is hunted when nobody says what: the bugs, but not our own repairs. */
export const corpusIds = (): string[] =>
  variants.filter(({ kind }) => kind !== "repair").map(({ id }) => id);

/** The exit status: 1 when some bug was not found in every hunt. */
export async function measureCorpus(asked: readonly string[], o: CorpusOptions): Promise<number> {
  const ids = asked.length > 0 ? asked.map((id) => variantOf(id).id) : corpusIds();
  const hunts = wholeNumber("--hunts", o.hunts);
  const limitCpuMs = wholeNumber("--seconds", o.seconds) * MS;
  const small = numberOrNone("--small", o.small);
  const workers = o.workers === undefined ? defaultWorkers() : wholeNumber("--workers", o.workers);
  const interrupt = onInterrupt();
  const pool = new Pool(workers, interrupt, { kind: "processes" });
  const jobs = ids.flatMap((id) =>
    Array.from({ length: hunts }, (_, n): MeasureJob => {
      return { do: "measure", id, seed: `${o.seed}-${n}`, limitCpuMs, minimise: n < small };
    }),
  );
  const total = jobs.length;
  const results: MeasureResult[] = [];
  try {
    const next = () => (interrupt.isStopped() ? undefined : jobs.shift());
    writeLine(bugHead());
    await pool.doAll(next, (result) => {
      results.push(result);
      const mine = results.filter(({ id }) => id === result.id);
      clearProgress();
      if (mine.length === hunts) writeLine(bugLine(variantOf(result.id), costOf(result.id, mine)));
      progress(`${results.length} of ${total} hunts`);
    });
  } finally {
    interrupt.release();
    await pool.end();
  }
  clearProgress();
  const costs = ids
    .map((id) =>
      costOf(
        id,
        results.filter((r) => r.id === id),
      ),
    )
    .filter((cost) => cost.hunts === hunts);
  if (costs.length < ids.length) writeLine(`stopped: ${costs.length} of ${ids.length} measured`);
  if (o.out !== undefined) keep(o.out, o.seed, limitCpuMs / MS, costs);
  return costs.every((cost) => cost.found === cost.hunts) ? 0 : 1;
}

export function costOf(id: string, results: readonly MeasureResult[]): Cost {
  const found = results.filter(({ seed }) => seed !== undefined);
  const steps = found.flatMap(({ small }) => small?.value.plan.steps.length ?? []);
  const spread = (values: readonly number[]) => ({
    median: at(values, 0.5),
    p90: at(values, 0.9),
  });
  if (found.length === 0) return { id, hunts: results.length, found: 0 };
  return {
    ...{ id, hunts: results.length, found: found.length },
    runs: spread(found.map(({ runs }) => runs)),
    cpuSeconds: spread(found.map(({ cpuMs }) => Math.round(cpuMs / 10) / 100)),
    ...(steps.length === 0 ? {} : { steps: at(steps, 0.5) }),
  };
}

/** The smallest value that this share of them does not exceed. */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

/** What was measured before of other bugs stays. */
function keep(file: string, seed: string, limitCpuSeconds: number, costs: readonly Cost[]): void {
  const known = readCorpus(file)?.bugs ?? [];
  const all = new Map([...known, ...costs].map((cost) => [cost.id, cost]));
  const bugs = variants.flatMap(({ id }) => all.get(id) ?? []);
  writeTextFile(file, corpusText({ seed, limitCpuSeconds, bugs }));
}
