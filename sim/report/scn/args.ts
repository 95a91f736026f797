// What executors read arguments with: each reader gives a typed value or a complaint that names the
// argument's place and what would have been right.

import { UserError } from "../user-error.ts";
import type { ScnArg, ScnCommand } from "./types.ts";

/** `250us`, `10ms`, `3s` in microseconds; undefined for anything else. */
export function parseDurationUs(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)(us|ms|s)$/.exec(text) ?? [];
  const scale = unit === "us" ? 1 : unit === "ms" ? 1000 : 1_000_000;
  const value = Number(digits) * scale;
  return digits !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** The bare words. */
export function words(command: ScnCommand): readonly string[] {
  return command.args.filter((arg) => arg.key === undefined).map((arg) => arg.value);
}

/** Refuses what the command does not take: keys not listed, and words beyond `maxWords`. */
export function expectArgs(
  command: ScnCommand,
  takes: { readonly keys?: readonly string[]; readonly maxWords?: number },
): void {
  const { keys = [], maxWords = 0 } = takes;
  let seen = 0;
  for (const arg of command.args) {
    if (arg.key === undefined ? ++seen <= maxWords : keys.includes(arg.key)) continue;
    const what = arg.key === undefined ? `word ${JSON.stringify(arg.value)}` : `"${arg.key}="`;
    const known = keys.map((key) => `${key}=`).join(" ");
    const plain = maxWords > 0 ? `up to ${maxWords} words` : "";
    const right = [plain, known].filter((part) => part !== "").join(" and ") || "no arguments";
    throw wrong(command, arg, `unexpected ${what}; ${command.name} takes ${right}`);
  }
}

/** The value of `key=`; without a fallback it must be there. */
export function textArg(command: ScnCommand, key: string, fallback?: string): string {
  return read(command, key, fallback, "a text", (text) => text);
}

export function numberArg(command: ScnCommand, key: string, fallback?: number): number {
  return read(command, key, fallback, "a whole number", (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : undefined;
    return Number.isSafeInteger(value) ? value : undefined;
  });
}

export function durationArgUs(command: ScnCommand, key: string, fallback?: number): number {
  return read(command, key, fallback, "a duration like 250us, 10ms or 3s", parseDurationUs);
}

export function choiceArg<T extends string>(
  command: ScnCommand,
  key: string,
  choices: readonly T[],
  fallback?: T,
): T {
  return read(command, key, fallback, `one of ${choices.join(", ")}`, (text) =>
    choices.find((choice) => choice === text),
  );
}

/** The values of `key=a,b,c`. */
export function listArg(
  command: ScnCommand,
  key: string,
  fallback?: readonly string[],
): readonly string[] {
  return read(command, key, fallback, "a list like a,b,c", (text) => {
    const items = text.split(",");
    return items.includes("") ? undefined : items;
  });
}

function read<T>(
  command: ScnCommand,
  key: string,
  fallback: T | undefined,
  expected: string,
  convert: (text: string) => T | undefined,
): T {
  const arg = command.args.find((a) => a.key === key);
  if (arg === undefined) {
    if (fallback !== undefined) return fallback;
    throw wrong(command, undefined, `${command.name} needs ${key}=, ${expected}`);
  }
  const value = convert(arg.value);
  if (value !== undefined) return value;
  throw wrong(command, arg, `expected ${key}= to be ${expected}, got ${JSON.stringify(arg.value)}`);
}

function wrong(command: ScnCommand, arg: ScnArg | undefined, problem: string): UserError {
  const { file, line } = command;
  return new UserError(problem, { file, line, column: arg?.column ?? 1 });
}
