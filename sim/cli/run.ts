// `scoutsim run`: scenario files against the model as it is now.

import { scenarioExecutor } from "../cluster/scenario/scenario.ts";
import type { Scenario } from "../report/scn.ts";
import { checkScn, formatDifference, parseScn, printScn, runScn } from "../report/scn.ts";
import { readTextFile, writeTextFile } from "./files.ts";
import { colour, writeLine } from "./output.ts";
import { builders } from "./worlds.ts";

export interface RunOptions {
  readonly onDifference: "report" | "rewrite";
}

interface Source {
  readonly text: string;
  readonly scenario: Scenario;
}

/** The exit status. All files are read before the first one runs, so bad input costs no wait. */
export function runFiles(files: readonly string[], options: RunOptions): number {
  const sources = files.map((file) => {
    const text = readTextFile(file);
    return { text, scenario: parseScn(text, file) };
  });
  if (options.onDifference === "rewrite") {
    for (const source of sources) rewrite(source);
    return 0;
  }
  const failed = sources.filter(({ scenario }) => !agrees(scenario)).length;
  if (failed === 0) return 0;
  writeLine(`${failed} of ${sources.length} files differ; accept with scoutsim run --golden`);
  return 1;
}

function agrees(scenario: Scenario): boolean {
  const difference = checkScn(scenario, scenarioExecutor(builders));
  if (difference === undefined) {
    writeLine(`${colour("green", "ok")} ${scenario.file}`);
    return true;
  }
  for (const line of formatDifference(difference)) writeLine(colourOfDiff(line));
  return false;
}

function rewrite({ text, scenario }: Source): void {
  const now = printScn(runScn(scenario, scenarioExecutor(builders)));
  if (now !== text) writeTextFile(scenario.file, now);
  writeLine(`${now === text ? "unchanged" : "rewritten"} ${scenario.file}`);
}

function colourOfDiff(line: string): string {
  if (line.startsWith("  - ")) return colour("red", line);
  if (line.startsWith("  + ")) return colour("green", line);
  return line;
}
