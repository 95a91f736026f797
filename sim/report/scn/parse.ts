// Reads a scenario file, in the manner of the datadriven tests of etcd's raft: comments, command
// lines, `----`, and the exact output up to a blank line, or between two doubled `----` when the
// output has blank lines itself.

import { UserError } from "../user-error.ts";
import { parseCommand } from "./line.ts";
import type { Scenario, ScnBlock, ScnCommand } from "./types.ts";
import { FENCE, isBlank, isComment, normalOutput } from "./types.ts";

export function parseScn(text: string, file: string): Scenario {
  const lines = new Lines(text, file);
  if (!/^#\s+\S/.test(lines.peek() ?? "")) {
    throw lines.error('expected a comment that says why this scenario exists; open with "# ..."');
  }
  const blocks: ScnBlock[] = [];
  for (;;) {
    const lead = readLead(lines);
    if (lines.peek() !== undefined) {
      blocks.push(readBlock(lines, lead));
      continue;
    }
    if (blocks.length === 0) {
      throw lines.error('expected a block; write a command line and below it "----"');
    }
    return { file, blocks, tail: lead.slice(0, lead.findLastIndex(isComment) + 1) };
  }
}

function readLead(lines: Lines): string[] {
  const lead: string[] = [];
  for (;;) {
    const line = lines.peek();
    if (line === undefined || !(isBlank(line) || isComment(line))) return lead;
    lead.push(line.trimEnd());
    lines.next();
  }
}

function readBlock(lines: Lines, lead: readonly string[]): ScnBlock {
  const input = readInput(lines);
  lines.next();
  const double = lines.peek()?.trimEnd() === FENCE;
  if (double) lines.next();
  const outputLine = lines.number;
  const output = double ? readDoubleFenced(lines) : readToBlank(lines);
  return { lead, input, output: normalOutput(output), outputLine };
}

function readInput(lines: Lines): (ScnCommand | string)[] {
  const input: (ScnCommand | string)[] = [];
  for (;;) {
    const line = lines.peek()?.trimEnd();
    if (line === undefined || isBlank(line)) {
      throw lines.error('expected a command or "----"; end the commands of a block with "----"');
    }
    if (line === FENCE) {
      if (input.length > 0) return input;
      throw lines.error('expected a command before "----"');
    }
    input.push(
      isComment(line) ? line : parseCommand({ text: line, file: lines.file, line: lines.number }),
    );
    lines.next();
  }
}

function readToBlank(lines: Lines): string[] {
  const output: string[] = [];
  for (;;) {
    const line = lines.peek();
    if (line?.trimEnd() === FENCE) {
      throw lines.error(
        'unexpected "----" in an output; put a blank line between blocks, or "----" twice ' +
          "around an output that has such a line",
      );
    }
    if (line !== undefined) lines.next();
    if (line === undefined || isBlank(line)) return output;
    output.push(line);
  }
}

function readDoubleFenced(lines: Lines): string[] {
  const unclosed = lines.error(
    'the output that begins here is never closed; end it with "----" twice',
  );
  const output: string[] = [];
  for (;;) {
    const line = lines.next();
    if (line === undefined) throw unclosed;
    if (line.trimEnd() === FENCE && lines.peek()?.trimEnd() === FENCE) break;
    output.push(line);
  }
  lines.next();
  if (!isBlank(lines.peek() ?? "")) {
    throw lines.error('expected a blank line after "----" twice');
  }
  lines.next();
  return output;
}

class Lines {
  readonly file: string;
  /** Of the line that `peek` shows, counted from 1. */
  number = 1;
  private readonly lines: readonly string[];

  constructor(text: string, file: string) {
    this.file = file;
    this.lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
    if (this.lines.at(-1) === "") this.lines = this.lines.slice(0, -1);
  }

  /** The present line; undefined at the end. */
  peek(): string | undefined {
    return this.lines[this.number - 1];
  }

  next(): string | undefined {
    const line = this.peek();
    if (line !== undefined) this.number++;
    return line;
  }

  error(problem: string): UserError {
    return new UserError(problem, { file: this.file, line: this.number, column: 1 });
  }
}
