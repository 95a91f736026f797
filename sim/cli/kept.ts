// The failures that are kept in scenarios/: small runs that go where few random ones do.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Trial, trialIn } from "../cluster/trial/tape-runs.ts";
import { artifactIn } from "./artifact-file.ts";
import { CORPUS_FILE } from "./hunt/corpus-file.ts";

const FOLDER = dirname(CORPUS_FILE);

/** Their files, in the order of the names. */
export function keptFiles(): string[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".json")).map((name) => join(FOLDER, name));
  return files.filter((file) => file !== CORPUS_FILE).sort();
}

export const keptTrials = (): Trial[] => keptFiles().map((file) => trialIn(artifactIn(file)));
