// The stepper on a terminal that is played: keys, the line that is typed, and that the terminal is
// put back however it ends.

import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { open } from "../../../../sim/cli/step/open.ts";
import { colourPaint } from "../../../../sim/cli/step/screen.ts";
import { Session } from "../../../../sim/cli/step/session.ts";
import { type In, type Out, onTerminal } from "../../../../sim/cli/step/terminal.ts";

const FAILURE = "scenarios/quorum-udp-not-isolated-by-forced-unmount.json";
const opened = open(FAILURE, { variant: [], world: 1 });

class Screen extends EventEmitter {
  rows = 30;
  columns = 90;
  text = "";
  last: string[] = [];
  write(text: string): boolean {
    this.text += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
    if (text.startsWith("\x1b[H")) this.last = text.replace(/\x1b\[[\d;]*[HKm]/g, "").split("\r\n");
    return true;
  }
}

async function played(keys: readonly string[], end?: (s: Session, i: PassThrough) => void) {
  const s = new Session(opened, colourPaint);
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => modes.push(on) });
  const screen = new Screen();
  const over = onTerminal(s, input as unknown as In, screen as unknown as Out);
  for (const key of keys) {
    input.write(key);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { last } = screen;
  end?.(s, input);
  const error = await over.then(
    () => undefined,
    (e: unknown) => e,
  );
  return { s, modes, screen, last, error };
}
const quit = (_s: Session, input: PassThrough) => input.write("\x03");

test("goes by keys, and shows where it is within the size of the screen", async () => {
  const { s, last } = await played(["n", "n", "n", "b", "\x1b[C", "s"], quit);
  expect([s.stepper.at, s.stepper.step]).toEqual([5, 1]);
  expect(last.length).toBe(30);
  expect(last.every((line) => [...line].length <= 90)).toBe(true);
  expect(last[0]).toMatch(/move 5 {2}hash [0-9a-f]{16}/);
  expect(last.join("\n")).toContain("before its step 1");
  expect(last.at(-1)).toContain("q quit");
});

test("takes a line, corrects it, and recalls it", async () => {
  const typed = [..."state m9", "\x7f", "1", " ", ..."super"];
  const { last } = await played([":", ...typed, "\r"], quit);
  expect(last.join("\n")).toContain("> state m1 super");
  const again = await played([":", ..."to event 99", "\r", "\x1b[H", ":", "\x1b[A"], quit);
  expect(again.last.at(-1)).toBe(": to event 99");
  expect((await played(["t", "\x15", ..."nope", "\r"], quit)).last.join("\n")).toContain("error:");
});

test("colours what changed, where lines have no marks", async () => {
  const { screen } = await played([":", ..."to event 40", "\r", "i", ..."m0 quorum", "\r"], quit);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour
  expect(screen.text).toMatch(/\x1b\[3[123]m/);
  expect(screen.last.some((line) => line.startsWith("* "))).toBe(false);
});

test.each<[string, readonly string[], (s: Session, i: PassThrough) => void]>([
  ["Ctrl-C", ["n"], quit],
  ["quit", ["n"], (_s, input) => input.write("q")],
  ["the end of input", ["n"], (_s, input) => input.end()],
])("puts the terminal back at %s", async (_what, keys, end) => {
  const { modes, screen, error } = await played(keys, end);
  expect([modes, error]).toEqual([[true, false], undefined]);
  expect(screen.text.endsWith("\x1b[?25h\x1b[?1049l")).toBe(true);
  expect(screen.listenerCount("resize")).toBe(0);
});

test("puts the terminal back before an error of ours comes out", async () => {
  const { modes, screen, error } = await played(["n"], (s, input) => {
    s.stepper.next = () => {
      throw new Error("a bug");
    };
    input.write("n");
  });
  expect((error as Error).message).toBe("a bug");
  expect(modes).toEqual([true, false]);
  expect(screen.text.endsWith("\x1b[?25h\x1b[?1049l")).toBe(true);
});
