// The verbs, their flags and their help. What a verb does is in its own file.

import process from "node:process";
import { Command } from "commander";
import { demo } from "../cluster/demo.ts";
import { addCoverage } from "./coverage.ts";
import { collect, example } from "./flags.ts";
import { addHunt } from "./hunt/verbs.ts";
import { addMutants } from "./mutants.ts";
import { writeLine } from "./output.ts";
import { type ReplayOptions, replay } from "./replay.ts";
import { addRpl } from "./rpl.ts";
import { runFiles } from "./run.ts";

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

  program
    .command("run")
    .description("run scenario files and report where their output differs")
    .argument("<file...>", "scenario files (.scn)")
    .option("--golden", "rewrite the files with the output of this run")
    .addHelpText("after", example("scoutsim run scenarios/farewell.scn"))
    .action((files: readonly string[], options: { readonly golden?: true }) => {
      finish(runFiles(files, { onDifference: options.golden ? "rewrite" : "report" }));
    });

  addHunt(program, finish);
  program
    .command("replay")
    .description("run a failure again and show how it ends; exit 1 when a promise was broken")
    .argument("<artifact|seed>", "a file of hunt --out, or a seed as the hunt printed it")
    .option("--variant <id>", "bind a variant too; may be given again", collect, [])
    .option("--without-variants", "leave out the variants that the artifact names")
    .option("--lines <n>", "how many lines of the trace", "40")
    .addHelpText("after", example("scoutsim replay today:17"))
    .action((what: string, options: ReplayOptions) => finish(replay(what, options)));

  addCoverage(program, finish);
  addRpl(program, finish);
  addMutants(program, finish);

  program
    .command("demo")
    .description("show a short run with its trace")
    .addHelpText("after", example("scoutsim demo | less -S"))
    .action(() => finish(demo(writeLine)));

  return program;
}
