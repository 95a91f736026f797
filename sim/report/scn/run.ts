// Runs a scenario through an executor and compares what it prints with what the file expects.

import { diffLines } from "../diff.ts";
import { formatPlace, UserError } from "../user-error.ts";
import type { Scenario, ScnBlock, ScnCommand, ScnExecutor } from "./types.ts";
import { commandsOf, normalOutput } from "./types.ts";

/** The first block whose output is not what the file expects. */
export interface ScnDifference {
  readonly file: string;
  /** Line of the file where expected and actual output part. */
  readonly line: number;
  /** The commands of the block. */
  readonly commands: readonly ScnCommand[];
  readonly expected: string;
  readonly actual: string;
  /** A few lines, each begun with "  ", "- " (expected) or "+ " (actual). */
  readonly diff: readonly string[];
}

/** The scenario with the outputs that the executor gives; print it to rewrite the file. */
export function runScn(scenario: Scenario, executor: ScnExecutor): Scenario {
  requireKnownCommands(scenario, executor);
  const blocks = scenario.blocks.map((block) => ({ ...block, output: runBlock(block, executor) }));
  return { ...scenario, blocks };
}

/** Runs up to the first difference; what comes after one could only mislead. */
export function checkScn(scenario: Scenario, executor: ScnExecutor): ScnDifference | undefined {
  requireKnownCommands(scenario, executor);
  for (const block of scenario.blocks) {
    const actual = runBlock(block, executor);
    if (actual !== block.output) return difference(scenario.file, block, actual);
  }
  return undefined;
}

/** `a.scn:14: output differs`, the commands and the small diff, in lines. */
export function formatDifference(d: ScnDifference): readonly string[] {
  return [
    `${formatPlace({ file: d.file, line: d.line })}: output differs (- expected, + actual)`,
    ...d.commands.map((command) => `  > ${command.text}`),
    ...d.diff.map((line) => `  ${line}`),
  ];
}

/** One executor out of several; none of them may claim a command of another. */
export function combineExecutors(executors: readonly ScnExecutor[]): ScnExecutor {
  const owners = new Map<string, ScnExecutor>();
  for (const executor of executors) {
    for (const name of executor.commands) {
      if (owners.has(name)) throw new Error(`two executors claim "${name}"; rename one of them`);
      owners.set(name, executor);
    }
  }
  return {
    commands: [...owners.keys()],
    run(command) {
      const owner = owners.get(command.name);
      if (owner === undefined) throw unknownCommand(command, [...owners.keys()]);
      return owner.run(command);
    },
  };
}

/** Before anything runs: a misspelt last command should not cost the whole run. */
function requireKnownCommands(scenario: Scenario, executor: ScnExecutor): void {
  for (const command of scenario.blocks.flatMap(commandsOf)) {
    if (!executor.commands.includes(command.name)) {
      throw unknownCommand(command, executor.commands);
    }
  }
}

function unknownCommand(command: ScnCommand, known: readonly string[]): UserError {
  return new UserError(`unknown command "${command.name}"; commands are ${known.join(", ")}`, {
    file: command.file,
    line: command.line,
    column: 1,
  });
}

function runBlock(block: ScnBlock, executor: ScnExecutor): string {
  const outputs = commandsOf(block).map((command) => runCommand(command, executor));
  return normalOutput(outputs.filter((output) => output !== "").flatMap((o) => o.split("\n")));
}

/** Without the line ends at its end, so that outputs join without gaps. */
function runCommand(command: ScnCommand, executor: ScnExecutor): string {
  try {
    return executor.run(command).replace(/\s*\n$/, "");
  } catch (error) {
    if (!(error instanceof UserError) || error.place !== undefined) throw error;
    throw new UserError(error.message, { file: command.file, line: command.line, column: 1 });
  }
}

function difference(file: string, block: ScnBlock, actual: string): ScnDifference {
  const before = block.output === "" ? [] : block.output.split("\n");
  const after = actual === "" ? [] : actual.split("\n");
  const { same, lines } = diffLines(before, after);
  return {
    file,
    line: block.outputLine + same,
    commands: commandsOf(block),
    expected: block.output,
    actual,
    diff: lines,
  };
}
