// Walks scenarios/ and compares every golden file with what the model does now. GOLDEN=1 rewrites
// the files instead (`npm run golden`).

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { scenarioExecutor } from "../../sim/cluster/scenario/scenario.ts";
import type { ScnExecutor } from "../../sim/report/scn.ts";
import {
  checkScn,
  combineExecutors,
  formatDifference,
  parseScn,
  printScn,
  runScn,
} from "../../sim/report/scn.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Each file gets fresh ones. An executor that only tests need is added here. */
const executors: readonly (() => ScnExecutor)[] = [scenarioExecutor];

const files = readdirSync(join(ROOT, "scenarios"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".scn"))
  .map((name) => relative(ROOT, join(ROOT, "scenarios", name)))
  .sort();

it("finds scenarios to run", () => {
  expect(files.length, "no .scn file in scenarios/: this walk proves nothing").toBeGreaterThan(0);
});

it.each(files)("%s", (file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  const scenario = parseScn(text, file);
  const executor = combineExecutors(executors.map((make) => make()));
  if (process.env.GOLDEN === "1") {
    const now = printScn(runScn(scenario, executor));
    if (now !== text) writeFileSync(join(ROOT, file), now);
    return;
  }
  const difference = checkScn(scenario, executor);
  if (difference === undefined) return;
  const advice = "if this change is meant, run npm run golden and review its diff";
  expect.fail([...formatDifference(difference), advice].join("\n"));
});
