// The list of commands, as `help` prints it.

import type { Command } from "./commands.ts";
import { WAYS } from "./ways.ts";

const TAKES_WIDTH = 30;

export const helpLines = (commands: readonly Command[]): string[] => [
  ...commands.map(({ name, letter, takes, help }) => {
    const form = `${letter}, ${name}${takes === "" ? "" : ` ${takes}`}`;
    return `${form.padEnd(TAKES_WIDTH)} ${help}`;
  }),
  `WHERE is ${WAYS}`,
  "/text and ?text search on and back; /re/ and ?re? take a regular expression",
];
