// Runs commands at the same time, each given as one argument, and tells what each said when it has
// ended, in the order in which they are given. Fails as soon as all have ended if one has failed.
// So what checks the sources takes as long as the slowest check, not as long as all of them.
import { spawn } from "node:child_process";
import process from "node:process";

/** What a command said and how it ended. Its words are split at blanks: nothing here has more. */
function ran(command) {
  const [name, ...args] = command.split(" ");
  const shell = process.platform === "win32";
  const child = spawn(name, args, { shell, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => said.push(part));
  return new Promise((resolve) => {
    child.on("error", ({ message }) => resolve({ status: 1, text: `${command}: ${message}\n` }));
    child.on("close", (status) => resolve({ status, text: Buffer.concat(said).toString() }));
  });
}

for (const { status, text } of await Promise.all(process.argv.slice(2).map(ran))) {
  process.stdout.write(text);
  if (status !== 0) process.exitCode = 1;
}
