// The stepper on a terminal: single keys are commands, `:` begins a line. The terminal is put
// back as it was however this ends: by a command, by Ctrl-C, by a signal, or by an error.

import process from "node:process";
import { emitKeypressEvents, type Key } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { obey } from "./commands.ts";
import { screenLines } from "./screen.ts";
import type { Session } from "./session.ts";

export type In = Pick<ReadStream, "setRawMode" | "on" | "removeListener" | "resume" | "pause">;
export type Out = Pick<WriteStream, "write" | "columns" | "rows" | "on" | "removeListener">;

/** The other screen, so that what was there is there again. */
const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const SIGNALS = ["SIGTERM", "SIGHUP"] as const;
const ROWS = 24;
const COLUMNS = 80;
const PAGE = 10;
const MANY = 100;

/** Keys that are a whole command. */
const keys: Readonly<Record<string, string>> = {
  ...{ n: "next", right: "next", b: "back", left: "back" },
  ...{ s: "step", down: "step", u: "unstep", up: "unstep" },
  ...{ pagedown: `next ${MANY}`, pageup: `back ${MANY}` },
  ...{ c: "continue", p: "pending", f: "forks", o: "origin", r: "tasks", w: "waits" },
  ...{ e: "where", m: "blocks", j: "trace", a: "hash", h: "help", q: "quit" },
  ...{ home: "to start", end: "to end" },
};
/** Keys that begin a line. */
const begins: Readonly<Record<string, string>> = {
  ...{ ":": "", "/": "/", "?": "?", t: "to ", k: "break ", d: "delete ", x: "choose ", g: "go " },
  ...{ i: "state ", v: "view ", y: "write " },
};

export class Terminal {
  private readonly s: Session;
  private readonly output: Out;
  private said: readonly string[] = [];
  private scrolled = 0;
  private typed: string | undefined;
  private readonly history: string[] = [];
  private recalled = 0;

  constructor(s: Session, output: Out) {
    this.s = s;
    this.output = output;
  }

  draw(): void {
    const { said, scrolled, typed } = this;
    // some terminals say that they have no size
    const size = { rows: this.output.rows || ROWS, columns: this.output.columns || COLUMNS };
    const lines = screenLines(this.s, { said, scrolled, typed }, size);
    this.output.write(HOME + lines.map((line) => line + CLEAR_LINE).join("\r\n"));
  }

  /** True: it is over. */
  press(text: string | undefined, key: Key): boolean {
    if (key.ctrl && (key.name === "c" || key.name === "d")) return true;
    if (this.typed === undefined) this.command(text, key);
    else this.edit(this.typed, text, key);
    return this.s.isOver;
  }

  private command(text: string | undefined, key: Key): void {
    const begin = begins[text ?? ""];
    const whole = keys[text ?? ""] ?? keys[key.name ?? ""];
    if (text === "]") this.scrolled = Math.min(this.scrolled + PAGE, this.said.length);
    else if (text === "[") this.scrolled = Math.max(0, this.scrolled - PAGE);
    else if (key.name === "return" && this.history.length > 0) this.run(this.history.at(-1) ?? "");
    else if (begin !== undefined) this.typed = begin;
    else if (whole !== undefined) this.run(whole);
  }

  private edit(typed: string, text: string | undefined, key: Key): void {
    switch (key.name) {
      case "return":
      case "enter":
        this.typed = undefined;
        this.recalled = 0;
        if (typed.trim() === "") return;
        this.history.push(typed);
        return this.run(typed);
      case "escape":
        this.typed = undefined;
        return;
      case "backspace":
        this.typed = typed === "" ? undefined : [...typed].slice(0, -1).join("");
        return;
      case "up":
      case "down":
        return this.recall(key.name === "up" ? 1 : -1);
    }
    if (key.ctrl && key.name === "u") this.typed = "";
    else if (text !== undefined && /^\P{Cc}+$/u.test(text)) this.typed = typed + text;
  }

  private recall(by: number): void {
    this.recalled = Math.min(Math.max(this.recalled + by, 0), this.history.length);
    this.typed = this.recalled === 0 ? "" : this.history.at(-this.recalled);
  }

  private run(line: string): void {
    this.scrolled = 0;
    this.said = [`> ${line}`, ...obey(this.s, line)];
  }
}

/** Until it is over; an error of ours comes out behind the screen. */
export async function onTerminal(s: Session, input: In, output: Out): Promise<void> {
  const terminal = new Terminal(s, output);
  const draw = (): void => terminal.draw();
  const ends: { stop: () => void; fail: (error: unknown) => void } = {
    stop: () => {},
    fail: () => {},
  };
  const pressed = (text: string | undefined, key: Key): void => {
    try {
      if (terminal.press(text, key)) ends.stop();
      else draw();
    } catch (error) {
      ends.fail(error);
    }
  };
  const restore = (): void => {
    input.removeListener("keypress", pressed);
    input.removeListener("end", ends.stop);
    output.removeListener("resize", draw);
    for (const signal of SIGNALS) process.removeListener(signal, ends.stop);
    process.removeListener("exit", restore);
    input.setRawMode(false);
    input.pause();
    output.write(LEAVE);
  };
  try {
    await new Promise<void>((resolve, reject) => {
      ends.stop = resolve;
      ends.fail = reject;
      emitKeypressEvents(input as ReadStream);
      input.on("keypress", pressed);
      input.on("end", ends.stop);
      output.on("resize", draw);
      for (const signal of SIGNALS) process.on(signal, ends.stop);
      process.on("exit", restore);
      input.setRawMode(true);
      input.resume();
      output.write(ENTER);
      draw();
    });
  } finally {
    restore();
  }
}
