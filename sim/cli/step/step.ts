// `scoutsim step`: on a terminal a screen with keys, on a pipe a command a line.

import process from "node:process";
import { createInterface } from "node:readline";
import { wholeNumber } from "../flags.ts";
import { writeLine } from "../output.ts";
import { obey } from "./commands.ts";
import { open } from "./open.ts";
import { present } from "./present.ts";
import { colourPaint } from "./screen.ts";
import { Session } from "./session.ts";
import { onTerminal } from "./terminal.ts";

export interface StepOptions {
  readonly variant: readonly string[];
  readonly withoutVariants?: true;
  readonly world: string;
}

export async function step(what: string, o: StepOptions): Promise<number> {
  const opened = open(what, { ...o, world: wholeNumber("--world", o.world) });
  const { stdin, stdout } = process;
  if (stdin.isTTY && stdout.isTTY) {
    const paint = process.env.NO_COLOR ? undefined : colourPaint;
    await onTerminal(new Session(opened, paint), stdin, stdout);
    return 0;
  }
  const s = new Session(opened);
  writeLine(opened.title);
  for (const line of present(s)) writeLine(line);
  for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const text = line.trim();
    if (text !== "") writeLine(`> ${text}`);
    for (const said of obey(s, text)) writeLine(said);
    if (s.isOver) break;
  }
  return 0;
}
