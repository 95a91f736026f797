// `scoutsim completion`: its help. What it does is loaded when it is asked for.

import type { Command } from "commander";
import { writeLine } from "../output.ts";

export function addCompletion(program: Command, finish: (status: number) => void): void {
  program
    .command("completion")
    .description("print the completion of verbs, flags and variants for a shell")
    .argument("<bash|zsh|fish>", "the shell")
    .addHelpText("after", "\nExample:\n  source <(scoutsim completion bash)\n")
    .action(async (shell: string) => {
      const { completionFor } = await import("./completion.ts");
      for (const line of completionFor(shell, program)) writeLine(line);
      finish(0);
    });
}
