// `scoutsim trace` and `scoutsim diff`: their flags and their help. What they do is loaded when it
// is asked for.

import type { Command } from "commander";
import { collect, example, JSON_FLAG, someText, WORLD } from "../flags.ts";
import type { DiffOptions } from "./diff.ts";
import type { TraceOptions } from "./trace.ts";

type Finish = (status: number) => void;

const RUN = "<artifact|scenario|trace|seed>";
const RUN_HELP = "a file of hunt --out, a .scn file, an NDJSON trace, a capture, or a seed";
const run = someText("artifact, scenario, trace or seed");

export function addTrace(program: Command, finish: Finish): void {
  program
    .command("trace")
    .description("show a run, a scenario, a trace or a capture in the format of some other tool")
    .argument(RUN, RUN_HELP, run)
    .option("--to <format>", "text, ndjson, perfetto, shiviz, mermaid or ftrace", "text")
    .option("--from <time>", "leave out what is before, like 12s or 1500ms")
    .option("--to-time <time>", "and what is after")
    .option("--mounts <names>", "only these, separated by commas")
    .option("--kinds <names>", "only records of these kinds; all but scheduling unless told")
    .option("--variant <id>", "bind a variant; may be given again", collect, [])
    .option("--world <n>", WORLD, "1")
    .option("--out <file>", "write it there instead of stdout")
    .addHelpText("after", example("scoutsim trace today:17 --to perfetto --out run.json"))
    .action(async (what: string, options: TraceOptions) =>
      finish((await import("./trace.ts")).trace(what, options)),
    );
}

export function addDiff(program: Command, finish: Finish): void {
  program
    .command("diff")
    .description("show where two runs part, whatever their times; exit 1 when they do")
    .argument(RUN, RUN_HELP, run)
    .argument(RUN, "likewise", run)
    .option("--variant <id>", "bind a variant to both; may be given again", collect, [])
    .option("--world <n>", WORLD, "1")
    .option("--mounts <names>", "compare only these, separated by commas")
    .option("--lines <n>", "of context on both sides", "5")
    .option("--json", JSON_FLAG)
    .addHelpText("after", example("scoutsim diff found/FNC1.json today:17"))
    .action(async (one: string, other: string, options: DiffOptions) =>
      finish((await import("./diff.ts")).diff(one, other, options)),
    );
}
