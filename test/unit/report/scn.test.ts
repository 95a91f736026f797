// The scenario format: what is written reads back the same, complaints name the exact place, and a
// difference is reported where it begins.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scenario, ScnCommand, ScnExecutor } from "../../../sim/report/scn.ts";
import {
  checkScn,
  choiceArg,
  combineExecutors,
  durationArgUs,
  expectArgs,
  formatDifference,
  listArg,
  numberArg,
  parseDurationUs,
  parseScn,
  printScn,
  runScn,
  textArg,
  words,
} from "../../../sim/report/scn.ts";
import { UserError } from "../../../sim/report/user-error.ts";

const WHY = "# Shows the format.\n\n";

const echo: ScnExecutor = {
  commands: ["echo"],
  run: (command) => words(command).join("\n"),
};

const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "no error";
};

const command = (line: string): ScnCommand => {
  const [first] = parseScn(`${WHY}${line}\n----\n`, "f.scn").blocks[0]?.input ?? [];
  if (first === undefined || typeof first === "string") throw new Error("expected a command");
  return first;
};

describe("reading", () => {
  it("keeps comments, commands and outputs apart", () => {
    const text = `${WHY}# first\nmount m0\n# then\nrun for=3s\n----\nup\n\n# end\n`;
    const scenario = parseScn(text, "f.scn");
    expect(scenario.blocks).toHaveLength(1);
    expect(scenario.blocks[0]).toMatchObject({
      lead: ["# Shows the format.", "", "# first"],
      input: [{ name: "mount", line: 4 }, "# then", { name: "run", line: 6 }],
      output: "up",
      outputLine: 8,
    });
    expect(scenario.tail).toEqual(["# end"]);
  });

  it("reads words, keys, quotes, escapes and a comment at the end", () => {
    const { args } = command('go west to=m1 say="a \\"b\\"\\n" "two words" x=a=b # "why');
    expect(args).toEqual([
      { key: undefined, value: "west", column: 4 },
      { key: "to", value: "m1", column: 9 },
      { key: "say", value: 'a "b"\n', column: 15 },
      { key: undefined, value: "two words", column: 31 },
      { key: "x", value: "a=b", column: 43 },
    ]);
  });

  it("takes an output with blank lines between doubled separators", () => {
    const text = `${WHY}a\n----\n----\nx\n\ny\n----\n----\n\nb\n----\nz\n`;
    const outputs = parseScn(text, "f.scn").blocks.map((block) => block.output);
    expect(outputs).toEqual(["x\n\ny", "z"]);
  });

  it("reads files with CR LF, a byte order mark or no last line end", () => {
    const text = `\uFEFF${WHY}echo a\n----\na`.replaceAll("\n", "\r\n");
    expect(checkScn(parseScn(text, "f.scn"), echo)).toBeUndefined();
  });
});

describe("complaints name the exact place", () => {
  it.each([
    ["", "1:1: expected a comment that says why"],
    ["echo a\n----\n", "1:1: expected a comment that says why"],
    ["#\necho a\n----\n", "1:1: expected a comment that says why"],
    ["# why\n", "2:1: expected a block"],
    ["# why\n\necho a\n", "4:1: expected a command or"],
    ["# why\n\necho a\n\n----\n", "4:1: expected a command or"],
    ["# why\n\n----\na\n", "3:1: expected a command before"],
    ["# why\n\n echo a\n----\n", "3:1: unexpected space"],
    ["# why\n\necho a\n-----\n", '4:1: unexpected "-----"'],
    ["# why\n\n#echo a\n----\n", '3:1: unexpected "#"'],
    ["# why\n\n!\n----\n", "3:1: expected a command name"],
    ["# why\n\necho! a\n----\n", '3:5: expected a space before "!"'],
    ['# why\n\necho a"b"\n----\n', '3:7: expected a space before "\\""'],
    ['# why\n\necho "ab\n----\n', "3:6: this quote is never closed"],
    ['# why\n\necho "a\\q"\n----\n', "3:8: unknown escape"],
    ["# why\n\necho a=\n----\n", '3:8: expected a value after "a="'],
    ["# why\n\necho a=1 b=2 a=3\n----\n", '3:14: "a=" is given twice'],
    ["# why\n\necho a\n----\na\necho b\n----\nb\n", '7:1: unexpected "----" in an output'],
    ["# why\n\necho a\n----\n----\na\n\nb\n----\n", "6:1: the output that begins here"],
    ["# why\n\necho a\n----\n----\na\n----\n----\nb\n", "9:1: expected a blank line"],
  ])("%j", (text, start) => {
    const message = messageOf(() => parseScn(text, "dir/f.scn"));
    expect(message.startsWith(`dir/f.scn:${start}`), message).toBe(true);
    expect(message).not.toContain("\n");
  });

  it("of an unknown command, before anything runs", () => {
    let ran = 0;
    const counting = { ...echo, run: () => String(++ran) };
    const scenario = parseScn(`${WHY}echo a\nfoo\n----\n`, "f.scn");
    expect(messageOf(() => checkScn(scenario, counting))).toBe(
      'f.scn:4:1: unknown command "foo"; commands are echo',
    );
    expect(ran).toBe(0);
  });

  it("of what an executor refuses", () => {
    const refusing: ScnExecutor = {
      commands: ["go"],
      run() {
        throw new UserError("not now; wait");
      },
    };
    const scenario = parseScn(`${WHY}go\n----\n`, "f.scn");
    expect(messageOf(() => runScn(scenario, refusing))).toBe("f.scn:3:1: not now; wait");
  });
});

describe("arguments", () => {
  it("reads durations as whole microseconds", () => {
    const texts = ["250us", "10ms", "3s", "3", "1.5s", "-1s", "s", "9007199254740993us"];
    const none = undefined;
    expect(texts.map(parseDurationUs)).toEqual([
      250,
      10_000,
      3_000_000,
      none,
      none,
      none,
      none,
      none,
    ]);
  });

  it("gives typed values or the fallback", () => {
    const c = command("go n=3 for=10ms who=a,b how=fast");
    expect(numberArg(c, "n")).toBe(3);
    expect(numberArg(c, "m", 7)).toBe(7);
    expect(durationArgUs(c, "for")).toBe(10_000);
    expect(listArg(c, "who")).toEqual(["a", "b"]);
    expect(choiceArg(c, "how", ["fast", "slow"])).toBe("fast");
  });

  it.each<[string, (c: ScnCommand) => unknown, string]>([
    ["go n=x", (c) => numberArg(c, "n"), '3:4: expected n= to be a whole number, got "x"'],
    ["go at=3", (c) => durationArgUs(c, "at"), "3:4: expected at= to be a duration like"],
    ["go", (c) => textArg(c, "to"), "3:1: go needs to=, a text"],
    ["go how=x", (c) => choiceArg(c, "how", ["a", "b"]), "3:4: expected how= to be one of a, b"],
    ["go who=a,,b", (c) => listArg(c, "who"), "3:4: expected who= to be a list"],
    ["go a b", (c) => expectArgs(c, { maxWords: 1 }), '3:6: unexpected word "b"; go takes up to 1'],
    ["go x=1", (c) => expectArgs(c, { keys: ["y"] }), '3:4: unexpected "x="; go takes y='],
    ["go x", (c) => expectArgs(c, {}), '3:4: unexpected word "x"; go takes no arguments'],
  ])("complains about %s", (line, read, start) => {
    expect(messageOf(() => read(command(line)))).toContain(`f.scn:${start}`);
  });
});

describe("comparing", () => {
  it("joins the outputs of a block's commands", () => {
    const scenario = parseScn(`${WHY}echo a\necho\necho b c\n----\na\nb\nc\n`, "f.scn");
    expect(checkScn(scenario, echo)).toBeUndefined();
  });

  it("reports the first difference with its line and a small diff", () => {
    const five = "echo 1 2 3 4 5\n----\n1\n2\nx\n4\n5\n";
    const text = `${WHY}echo a\n----\na\n\n${five}\necho b\n----\nc\n`;
    const difference = checkScn(parseScn(text, "f.scn"), echo);
    expect(difference && formatDifference(difference)).toEqual([
      "f.scn:11: output differs (- expected, + actual)",
      "  > echo 1 2 3 4 5",
      "    1",
      "    2",
      "  - x",
      "  + 3",
      "    4",
      "    5",
    ]);
  });

  it("stops at the first difference", () => {
    const ran: string[] = [];
    const noting = { ...echo, run: (c: ScnCommand) => String(ran.push(c.text)) };
    checkScn(parseScn(`${WHY}echo a\n----\nx\n\necho b\n----\n`, "f.scn"), noting);
    expect(ran).toEqual(["echo a"]);
  });

  it("ignores spaces at line ends and line ends at the end", () => {
    const sloppy = { ...echo, run: () => "a  \nb\n\n" };
    expect(checkScn(parseScn(`${WHY}echo\n----\na\nb\n`, "f.scn"), sloppy)).toBeUndefined();
  });

  it("dispatches to combined executors and refuses two owners of a command", () => {
    const both = combineExecutors([echo, { commands: ["two"], run: () => "2" }]);
    const scenario = parseScn(`${WHY}echo a\ntwo\n----\na\n2\n`, "f.scn");
    expect(checkScn(scenario, both)).toBeUndefined();
    expect(() => combineExecutors([echo, echo])).toThrow('two executors claim "echo"');
  });
});

describe("writing", () => {
  it("rewrites outputs and keeps all else", () => {
    const text = (output: string) =>
      `${WHY}# c\necho a\n# d\necho b # e\n----\n${output}\n\n# end\n`;
    expect(printScn(runScn(parseScn(text("old"), "f.scn"), echo))).toBe(text("a\nb"));
  });

  it("refuses an output that would end its own block", () => {
    const fences = { ...echo, run: () => "a\n----\n----" };
    const scenario = runScn(parseScn(`${WHY}echo\n----\n`, "f.scn"), fences);
    expect(messageOf(() => printScn(scenario))).toContain('f.scn:3: the output has a line "----"');
  });

  it("is undone by reading, for any scenario", () => {
    fc.assert(
      fc.property(scenarioText, (text) => {
        const scenario = parseScn(text, "f.scn");
        const printed = printScn(scenario);
        const again = parseScn(printed, "f.scn");
        expect(withoutLines(again)).toEqual(withoutLines(scenario));
        expect(printScn(again)).toBe(printed);
      }),
    );
  });

  it("is undone by reading, for any output", () => {
    const line = fc.constantFrom("", "----", "a", "# b", "-- --", "c=1 \t", '"');
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const says: ScnExecutor = { commands: ["echo"], run: () => lines.join("\n") };
        const scenario = runScn(parseScn(`${WHY}echo\n----\n\necho\n----\n`, "f.scn"), says);
        if (messageOf(() => printScn(scenario)) !== "no error") return;
        expect(checkScn(parseScn(printScn(scenario), "f.scn"), says)).toBeUndefined();
      }),
    );
  });
});

const commentLine = fc.constantFrom("# a comment", "#", "# ---- b  ");
const wordText = fc.constantFrom(
  "m0",
  "x=1",
  "for=250us",
  'say="a b\\n"',
  '"#"',
  "--",
  "é=\u{1F600}",
);
const commandLine = fc
  .uniqueArray(wordText, { maxLength: 4 })
  .map((args) => ["echo", ...args].join("  "));
const outputText = fc.oneof(
  fc
    .array(fc.constantFrom("a", "# b", "  c ", "-----"), { maxLength: 4 })
    .map((lines) => ["----", ...lines]),
  fc
    .array(fc.constantFrom("a", "", "# b", "c"), { maxLength: 5 })
    .map((lines) => ["----", "----", ...lines, "----", "----"]),
);
const blockText = fc
  .tuple(
    fc.array(fc.oneof(commentLine, fc.constant("")), { maxLength: 3 }),
    commandLine,
    fc.array(fc.oneof(commandLine, commentLine), { maxLength: 3 }),
    outputText,
  )
  .map(([lead, first, input, output]) => [...lead, first, ...input, ...output, ""].join("\n"));
const scenarioText = fc
  .tuple(
    fc.array(blockText, { minLength: 1, maxLength: 4 }),
    fc.array(commentLine, { maxLength: 2 }),
  )
  .map(([blocks, tail]) => `${["# Why.", ...blocks, ...tail].join("\n")}\n`);

/** Canonical separators and blank lines may move a line, and nothing else may change. */
const withoutLines = (scenario: Scenario): unknown =>
  JSON.parse(
    JSON.stringify(scenario, (key, value) =>
      key === "line" || key === "outputLine" ? undefined : value,
    ),
  );
