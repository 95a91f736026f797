// The sometimes marks: counted by run, the never reached first, and found in the sources.

import { describe, expect, test } from "vitest";
import {
  addRun,
  type Counted,
  type Coverage,
  countsOf,
  coverageLines,
  type Known,
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

const linesOf = (c: Coverage, known: Known) => coverageLines(countsOf(c, known), known);

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
    const known = { marks: ["it went", "it stopped early"], pairs: ["a x b"], reasons: {} };
    expect(linesOf(c, known)).toEqual([
      "3 runs reached 40 % of what can be: 2 of 5",
      "never reached: 1 of 2 labels, 1 of 2 notes, 1 of 1 pairs; 0 with a reason",
      "  never    p @ stop",
      "  never    it stopped early",
      "  never    a x b",
      "runs     label",
      "      2  p @ go",
      "runs     note",
      "      2  it went",
      "runs     pair",
    ]);
  });

  test("does not ask for what has a reason, and tells of a reason that is none", () => {
    const c = newCoverage();
    const w = world();
    startCounting(w);
    if (w.trace.coverage !== undefined) w.trace.coverage[0] = 1;
    addRun(c, w, ["a x b"]);
    const reasons = { "p @ stop": "unreachable: it never stops", "a x b": "unreachable: no" };
    expect(linesOf(c, { marks: [], pairs: ["a x b"], reasons }).slice(0, 4)).toEqual([
      "1 runs reached 100 % of what can be: 2 of 2",
      "never reached: 1 of 2 labels, 0 of 0 notes, 0 of 1 pairs; 1 with a reason",
      "  never    p @ stop: unreachable: it never stops",
      "  reached, though it has a reason: a x b",
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
