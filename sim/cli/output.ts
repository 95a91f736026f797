// Where lines go: to whoever reads stdout, in colour only when that is a terminal that wants it.

import process from "node:process";
import { styleText } from "node:util";
import { remedyFor } from "./files.ts";

export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What a verb has to say, for a script: one document, and nothing else. */
export const writeJson = (value: object): void => writeLine(JSON.stringify(value, null, 2));

/** The state of a long job, in place, for whoever watches it. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text} `);
}

export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

export function colour(name: "green" | "red", text: string): string {
  const wanted = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return wanted ? styleText(name, text) : text;
}

const BAD_OUTPUT = 2;

/** A reader that has seen enough (`| head`) is no error: stop with the status reached so far. What
 *  cannot be written otherwise ends the run with one line. */
export function stopWhenOutputFails(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      const { stderr } = process;
      if (stream !== stderr) stderr.write(`scoutsim: output: ${remedyFor(error)}\n`);
      process.exit(BAD_OUTPUT);
    });
  }
}
