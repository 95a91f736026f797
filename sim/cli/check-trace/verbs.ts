// `scoutsim check-trace`: its flags and its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { example, JSON_FLAG } from "../flags.ts";
import type { CheckOptions } from "./check-trace.ts";

export function addCheckTrace(program: Command, finish: (status: number) => void): void {
  program
    .command("check-trace")
    .description("judge a capture of a real cluster; exit 1 at an event that cannot be")
    .argument("<file>", "trace-cmd report, the tracing file, or NDJSON; plain or .gz")
    .option("--slots <n>", "how many quorum slots, where the capture does not say")
    .option("--heartbeat-timeout <ms>", "likewise; 10000 unless told")
    .option("--model", "follow it with the model too, mount by mount: exact, and slow")
    .option("--scenario <file>", "write a scenario that goes the same way (.scn)")
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim check-trace trace.txt.gz --scenario seen.scn"))
    .action(async (file: string, options: CheckOptions) =>
      finish((await import("./check-trace.ts")).checkTrace(file, options)),
    );
}
