// `scoutsim compare`: its flags and its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { collect, example, JSON_FLAG, SEEDS, seedText } from "../flags.ts";
import type { CompareOptions } from "./compare.ts";

export function addCompare(program: Command, finish: (status: number) => void): void {
  program
    .command("compare")
    .description(
      "try a fix: which failures it removes and adds, and whether it ends one or only moves it; " +
        "exit 1 when it adds some or does not fix",
    )
    .option("--variant <id>", "the change to try; may be given again", collect, [])
    .option(
      "--against <name>",
      "main, mended or a variant; with an artifact its own variants unless told, else main",
    )
    .option("--artifact <file>", "a failure of hunt --out: try runs near it too")
    .option("--runs <n>", "seeds, and as many runs near the artifact", "200")
    .option("--seed <text>", SEEDS, seedText, "compare")
    .option("--workers <n>", "threads; one per processor unless told")
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim compare --variant ID --against main --runs 1000"))
    .action(async (options: CompareOptions) =>
      finish(await (await import("./compare.ts")).compare(options)),
    );
}
