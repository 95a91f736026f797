// The aligned trace: who did what is seen from the column it stands in.

import { describe, expect, it } from "vitest";
import type { TraceEntry } from "../../../sim/engine/trace/trace.ts";
import { describeEntry, formatSeconds, formatText, textLine } from "../../../sim/report/text.ts";

const entry = (some: Partial<TraceEntry>): TraceEntry => ({
  seq: 17,
  sub: 0,
  at: 12_345_678,
  mount: 0,
  kind: "step",
  cause: 12,
  data: {},
  ...some,
});

describe("a trace as text", () => {
  it("has a column per mount, all of one width", () => {
    const entries = [
      entry({ kind: "server", data: { program: "farewell_worker", label: "reclaim" } }),
      entry({ sub: 1, mount: 1, kind: "grant", data: { key: 3, mode: "read" } }),
      entry({ seq: 18, cause: -1, mount: -1, kind: "plan", data: { action: "power off" } }),
    ];
    expect(formatText(entries, { mounts: ["m0", "m1"], width: 25 })).toEqual([
      "    seconds  event<-cause    | m0                        | m1                        |",
      "  12.345678  17<-12          | server: farewell_worker … |                           |",
      "  12.345678  17.1<-12        |                           | grant: key=3 mode=read    |",
      '  12.345678  18              * plan: action="power off"',
    ]);
  });

  it("has columns for some mounts only, in the order that was asked for", () => {
    const options = { mounts: ["m0", "m1", "m2"], shown: [2, 0], width: 6 };
    expect(formatText([entry({ mount: 2, kind: "a" }), entry({ kind: "b" })], options)).toEqual([
      "    seconds  event<-cause    | m2     | m0     |",
      "  12.345678  17<-12          | a      |        |",
      "  12.345678  17<-12          |        | b      |",
    ]);
  });

  it("cuts what is too long by characters, not by halves of them", () => {
    const line = textLine(entry({ kind: "\u{1F600}".repeat(9) }), { mounts: ["m0"], width: 4 });
    expect(line.endsWith(`| ${"\u{1F600}".repeat(3)}… |`)).toBe(true);
  });

  it("lets the caller say what a record means", () => {
    const options = { mounts: ["m0"], width: 6, describe: () => "hello" };
    expect(textLine(entry({}), options).endsWith("| hello  |")).toBe(true);
  });

  it("refuses a record of a mount without a name", () => {
    expect(() => textLine(entry({ mount: 2 }), { mounts: ["m0"] })).toThrow("only 1 mounts");
  });

  it("stays on one line whatever the data hold", () => {
    const data = { text: "a\nb", nested: { list: [1, "x y"] }, none: undefined, nil: null };
    expect(describeEntry(entry({ data }))).toBe(
      'step: text="a\\nb" nested={"list":[1,"x y"]} nil=null',
    );
  });

  it("prints times exactly", () => {
    const times = [0, 1, 999_999, 1_000_000, 86_400_000_001];
    expect(times.map(formatSeconds)).toEqual([
      "0.000000",
      "0.000001",
      "0.999999",
      "1.000000",
      "86400.000001",
    ]);
  });
});
