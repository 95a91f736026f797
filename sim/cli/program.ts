// The verbs, their flags and their help. What a verb does is in its own file.

import process from "node:process";
import { Command } from "commander";
import { demo } from "../cluster/demo.ts";
import { writeLine } from "./output.ts";
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

  program
    .command("demo")
    .description("show a short run with its trace")
    .addHelpText("after", example("scoutsim demo | less -S"))
    .action(() => finish(demo(writeLine)));

  return program;
}

const example = (command: string): string => `\nExample:\n  ${command}\n`;
