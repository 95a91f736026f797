// `scoutsim coverage`: what runs of the general generator come to, the never reached first.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countRun, knownPairs } from "../cluster/trial/count-runs.ts";
import { planOf } from "../cluster/trial/trial.ts";
import { unreached } from "../cluster/trial/unreached.ts";
import { boundTo } from "../cluster/world/variants.ts";
import { countsOf, coverageLines, marksIn, newCoverage } from "../explore/coverage.ts";
import { seedOf } from "../explore/hunt.ts";
import { wholeNumber } from "./flags.ts";
import { onInterrupt } from "./interrupt.ts";
import { clearProgress, progress, writeJson, writeLine } from "./output.ts";

const PROTOCOL = fileURLToPath(new URL("../../src/", import.meta.url));

/** The notes that the protocol's sources hold. */
export function knownMarks(): string[] {
  const files = readdirSync(PROTOCOL, { recursive: true }) as string[];
  const sources = files.filter((file) => file.endsWith(".ts") && !file.startsWith("variants"));
  return sources.sort().flatMap((file) => marksIn(readFileSync(join(PROTOCOL, file), "utf8")));
}

export interface CoverageOptions {
  readonly runs?: string;
  readonly seconds?: string;
  readonly seed: string;
  readonly variant: readonly string[];
  readonly json?: true;
}

const DEFAULT_RUNS = 300;
const MS = 1000;

/** The exit status. Ctrl-C tells what there is so far. */
export async function countCoverage(o: CoverageOptions): Promise<number> {
  boundTo(o.variant);
  const seconds = o.seconds === undefined ? undefined : wholeNumber("--seconds", o.seconds);
  const asked = o.runs === undefined ? undefined : wholeNumber("--runs", o.runs);
  const runs = asked ?? (seconds === undefined ? DEFAULT_RUNS : Number.MAX_SAFE_INTEGER);
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds * MS;
  const coverage = newCoverage();
  const interrupt = onInterrupt();
  const goesOn = (n: number) => n < runs && Date.now() < endMs && !interrupt.isStopped();
  for (let n = 0; n === 0 || goesOn(n); n++) {
    countRun(coverage, planOf(seedOf(o.seed, n), o.variant));
    progress(`${coverage.runs} runs`);
    await interrupt.pause();
  }
  interrupt.release();
  clearProgress();
  const known = { marks: knownMarks(), pairs: knownPairs, reasons: unreached };
  const counts = countsOf(coverage, known);
  if (o.json) writeJson({ seed: o.seed, variants: o.variant, ...counts });
  else for (const line of coverageLines(counts, known)) writeLine(line);
  return 0;
}
