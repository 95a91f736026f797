// `scoutsim explain`: its flags and its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { collect, example, JSON_FLAG, someText } from "../flags.ts";
import type { ExplainOptions } from "./explain.ts";

export function addExplain(program: Command, finish: (status: number) => void): void {
  program
    .command("explain")
    .description("say why a run broke a promise; exit 1 when nothing is broken")
    .argument(
      "<artifact|seed>",
      "a file of hunt --out, or a seed as the hunt printed it, which takes longer",
      someText("artifact or seed"),
    )
    .option("--variant <id>", "bind a variant too; may be given again", collect, [])
    .option("--lines <n>", "how many records of what it depends on", "40")
    .option("--runs <n>", "at most, to find from when to when each delay makes it fail", "1000")
    .option("--points <n>", "moments to go back to", "40")
    .option("--samples <n>", "how often to go on from each by fresh chance", "20")
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim explain found/iso1-1.json"))
    .action(async (what: string, options: ExplainOptions) =>
      finish(await (await import("./explain.ts")).explain(what, options)),
    );
}
