// The failures that a hunt keeps as files: how they are called, and writing them.

import { join } from "node:path";
import { formatArtifact, foundArtifact } from "../../cluster/trial/artifact.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import type { Outcome } from "../../explore/hunt.ts";
import { UserError } from "../../report/user-error.ts";
import { openFolder, removeFile, writeTextFile } from "../files.ts";

const SEED_LENGTH = 24;
const HASH_LENGTH = 8;

/** The same run gives the same name, and another run another. */
export function nameOf({ plan }: Trial, { hash, violation }: Outcome): string {
  const words = [violation?.promise ?? "", plan.seed.slice(-SEED_LENGTH)];
  const safe = words.map((word) => word.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
  return `${[...safe, hash.slice(0, HASH_LENGTH)].join("-")}.json`;
}

/** Writes to one folder, or nowhere. The first file that cannot be written is remembered, so that
 *  a hunt can say what it found before it complains. */
export class Keeper {
  readonly folder: string | undefined;
  problem: UserError | undefined;

  constructor(folder: string | undefined) {
    this.folder = folder;
    if (folder !== undefined) openFolder(folder);
  }

  /** The path of the file; undefined when there is none. */
  keep(name: string, t: Trial, outcome: Outcome): string | undefined {
    if (this.folder === undefined || outcome.violation === undefined) return undefined;
    return this.write(name, formatArtifact(foundArtifact(t, outcome)));
  }

  /** A failure that another, of an earlier seed, is the same as. */
  drop(name: string): void {
    if (this.folder !== undefined) removeFile(join(this.folder, name));
  }

  write(name: string, text: string): string | undefined {
    if (this.folder === undefined) return undefined;
    const file = join(this.folder, name);
    try {
      writeTextFile(file, text);
      return file;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.problem ??= error;
      return undefined;
    }
  }
}
