// `scoutsim explain`: its flags and its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { example } from "../flags.ts";
import type { ExplainOptions } from "./explain.ts";

export function addExplain(program: Command, finish: (status: number) => void): void {
  program
    .command("explain")
    .description("say why a kept failure came about; exit 1 when nothing breaks any more")
    .argument("<artifact>", "a file of hunt --out")
    .option("--lines <n>", "how many records of what it depends on", "40")
    .option("--runs <n>", "at most, to find from when to when each delay makes it fail", "1000")
    .option("--points <n>", "moments to go back to", "40")
    .option("--samples <n>", "how often to go on from each by fresh chance", "20")
    .addHelpText("after", example("scoutsim explain found/iso1-1.json"))
    .action(async (file: string, options: ExplainOptions) =>
      finish(await (await import("./explain.ts")).explain(file, options)),
    );
}
