// The command line compiled ahead: tsx takes longer to start than the rest of `--help`. What is
// compiled is kept under a hash of all sources' names, sizes and times, so it is never stale, and
// under another name until it is whole. Who may not write beside the packages, because root has
// installed them, keeps it at home. Whatever goes wrong here, tsx takes over.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = fileURLToPath(new URL("..", import.meta.url));
const home = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
/** Where it may be kept, the first that will do. */
const folders = [join(top, "node_modules", ".cache"), home].map((at) => join(at, "scoutsim"));
const ENTRIES = { main: "sim/cli/main.ts", worker: "sim/cli/hunt/worker.ts" };
const WEEK_MS = 7 * 24 * 3600 * 1000;

/** Of what is compiled, and by what. */
function fingerprint() {
  const hash = createHash("sha1").update(`${process.version} ${top}`);
  const add = (path) => {
    const { size, mtimeNs, ctimeNs } = statSync(join(top, path), { bigint: true });
    hash.update(`${path} ${size} ${mtimeNs} ${ctimeNs}\n`);
  };
  const visit = (folder) => {
    for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith(".ts")) add(path);
    }
  };
  for (const folder of ["src", "sim"]) visit(folder);
  for (const file of ["bin/compiled.mjs", "package.json", "tsconfig.json"]) add(file);
  return hash.digest("hex");
}

/** A module asks where it is: where its source is. */
const places = {
  name: "places",
  setup(build) {
    build.onLoad({ filter: /[\\/](?:sim|src|bench|test)[\\/].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const here = JSON.stringify(pathToFileURL(path).href);
      return { contents: text.replaceAll("import.meta.url", here), loader: "ts" };
    });
  },
};

/** Packages are found from here, wherever the outcome is kept. */
const packages = {
  name: "packages",
  setup(build) {
    build.onResolve({ filter: /^[\w@]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || isBuiltin(path)) return undefined;
      return { path: import.meta.resolve(path), external: true };
    });
  },
};

/** Compiles entries, each with all that it imports of ours, into a folder. */
export function bundle(entryPoints, outdir) {
  const esbuild = createRequire(createRequire(import.meta.url).resolve("tsx"))("esbuild");
  return esbuild.build({
    absWorkingDir: top,
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    ...{ bundle: true, splitting: true, format: "esm", platform: "node" },
    ...{ target: "node20", sourcemap: true, sourcesContent: false, logLevel: "silent" },
    plugins: [places, packages],
  });
}

function compile(key, kept) {
  mkdirSync(kept, { recursive: true });
  for (const name of readdirSync(kept)) {
    const old = join(kept, name);
    if (Date.now() - statSync(old).mtimeMs > WEEK_MS) rmSync(old, { recursive: true, force: true });
  }
  const part = mkdtempSync(join(kept, "part-"));
  return bundle(ENTRIES, part)
    .then(() => {
      if (fingerprint() !== key) throw new Error("a source has changed meanwhile");
      renameSync(part, join(kept, key));
    })
    .catch((error) => {
      rmSync(part, { recursive: true, force: true });
      if (!existsSync(join(kept, key))) throw error;
    });
}

/** The compiled module, as a URL; undefined when there is none and none can be made. */
async function compiled(entry) {
  for (const kept of folders) {
    try {
      const key = fingerprint();
      const file = join(kept, key, `${entry}.mjs`);
      if (!existsSync(file)) await compile(key, kept);
      process.setSourceMapsEnabled(true);
      return pathToFileURL(file).href;
    } catch {
      // the next folder, or none
    }
  }
  return undefined;
}

/** Runs an entry, compiled or by tsx. */
export async function boot(entry) {
  const url = await compiled(entry);
  if (url === undefined) await import("./tsx.mjs");
  await import(url ?? `../${ENTRIES[entry]}`);
}
