// `scoutsim new`: its flags and its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { example } from "../flags.ts";
import type { NewOptions } from "./new.ts";

export function addNew(program: Command, finish: (status: number) => void): void {
  program
    .command("new")
    .description("write the skeleton of a scenario, a variant or a monitor")
    .argument("<scenario|variant|monitor>", "what it is to be")
    .argument("<name>", "words with dashes; of a monitor a promise, like NET5")
    .option("--dir <folder>", "write it there instead of into its folder of scoutsim")
    .addHelpText("after", example("scoutsim new variant server-forgets-clients"))
    .action(async (what: string, name: string, options: NewOptions) =>
      finish((await import("./new.ts")).writeNew(what, name, options)),
    );
}
