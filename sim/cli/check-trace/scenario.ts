// The skeleton of a scenario as a file: run once, so that its output is there to be compared.

import { scenarioExecutor } from "../../cluster/scenario/scenario.ts";
import { type Skeleton, skeletonText } from "../../real/skeleton.ts";
import { parseScn, printScn, runScn } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { writeTextFile } from "../files.ts";

type Say = (line: string) => void;

export function writeSkeleton(file: string, skeleton: Skeleton, say: Say): void {
  const text = skeletonText(skeleton);
  writeTextFile(file, withOutput(text, file, say));
  say(`wrote ${file}: go through it with scoutsim step ${file}`);
}

/** As it is where the model refuses to go that way: its commands are still a beginning. */
function withOutput(text: string, file: string, say: Say): string {
  try {
    return printScn(runScn(parseScn(text, file), scenarioExecutor()));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`the skeleton does not run yet: ${error.message}`);
    return text;
  }
}
