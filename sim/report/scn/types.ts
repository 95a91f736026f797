// What a scenario file is once read, and who carries out its commands.

/** `key=value`, or a bare word, which has no key. */
export interface ScnArg {
  readonly key: string | undefined;
  /** Without its quotes and escapes. */
  readonly value: string;
  /** Where it begins in its line, counted from 1. */
  readonly column: number;
}

export interface ScnCommand {
  readonly name: string;
  readonly args: readonly ScnArg[];
  /** The line as it was written, with a comment at its end. */
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

export interface ScnBlock {
  /** Comments and blank lines before it, as written. */
  readonly lead: readonly string[];
  /** Its commands, and as text the comments between them. */
  readonly input: readonly (ScnCommand | string)[];
  /** Without the last line end; no line ends in a space. */
  readonly output: string;
  /** Line of the file where the output begins. */
  readonly outputLine: number;
}

export interface Scenario {
  readonly file: string;
  readonly blocks: readonly ScnBlock[];
  /** Comments after the last block, as written. */
  readonly tail: readonly string[];
}

/** Carries out commands; one executor serves one run of one file and may keep state. */
export interface ScnExecutor {
  readonly commands: readonly string[];
  /** What the command prints. A UserError thrown here gets the command's place. */
  run(command: ScnCommand): string;
}

export const FENCE = "----";

export const isBlank = (line: string): boolean => line.trimEnd() === "";
export const isComment = (line: string): boolean => /^#(\s|$)/.test(line);
export const commandsOf = (block: ScnBlock): readonly ScnCommand[] =>
  block.input.filter((line) => typeof line !== "string");

/** The one form of an output: editors strip spaces at line ends, so they never count. */
export function normalOutput(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n+$/, "");
}
