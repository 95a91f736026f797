// Runs the program and turns what it throws into an exit status and a message.

import process from "node:process";
import { CommanderError } from "commander";
import { UserError } from "../report/user-error.ts";
import { buildProgram } from "./program.ts";

const BAD_INPUT = 2;
/** EX_SOFTWARE of sysexits.h. */
const OUR_BUG = 70;

export async function exitStatus(args: readonly string[]): Promise<number> {
  let status = 0;
  try {
    const program = buildProgram((verbStatus) => {
      status = verbStatus;
    });
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    // Commander throws this also after it has printed a help text.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const bad = error instanceof CommanderError ? usageError(error, args) : error;
    if (bad instanceof UserError) {
      process.stderr.write(`${bad.place === undefined ? "scoutsim: " : ""}${bad.message}\n`);
      return BAD_INPUT;
    }
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`scoutsim: this is a bug of scoutsim, please report it\n${stack}\n`);
    return OUR_BUG;
  }
}

function usageError(error: CommanderError, args: readonly string[]): UserError {
  const known = buildProgram(() => {}).commands.map((command) => command.name());
  if (error.code === "commander.help") {
    return new UserError(`expected a verb: ${known.join(", ")}; see scoutsim --help`);
  }
  const verb = known.find((name) => name === args[0]);
  const help = verb === undefined ? "scoutsim --help" : `scoutsim ${verb} --help`;
  return new UserError(`${error.message.replace(/^error: /, "")}; see ${help}`);
}
