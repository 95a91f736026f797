// The flags of `scoutsim explore`. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { collect, example, someText } from "../flags.ts";
import type { ExploreOptions } from "./explore.ts";

/** Adds the verb; `finish` gets its exit status. */
export function addExplore(program: Command, finish: (status: number) => void): void {
  program
    .command("explore")
    .description("search every order of events around one moment of a run; exit 1 when one breaks")
    .argument(
      "<plan|artifact|seed>",
      "a file with a plan, one of hunt --out, or a hunt's seed",
      someText("plan, artifact or seed"),
    )
    .option("--from <event>", "its number, or KIND:N, the N-th trace entry of that kind")
    .option("--variant <id>", "bind a variant too; may be given again", collect, [])
    .option("--states <n>", "distinct worlds at most", "100000")
    .option("--depth <n>", "events on one path at most", "500")
    .option("--preemptions <n>", "tasks that are preempted or start late, on one path", "0")
    .option("--losses <n>", "datagrams, and stream segments, lost where a way is lossy", "0")
    .option("--window <us>", "a message takes from nothing to this", "1000")
    .option("--io <us>", "a half of a block I/O takes up to this; 0: all at once", "0")
    .option("--people <ms>", "what the plan has for so long may come at any moment of it", "0")
    .option("--for <ms>", "of simulated time, from the moment on", "60")
    .option("--then <ms>", "each end is run on for so long in one order", "2500")
    .option("--outcomes <n>", "of a draw with more outcomes so many are tried", "2")
    .option("--out <file>", "keep a broken promise there; replay, explain and step take it")
    .addHelpText("after", example("scoutsim explore found/x.json --from start_recovery:2"))
    .action(async (what: string, options: ExploreOptions) =>
      finish((await import("./explore.ts")).explore(what, options)),
    );
}
