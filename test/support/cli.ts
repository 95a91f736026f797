// The command line as a person has it: in a process of its own, from the top of the project.

import { execFile, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What node is given before the verb. */
export const COMMAND: readonly string[] = ["bin/scoutsim.mjs"];

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAX_OUTPUT = 64_000_000;

export const run = (file: string, args: readonly string[]): Promise<Finished> =>
  new Promise((resolve) => {
    const options = { cwd: ROOT, maxBuffer: MAX_OUTPUT };
    const child = execFile(file, args, options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });

export const scoutsim = (...args: readonly string[]): Promise<Finished> =>
  run(process.execPath, [...COMMAND, ...args]);

/** A run that gets a signal once, when its output has come so far: a second one ends it hard. */
export async function signalled(
  args: readonly string[],
  { at, signal }: { readonly at: string; readonly signal: NodeJS.Signals },
): Promise<Omit<Finished, "stderr">> {
  const child = spawn(process.execPath, [...COMMAND, ...args], { cwd: ROOT });
  let stdout = "";
  let isSent = false;
  child.stdout.on("data", (text) => {
    stdout += text;
    if (!isSent && stdout.includes(at)) isSent = child.kill(signal);
  });
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, stdout };
}
