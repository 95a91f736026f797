// Files named on the command line: what goes wrong with them is told with the file and a remedy.

import { readFileSync, writeFileSync } from "node:fs";
import { UserError } from "../report/user-error.ts";

export function readTextFile(file: string): string {
  return explained(file, () => readFileSync(file, "utf8"));
}

export function writeTextFile(file: string, text: string): void {
  explained(file, () => writeFileSync(file, text));
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; check the name and the folder you are in",
  ENOTDIR: "a part of this path is no folder; check the name",
  EISDIR: "this is a folder; name the files in it",
  EACCES: "no permission; change the mode of the file",
  EROFS: "the file system is read-only; copy the file elsewhere",
};

function explained<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const remedy = remedies[String(error.code)] ?? `${error.message}; check the file`;
    throw new UserError(remedy, { file });
  }
}
