// Files named on the command line: what goes wrong with them is told with the file and a remedy.
// A file is written whole or not at all: under another name in the same folder, then renamed.

import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { UserError } from "../report/user-error.ts";

export function readTextFile(file: string): string {
  return explained(file, () => readFileSync(file, "utf8"));
}

export function readBytes(file: string): Buffer {
  return explained(file, () => readFileSync(file));
}

export function writeTextFile(file: string, text: string): void {
  explained(file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there === undefined) writeWhole(file, text, NEW_FILE);
    else if (there.isFile()) writeWhole(realpathSync(file), text, there.mode);
    else writeFileSync(file, text); // a device or a pipe: there is nothing to destroy
  });
}

/** A folder to write files to; it is made when it is not there. */
export function openFolder(folder: string): void {
  explained(folder, () => {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  });
}

export const isThere = (path: string): boolean => statOf(path) !== undefined;

export const isRegular = (path: string): boolean => statOf(path)?.isFile() === true;

/** Nothing also of what cannot be looked at; whoever opens it gets to know why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (remedyFor(error) === undefined) throw error;
    return undefined;
  }
}

/** It need not be there. */
export function removeFile(file: string): void {
  explained(file, () => rmSync(file, { force: true }));
}

const NEW_FILE = 0o666;

function writeWhole(file: string, text: string, mode: number): void {
  const folder = dirname(file);
  const part = join(folder, `.${basename(file)}.${process.pid}.part`);
  try {
    synced(part, "w", mode, (fd) => writeFileSync(fd, text));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  synced(folder, "r", NEW_FILE, () => {});
}

function synced(path: string, flags: string, mode: number, act: (fd: number) => void): void {
  const fd = openSync(path, flags, mode);
  try {
    act(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; check the name and the folder you are in",
  ENOTDIR: "a part of this path is no folder; check the name",
  EEXIST: "this is a file; name a folder",
  EISDIR: "this is a folder; name the files in it",
  EACCES: "no permission; change the mode of the file",
  EROFS: "the file system is read-only; copy the file elsewhere",
  ENAMETOOLONG: "this name is longer than a file's may be; check it",
  ENOSPC: "the disk is full; make room and try again",
  EDQUOT: "your quota is used up; make room and try again",
  EFBIG: "a file may not be that large here; raise the limit and try again",
};

/** What a person can do about an error of the file system. */
export function remedyFor(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return remedies[String(error.code)] ?? `${error.message}; check the file`;
}

function explained<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const remedy = remedyFor(error);
    if (remedy === undefined) throw error;
    throw new UserError(remedy, { file });
  }
}
