// `scoutsim step`: its flags and its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { collect, example, someText, WORLD } from "../flags.ts";
import type { StepOptions } from "./step.ts";

export function addStep(program: Command, finish: (status: number) => void): void {
  program
    .command("step")
    .description("go through a run event by event and step by step, forward and back")
    .argument(
      "<artifact|scenario|seed>",
      "a file of hunt --out, a .scn file, or a hunt's seed",
      someText("artifact, scenario or seed"),
    )
    .option("--variant <id>", "bind a variant too; may be given again", collect, [])
    .option("--without-variants", "leave out the variants that the artifact names")
    .option("--world <n>", WORLD, "1")
    .addHelpText("after", example("printf 'to violation\\nback 3\\nwaits\\n' | scoutsim step FILE"))
    .action(async (what: string, options: StepOptions) =>
      finish(await (await import("./step.ts")).step(what, options)),
    );
}
