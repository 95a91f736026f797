// Runs the figures compiled, which is how people run hunts: tsx keeps the names of functions, and
// pays an eighth of the time for it. `npm run bench`.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle } from "../bin/compiled.mjs";

const cache = fileURLToPath(new URL("../node_modules/.cache", import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("SIGINT", () => process.exit(130));
await bundle({ main: "bench/main.ts" }, folder);
await import(pathToFileURL(join(folder, "main.mjs")).href);
