// The verbs that are one file each: their flags and their help. What a verb does is loaded when it
// is asked for, so that `scoutsim --help` need not load the model.

import type { Command } from "commander";
import type { CoverageOptions } from "./coverage.ts";
import { collect, example, JSON_FLAG, SEEDS, seedText, someText, VARIANTS } from "./flags.ts";
import type { MinimiseOptions } from "./minimise.ts";
import type { MutantsOptions } from "./mutants.ts";
import type { ReplayOptions } from "./replay.ts";
import type { RplOptions } from "./rpl.ts";

type Finish = (status: number) => void;

export function addRun(program: Command, finish: Finish): void {
  program
    .command("run")
    .description("run scenario files and report where their output differs")
    .argument("<file...>", "scenario files (.scn)")
    .option("--golden", "rewrite the files with the output of this run")
    .addHelpText("after", example("scoutsim run scenarios/farewell-final-majority.scn"))
    .action(async (files: readonly string[], { golden }: { readonly golden?: true }) => {
      const { runFiles } = await import("./run.ts");
      finish(runFiles(files, { onDifference: golden ? "rewrite" : "report" }));
    });
}

export function addReplay(program: Command, finish: Finish): void {
  program
    .command("replay")
    .description("run a failure again and show how it ends; exit 1 when a promise was broken")
    .argument(
      "<artifact|seed>",
      "a file of hunt --out, or a seed as the hunt printed it",
      someText("artifact or seed"),
    )
    .option("--variant <id>", "bind a variant too; may be given again", collect, [])
    .option("--without-variants", "leave out the variants that the artifact names")
    .option("--lines <n>", "how many lines of the trace", "40")
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim replay today:17"))
    .action(async (what: string, options: ReplayOptions) =>
      finish((await import("./replay.ts")).replay(what, options)),
    );
}

export function addMinimise(program: Command, finish: Finish): void {
  program
    .command("minimise")
    .description("make a kept failure small, the same failure; exit 1 when nothing breaks any more")
    .argument("<artifact>", "a file of hunt --out, or of a property that failed")
    .requiredOption("--out <file>", "where the small one goes; it may be the same file")
    .option("--runs <n>", "at most so many; 100 unless told")
    .addHelpText("after", example("scoutsim minimise found/x.json --out small.json"))
    .action(async (file: string, options: MinimiseOptions) =>
      finish(await (await import("./minimise.ts")).minimiseFile(file, options)),
    );
}

export function addCoverage(program: Command, finish: Finish): void {
  program
    .command("coverage")
    .description("count the runs that come to each label, note and pair; the never reached first")
    .option("--runs <n>", "how many; 300 unless told")
    .option("--seconds <s>", "for how long")
    .option("--seed <text>", SEEDS, seedText, "hunt")
    .option("--variant <id>", VARIANTS, collect, [])
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim coverage --runs 2000 | head -50"))
    .action(async (options: CoverageOptions) =>
      finish(await (await import("./coverage.ts")).countCoverage(options)),
    );
}

export function addRpl(program: Command, finish: Finish): void {
  program
    .command("rpl")
    .description("lose the server between each commit and its response; exit 1 on a difference")
    .option("--seed <text>", "of all that is drawn", seedText, "rpl")
    .option("--variant <id>", "bind a variant; may be given again", collect, [])
    .addHelpText("after", example("scoutsim rpl --variant initial-greeting-replay-eexist"))
    .action(async (options: RplOptions) => finish((await import("./rpl.ts")).rpl(options)));
}

export function addMutants(program: Command, finish: Finish): void {
  program
    .command("mutants")
    .description("put small faults into the model, one at a time, and see which no hunt notices")
    .option("--base <ids>", "main, mended, or the variants that the model has already", "mended")
    .option("--runs <n>", "runs without a mutant, which find the places", "300")
    .option("--tries <n>", "runs of each mutant at most", "100")
    .option("--seed <text>", SEEDS, seedText, "mutants")
    .option("--only <text>", "the mutants whose line has this in it")
    .option("--sample <n>", "about so many of them, spread over all rooms")
    .option("--shard <i/n>", "one of n parts of the mutants, for as many processes")
    .option("--values <n>", "about so many mutants of values, of which a sample is tried", "120")
    .option("--skips", "also leave out each wait, call and write: thrice as many mutants")
    .option("--verbose", "a line for each mutant")
    .addHelpText("after", example("scoutsim mutants --only farewell_worker --verbose"))
    .action(async (options: MutantsOptions) =>
      finish(await (await import("./mutants.ts")).huntMutants(options)),
    );
}
