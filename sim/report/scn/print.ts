// Writes a scenario file: comments and commands as they were, outputs as they are now. What it
// writes reads back as the same scenario, and is written the same again.

import { UserError } from "../user-error.ts";
import type { Scenario, ScnBlock } from "./types.ts";
import { commandsOf, FENCE, normalOutput } from "./types.ts";

export function printScn(scenario: Scenario): string {
  const parts = scenario.blocks.map((block) => printBlock(block).join("\n"));
  if (scenario.tail.length > 0) parts.push(scenario.tail.join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function printBlock(block: ScnBlock): string[] {
  const input = block.input.map((line) => (typeof line === "string" ? line : line.text));
  return [...block.lead, ...input, ...printOutput(block)];
}

function printOutput(block: ScnBlock): string[] {
  const output = normalOutput(block.output.split("\n"));
  if (output === "") return [FENCE];
  const lines = output.split("\n");
  if (!lines.some((line) => line === "" || line === FENCE)) return [FENCE, ...lines];
  const closes = (line: string, i: number) =>
    line === FENCE && (lines[i + 1] === FENCE || i + 1 === lines.length);
  if (lines.some(closes)) {
    throw new UserError(
      `the output has a line "${FENCE}" that would end its block; let the command print another`,
      commandsOf(block)[0],
    );
  }
  return [FENCE, FENCE, ...lines, FENCE, FENCE];
}
