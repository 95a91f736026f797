// What flags take, and what their help shows. A value that is none is told with the flag and what
// it takes.

import { UserError } from "../report/user-error.ts";

const MOST = 999_999_999;

export const wholeNumber = (flag: string, text: string): number => numberFrom(1, flag, text);

/** Zero too: none of it. */
export const numberOrNone = (flag: string, text: string): number => numberFrom(0, flag, text);

function numberFrom(least: number, flag: string, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value >= least) return value;
  throw new UserError(`${flag} takes a whole number from ${least} to ${MOST}, not "${text}"`);
}

/** Of a flag or an argument that takes any text but none: what a script left empty by mistake. */
export const someText =
  (what: string) =>
  (text: string): string => {
    if (text !== "") return text;
    throw new UserError(`${what} is empty; give it a value`);
  };

/** The i-th of n machines that share a range of seeds, from 1. */
export interface Shard {
  readonly i: number;
  readonly of: number;
}

export const WHOLE: Shard = { i: 1, of: 1 };

export function shardOf(flag: string, text: string): Shard {
  const [, i = 0, of = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (i >= 1 && i <= of) return { i, of };
  throw new UserError(`${flag} takes I/N, the I-th of N parts, like 2/8; not "${text}"`);
}

/** What the help says of flags that several verbs have. */
export const VARIANTS = "bind a variant, or mended: all fixes; may be given again";
export const SEEDS = "the runs' seeds are TEXT:0, TEXT:1, ...";
export const JSON_FLAG = "as JSON, for a script";
export const WORLD = "which world of a scenario that builds several";
export const seedText = someText("--seed");

/** A flag that may be given again. */
export const collect = (value: string, all: readonly string[]): readonly string[] => [
  ...all,
  value,
];

/** As a shell takes it for one word. */
export const quoted = (word: string): string =>
  /^[\w.,:/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

export const example = (command: string): string => `\nExample:\n  ${command}\n`;
