// Reads one command line: a name, then bare words, `key=value` and "quoted strings", then perhaps a
// `# comment`. Every complaint names the column where the reader went wrong.

import { UserError } from "../user-error.ts";
import type { ScnArg, ScnCommand } from "./types.ts";

export interface SourceLine {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

export function parseCommand(source: SourceLine): ScnCommand {
  const text = source.text.trimEnd();
  const scanner = new Scanner({ ...source, text });
  const name = scanner.take(/[A-Za-z][\w-]*/y);
  if (name === undefined) throw scanner.error(0, complaintAboutStart(text));
  const args: ScnArg[] = [];
  while (scanner.skipSpace()) {
    const arg = readArg(scanner);
    if (arg.key !== undefined && args.some((a) => a.key === arg.key)) {
      throw scanner.error(arg.column - 1, `"${arg.key}=" is given twice; keep one of them`);
    }
    args.push(arg);
  }
  return { name, args, text, file: source.file, line: source.line };
}

function complaintAboutStart(text: string): string {
  if (/^\s/.test(text)) return "unexpected space; begin commands and comments in column 1";
  if (/^-+$/.test(text)) return `unexpected "${text}"; the separator is exactly "----"`;
  if (text.startsWith("#")) return 'unexpected "#"; write a comment as "# " and its text';
  return `expected a command name, a "# " comment or "----", got ${JSON.stringify(text[0])}`;
}

function readArg(scanner: Scanner): ScnArg {
  const start = scanner.at;
  const key = scanner.take(/[A-Za-z][\w.-]*=/y)?.slice(0, -1);
  const value = scanner.peek() === '"' ? readQuoted(scanner) : scanner.take(/[^\s"]+/y);
  if (value === undefined) {
    throw scanner.error(scanner.at, `expected a value after "${key}="; an empty one is ""`);
  }
  return { key, value, column: start + 1 };
}

const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", t: "\t" };

function readQuoted(scanner: Scanner): string {
  const start = scanner.at;
  let value = "";
  scanner.at++;
  for (;;) {
    value += scanner.take(/[^"\\]+/y) ?? "";
    const mark = scanner.peek();
    if (mark === undefined) throw scanner.error(start, "this quote is never closed; add a '\"'");
    scanner.at++;
    if (mark === '"') return value;
    const escaped = escapes[scanner.peek() ?? ""];
    if (escaped === undefined) {
      throw scanner.error(scanner.at - 1, 'unknown escape; a string knows \\" \\\\ \\n \\t');
    }
    value += escaped;
    scanner.at++;
  }
}

class Scanner {
  at = 0;
  private readonly source: SourceLine;

  constructor(source: SourceLine) {
    this.source = source;
  }

  peek(): string | undefined {
    return this.source.text[this.at];
  }

  /** Takes what the sticky pattern matches here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** False when only a comment or nothing follows. */
  skipSpace(): boolean {
    const space = this.take(/\s+/y);
    if (this.peek() === undefined) return false;
    if (space === undefined) {
      throw this.error(this.at, `expected a space before ${JSON.stringify(this.peek())}`);
    }
    return this.take(/#(?=\s|$).*/y) === undefined;
  }

  error(at: number, problem: string): UserError {
    const { file, line } = this.source;
    return new UserError(problem, { file, line, column: at + 1 });
  }
}
