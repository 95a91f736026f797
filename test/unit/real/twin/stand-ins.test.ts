// A stand-in that replaces nothing is a leftover: the program that it stood for has another name.

import { describe, expect, it } from "vitest";
import { twinPrograms } from "../../../../sim/real/twin/stand-ins.ts";
import { programs } from "../../../../src/programs.ts";

describe("what stands in for the model in a twin", () => {
  it("replaces programs that the model has, or is the twin's own", () => {
    const known = new Set(programs.map(({ name }) => name as string));
    const own = twinPrograms.map(({ name }) => name).filter((name) => !known.has(name));
    expect(own.every((name) => name.startsWith("twin "))).toBe(true);
  });
});
