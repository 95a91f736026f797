// What the terminal shows: title, where one stands, what comes next, what the last command said,
// and a line to type in. Drawn anew each time; every line is cut to the width.

import { pendingText, present } from "./present.ts";
import type { Mark, Paint, Session } from "./session.ts";

/** Green, yellow and red. */
const COLOURS = { new: 32, changed: 33, gone: 31, bad: 31 } as const;

export const colourPaint: Paint = (text, mark: Mark) =>
  mark === "same" ? `  ${text}` : `\x1b[${COLOURS[mark]}m  ${text}\x1b[0m`;

export interface View {
  readonly said: readonly string[];
  /** How many of these lines are above the window. */
  readonly scrolled: number;
  /** What is being typed; undefined while keys are commands. */
  readonly typed: string | undefined;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

const KEYS = "n/b event  s/u step  c continue  p pending  w waits  : command  h help  q quit";
const PENDING = 4;

export function screenLines(s: Session, view: View, { rows, columns }: Size): string[] {
  const { stepper, opened } = s;
  const top = [
    `${opened.title}  move ${stepper.at}  hash ${s.world.hash}`,
    ...present(s).slice(0, Math.max(3, Math.floor(rows / 2) - PENDING)),
    ...stepper
      .pending()
      .slice(0, PENDING)
      .map((e, i) => `  ${i + 1}  ${pendingText(s, e)}`),
    "-".repeat(columns),
  ];
  const room = Math.max(0, rows - top.length - 1);
  const said = view.said.slice(view.scrolled, view.scrolled + room);
  const blank = Array.from({ length: Math.max(0, room - said.length) }, () => "");
  const last = view.typed === undefined ? KEYS : `: ${view.typed}`;
  return [...top, ...said, ...blank, last].slice(-rows).map((line) => cut(line, columns));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
const COLOUR = /\x1b\[\d+m/g;

/** Colours take no room; a coloured line that is too long loses them. */
function cut(line: string, columns: number): string {
  const plain = line.replace(COLOUR, "");
  if ([...plain].length <= columns) return line;
  const [first = ""] = line.match(COLOUR) ?? [];
  const text = `${[...plain].slice(0, columns - 1).join("")}…`;
  return first === "" ? text : `${first}${text}\x1b[0m`;
}
