// What finding each bug costs, as the last measurement had it: `npm run corpus` writes the file,
// and whoever lists the bugs reads it.

import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { problemOf } from "../../cluster/plan/file.ts";
import { parseJson } from "../../report/json.ts";
import { UserError } from "../../report/user-error.ts";
import { isRegular, readTextFile } from "../files.ts";

export const CORPUS_FILE = fileURLToPath(
  new URL("../../../scenarios/corpus.json", import.meta.url),
);

const spread = v.strictObject({ median: v.number(), p90: v.number() });
const cost = v.strictObject({
  id: v.string(),
  hunts: v.number(),
  /** In how many of them it was found, before the limit. */
  found: v.number(),
  runs: v.optional(spread),
  cpuSeconds: v.optional(spread),
  /** Of the smallest plans: how many steps, the median. */
  steps: v.optional(v.number()),
});
const schema = v.strictObject({
  seed: v.string(),
  limitCpuSeconds: v.number(),
  bugs: v.array(cost),
});

export type Cost = v.InferOutput<typeof cost>;
export type CorpusFile = v.InferOutput<typeof schema>;

/** Undefined when nothing was measured yet. A device may have no end. */
export function readCorpus(file: string): CorpusFile | undefined {
  if (!isRegular(file)) return undefined;
  const refuse = (problem: string): never => {
    throw new UserError(problem, { file });
  };
  const value = parseJson(readTextFile(file));
  if (value === undefined) {
    return refuse("is not one whole piece of JSON; measure again with npm run corpus");
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const { path, text } = problemOf(parsed.issues[0]);
  return refuse(`${path}: ${text}; measure again with npm run corpus`);
}

/** One bug a line. */
export function corpusText({ seed, limitCpuSeconds, bugs }: CorpusFile): string {
  const lines = bugs.map((bug) => `  ${JSON.stringify(bug)}`);
  const head = `"seed": ${JSON.stringify(seed)}, "limitCpuSeconds": ${limitCpuSeconds}`;
  return `{ ${head}, "bugs": [\n${lines.join(",\n")}\n] }\n`;
}
