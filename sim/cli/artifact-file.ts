// An artifact named on the command line.

import { type Artifact, readArtifact } from "../cluster/trial/artifact.ts";
import { UserError } from "../report/user-error.ts";
import { readTextFile } from "./files.ts";

export function artifactIn(file: string): Artifact {
  const text = readTextFile(file);
  if (!file.endsWith(".scn")) return readArtifact(text, file);
  throw new UserError("is a scenario: give it to scoutsim run, step or trace", { file });
}
