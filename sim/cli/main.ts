// The command line: verbs are files beside this one. Exit status: 0 all is well, 1 output differs,
// 2 the input is bad (one line on stderr), 70 a bug of scoutsim (with its stack).

import process from "node:process";
import { exitStatus } from "./exit-status.ts";
import { stopWhenOutputFails } from "./output.ts";

stopWhenOutputFails([process.stdout, process.stderr]);
process.exitCode = await exitStatus(process.argv.slice(2));
