// The sometimes marks: counted by run, the never reached first, and found in the sources.

import { describe, expect, test } from "vitest";
import {
  addRun,
  type Counted,
  coverageLines,
  marksIn,
  newCoverage,
  startCounting,
} from "../../../sim/explore/coverage.ts";

function world(): Counted {
  const steps = { go: { id: 0 }, stop: { id: 1 } };
  return {
    tables: { programs: new Map([["p", { name: "p", steps }]]) },
    trace: { coverage: undefined, marks: undefined },
  };
}

describe("coverage", () => {
  test("counts runs, not steps, and lists the never reached first", () => {
    const c = newCoverage();
    for (const times of [3, 1, 0]) {
      const w = world();
      startCounting(w);
      if (w.trace.coverage !== undefined) w.trace.coverage[0] = times;
      if (times > 0) w.trace.marks?.set("it went", times);
      addRun(c, w);
    }
    expect(coverageLines(c, ["it went", "it stopped early"])).toEqual([
      "3 runs; never reached: 1 of 2 labels, 1 of 2 notes",
      "runs     label",
      "      0  p @ stop",
      "      2  p @ go",
      "runs     note",
      "      0  it stopped early",
      "      2  it went",
    ]);
  });

  test("refuses a world that did not count", () => {
    expect(() => addRun(newCoverage(), world())).toThrow("call startCounting before it runs");
  });
});

describe("the marks of a source file", () => {
  test("are the texts of its notes and of what it ignores", () => {
    const source = `
      out.note("one thing");
      out.ignored(
        l.late ? "it is late" : "it is \\"early\\"",
      );
      out.note(\`made of \${parts}\`);
      note("not a verb");`;
    expect(marksIn(source)).toEqual(["one thing", "it is late", 'it is \\"early\\"']);
  });
});
