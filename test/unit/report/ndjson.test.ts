// The trace as NDJSON: equal runs give equal bytes, and a file that is not what it should be is
// refused with its line and a remedy.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TraceEntry } from "../../../sim/engine/trace/trace.ts";
import { formatNdjson, ndjsonLine, readNdjson } from "../../../sim/report/ndjson.ts";
import { UserError } from "../../../sim/report/user-error.ts";

const ENTRY: TraceEntry = { seq: 1, sub: 0, at: 5, mount: 0, kind: "k", cause: -1, data: { a: 1 } };
const HEADER = '{"format":"scoutsim-trace","version":1,"mounts":["m0"]}';
const LINE = '{"seq":1,"sub":0,"at":5,"mount":0,"kind":"k","cause":-1,"data":{"a":1}}';

const entries: fc.Arbitrary<TraceEntry[]> = fc.array(
  fc.record({
    seq: fc.nat(),
    sub: fc.nat(),
    at: fc.nat(),
    mount: fc.integer({ min: -1, max: 4 }),
    kind: fc.string(),
    cause: fc.integer({ min: -1 }),
    data: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
);

describe("writing", () => {
  it("gives one header line and one line per record", () => {
    expect(formatNdjson({ mounts: ["m0"] }, [ENTRY])).toBe(`${HEADER}\n${LINE}\n`);
  });

  it("puts keys in a fixed order, also in nested data and the header", () => {
    const data = { b: { d: 1, c: 2 }, a: [{ y: 1, x: 2 }] };
    const mixed = { data, cause: 2, kind: "k", mount: 0, at: 5, sub: 0, seq: 1 };
    expect(ndjsonLine(mixed)).toBe(
      '{"seq":1,"sub":0,"at":5,"mount":0,"kind":"k","cause":2,' +
        '"data":{"a":[{"x":2,"y":1}],"b":{"c":2,"d":1}}}',
    );
    const header = formatNdjson({ seed: "s", mounts: [], by: 1, version: 9 }, []);
    expect(header).toBe('{"format":"scoutsim-trace","version":1,"mounts":[],"by":1,"seed":"s"}\n');
  });

  it.each([[1n], [Number.NaN], [new Map()], [() => 0]])("refuses %s, which JSON loses", (value) => {
    expect(() => ndjsonLine({ ...ENTRY, data: { value } })).toThrow('trace field "value"');
  });

  it("is undone by reading", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const text = formatNdjson({ mounts: ["m0"], seed: "7" }, list);
        const trace = readNdjson(text, "t.ndjson");
        expect(trace.entries).toEqual(JSON.parse(JSON.stringify(list)));
        expect(trace.header).toMatchObject({ mounts: ["m0"], seed: "7" });
        expect(formatNdjson(trace.header, trace.entries)).toBe(text);
      }),
    );
  });
});

describe("reading", () => {
  it("accepts a whole last record without its line end", () => {
    expect(readNdjson(`${HEADER}\n${LINE}`, "t").entries).toEqual([ENTRY]);
  });

  it.each([
    ["an empty file", "", "t.ndjson:1: expected the header"],
    ["another file", "hello\n", "t.ndjson:1: expected the header"],
    ["a record first", `${LINE}\n`, "t.ndjson:1: expected the header"],
    [
      "a newer version",
      '{"format":"scoutsim-trace","version":2}\n{"new":1}\n',
      "t.ndjson:1: trace version 2 is newer than 1, the newest that this scoutsim reads; update",
    ],
    ["no version", '{"format":"scoutsim-trace"}\n', 't.ndjson:1: expected "version" to be 1'],
    [
      "no mounts",
      '{"format":"scoutsim-trace","version":1}\n',
      't.ndjson:1: expected "mounts" to be a list',
    ],
    ["a bad line", `${HEADER}\nxx\n${LINE}\n`, "t.ndjson:2: not a trace record: expected a JSON"],
    ["a blank line", `${HEADER}\n\n${LINE}\n`, "t.ndjson:2: not a trace record"],
    [
      "a missing field",
      `${HEADER}\n${LINE.replace('"at":5,', "")}\n`,
      't.ndjson:2: not a trace record: expected "at" to be a whole number; record the trace again',
    ],
    ["no data", `${HEADER}\n${LINE.replace('{"a":1}', "3")}\n`, 'expected "data" to be an object'],
    ["no kind", `${HEADER}\n${LINE.replace('"k"', "3")}\n`, 'expected "kind" to be a text'],
  ])("refuses %s", (_what, text, message) => {
    expect(() => readNdjson(text, "t.ndjson")).toThrow(UserError);
    expect(() => readNdjson(text, "t.ndjson")).toThrow(message);
  });

  it("refuses a last line that is cut off anywhere", () => {
    for (let length = 1; length < LINE.length; length++) {
      const text = `${HEADER}\n${LINE}\n${LINE.slice(0, length)}`;
      expect(() => readNdjson(text, "t.ndjson")).toThrow(
        "t.ndjson:3: the last line is cut off; record the trace again",
      );
    }
  });
});
