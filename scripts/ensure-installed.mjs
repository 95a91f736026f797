// Makes `npm test`, `npm start` and friends work on a fresh clone: installs what package-lock.json
// says when node_modules is missing or was made from another lock file. Needs nothing but Node.
// Runs before every script of package.json, so it must be quick and silent when all is well.
// With --stamp (after an install by hand) it only records which lock file node_modules came from.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(top, "node_modules");
const stampFile = join(modules, ".scoutsim-lock");

function fail(message) {
  console.error(`scoutsim: ${message}`);
  process.exit(1);
}

function readLock() {
  try {
    return readFileSync(join(top, "package-lock.json"));
  } catch {
    return fail(
      "package-lock.json cannot be read: restore it with `git checkout package-lock.json`",
    );
  }
}

// Some packages are native, so a tree that was installed on another platform does not count.
const wanted = createHash("sha256")
  .update(readLock())
  .update(`${process.platform}-${process.arch}`)
  .digest("hex");

function whyStale() {
  if (!existsSync(modules)) {
    return "node_modules is missing";
  }
  if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== wanted) {
    return "node_modules does not match package-lock.json";
  }
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(top, "package.json"), "utf8"),
  );
  const names = Object.keys({ ...dependencies, ...devDependencies });
  const lost = names.find((name) => !existsSync(join(modules, name, "package.json")));
  return lost && `node_modules lacks ${lost}`;
}

function install() {
  // The npm that runs us, or the one in the path when this file is run by hand. Install scripts
  // are not needed by any dependency, and the log level of the outer npm must not hide an error.
  const npmCli = process.env.npm_execpath;
  const viaNode = npmCli?.endsWith("npm-cli.js");
  const args = ["ci", "--include=dev", "--include=optional", "--ignore-scripts"];
  args.push("--no-audit", "--no-fund", "--loglevel=error");
  const options = { cwd: top, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  return viaNode
    ? spawnSync(process.execPath, [npmCli, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
}

if (process.argv.includes("--stamp")) {
  if (existsSync(modules)) {
    writeFileSync(stampFile, wanted);
  }
} else {
  const why = whyStale();
  if (why) {
    console.log(`scoutsim: ${why}: running \`npm ci\``);
    const { status, error, stderr } = install();
    if (status !== 0) {
      const said = (stderr ?? "").match(/^npm (?:error|ERR!) (?!code|errno|syscall|path)\S.*$/m);
      const reason = error?.message ?? said?.[0] ?? `exit ${status}`;
      fail(`\`npm ci\` failed (${reason}): check the network and your npm settings, try again`);
    }
    writeFileSync(stampFile, wanted);
  }
}
