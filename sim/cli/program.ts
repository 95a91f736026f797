// The verbs of the command line. Their flags and their help are in the files that add them, what
// they do in files of their own, which are loaded when they are asked for.

import process from "node:process";
import { Command } from "commander";
import { addCheckTrace } from "./check-trace/verbs.ts";
import { addCompare } from "./compare/verbs.ts";
import { addCompletion } from "./completion/verbs.ts";
import { addExplain } from "./explain/verbs.ts";
import { addExplore } from "./explore/verbs.ts";
import { example } from "./flags.ts";
import { addHunt } from "./hunt/verbs.ts";
import { addNew } from "./new/verbs.ts";
import { addStep } from "./step/verbs.ts";
import { addDiff, addTrace } from "./trace/verbs.ts";
import { addCoverage, addMinimise, addMutants, addReplay, addRpl, addRun } from "./verbs.ts";

/** That of package.json; a test holds the two together. */
const VERSION = "0.1.0";

/** `finish` gets the exit status of the verb that ran. */
export function buildProgram(finish: (status: number) => void): Command {
  // Set before the verbs are added: they inherit it.
  const program = new Command("scoutsim")
    .description("Deterministic cluster simulator for the protocol logic of scoutfs")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: (text) => process.stdout.write(text) })
    .helpCommand(false)
    .addHelpText("after", example("scoutsim run scenarios/*.scn"));
  const failures = [addReplay, addMinimise, addExplain, addStep, addCompare];
  const others = [addExplore, addCoverage, addRpl, addMutants];
  const traces = [addTrace, addDiff, addCheckTrace, addNew, addCompletion];
  for (const add of [addRun, addHunt, ...failures, ...others, ...traces]) add(program, finish);
  return program;
}
