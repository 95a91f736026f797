// Counting what runs come to ends at Ctrl-C, with what there is.

import process from "node:process";
import { expect, test, vi } from "vitest";
import { countCoverage } from "../../../sim/cli/coverage.ts";

test("Ctrl-C ends the count with what there is so far", async () => {
  const lines: string[] = [];
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(`${text}`);
    return true;
  });
  const counting = countCoverage({ runs: "1000000", seed: "stopped", variant: [] });
  setImmediate(() => process.emit("SIGINT"));
  expect(await counting).toBe(0);
  out.mockRestore();
  const [, runs] = /^(\d+) runs?/.exec(lines.join("")) ?? [];
  expect(Number(runs)).toBeLessThan(10);
});
