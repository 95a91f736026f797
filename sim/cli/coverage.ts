// `scoutsim coverage`: what runs of the general generator come to, the never reached first.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countRun } from "../cluster/trial/count-runs.ts";
import { planOf } from "../cluster/trial/trial.ts";
import { boundTo } from "../cluster/world/variants.ts";
import { coverageLines, marksIn, newCoverage } from "../explore/coverage.ts";
import { seedOf } from "../explore/hunt.ts";
import { UserError } from "../report/user-error.ts";
import { writeLine } from "./output.ts";

const PROTOCOL = fileURLToPath(new URL("../../src/", import.meta.url));

/** The notes that the protocol's sources hold. */
function knownMarks(): string[] {
  const files = readdirSync(PROTOCOL, { recursive: true }) as string[];
  const sources = files.filter((file) => file.endsWith(".ts") && !file.startsWith("variants"));
  return sources.sort().flatMap((file) => marksIn(readFileSync(join(PROTOCOL, file), "utf8")));
}

export interface CoverageOptions {
  readonly runs: string;
  readonly seed: string;
  readonly variant: readonly string[];
}

/** The exit status. */
export function countCoverage(o: CoverageOptions): number {
  boundTo(o.variant);
  const runs = /^\d{1,9}$/.test(o.runs) ? Number(o.runs) : 0;
  if (runs === 0) {
    throw new UserError(`--runs takes a whole number from 1 to 999999999, not "${o.runs}"`);
  }
  const coverage = newCoverage();
  for (let n = 0; n < runs; n++) countRun(coverage, planOf(seedOf(o.seed, n), o.variant));
  for (const line of coverageLines(coverage, knownMarks())) writeLine(line);
  return 0;
}
