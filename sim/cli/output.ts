// Where lines go: to whoever reads stdout, in colour only when that is a terminal that wants it.

import process from "node:process";
import { styleText } from "node:util";

export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function colour(name: "green" | "red", text: string): string {
  const wanted = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return wanted ? styleText(name, text) : text;
}

/** A reader that has seen enough (`| head`) is no error: stop with the status reached so far. */
export function quietWhenPipeCloses(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit();
    });
  }
}
