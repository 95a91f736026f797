// The verbs of hunting: their flags and their help. What a verb does is loaded when it is asked
// for.

import type { Command } from "commander";
import { collect, example, JSON_FLAG, SEEDS, seedText, VARIANTS } from "../flags.ts";
import type { BugsOptions } from "./bugs.ts";
import type { CorpusOptions } from "./corpus.ts";
import type { FiveOptions } from "./five.ts";
import type { HuntOptions } from "./hunt.ts";

export function addHunt(program: Command, finish: (status: number) => void): void {
  program
    .command("hunt")
    .description("run seeds of the general generator; exit 1 when a promise was broken")
    .option("--runs <n>", "how many; 300 unless told")
    .option("--seconds <s>", "for how long")
    .option("--seed <text>", SEEDS, seedText, "hunt")
    .option("--variant <id>", VARIANTS, collect, [])
    .option("--workers <n>", "threads; one per processor unless told")
    .option("--shard <i/n>", "only the i-th of n parts of the seeds, for one of n machines")
    .option("--out <folder>", "keep each distinct failure there as a file that replays")
    .option("--no-minimise", "tell the failures as they are")
    .option("--json", `${JSON_FLAG}: what --out keeps as hunt.json`)
    .addHelpText("after", example("scoutsim hunt --runs 1000 --seed today"))
    .action(async (options: HuntOptions) =>
      finish(await (await import("./hunt.ts")).huntSeeds(options)),
    );

  program
    .command("merge")
    .description("join what hunts over shards found; exit 1 when one of them found something")
    .argument("<folder...>", "folders of hunt --shard I/N --out FOLDER")
    .option("--out <folder>", "keep the joined result there, with the failures that it names")
    .addHelpText("after", example("scoutsim merge found-1 found-2 --out found"))
    .action(async (folders: readonly string[], options: { readonly out?: string }) =>
      finish((await import("./merge.ts")).mergeHunts(folders, options)),
    );

  program
    .command("five")
    .description("find the five bugs that the project began with; exit 1 when one was missed")
    .option("--seed <text>", "of the hunts; another each time unless told", seedText)
    .option("--seconds <s>", "of processor time, after which a hunt gives up", "60")
    .option("--workers <n>", "processes; one per processor unless told")
    .addHelpText("after", example("scoutsim five --seed today"))
    .action(async (options: FiveOptions) =>
      finish(await (await import("./five.ts")).five(options)),
    );

  program
    .command("bugs")
    .description("list the bugs that can be put back, and what finding each costs")
    .option("--repairs", "our own fixes of main too")
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim bugs"))
    .action(async (options: BugsOptions) => finish((await import("./bugs.ts")).listBugs(options)));

  program
    .command("corpus")
    .description("measure what finding each bug costs; exit 1 when a hunt missed one")
    .argument("[id...]", "variants; all bugs unless told")
    .option("--hunts <n>", "for each bug", "30")
    .option("--seconds <s>", "of processor time, after which a hunt gives up", "60")
    .option("--seed <text>", "the hunts' seeds are TEXT-0:0, TEXT-1:0, ...", seedText, "corpus")
    .option("--small <n>", "in how many hunts to minimise what was found", "3")
    .option("--workers <n>", "processes; one per processor unless told")
    .option("--out <file>", "take the result into this file")
    .addHelpText("after", example("scoutsim corpus --hunts 10 --out scenarios/corpus.json"))
    .action(async (ids: readonly string[], options: CorpusOptions) =>
      finish(await (await import("./corpus.ts")).measureCorpus(ids, options)),
    );
}
