// `scoutsim new`: a file that passes the checks as it is, and what to do with it next.

import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../report/user-error.ts";
import { isThere, openFolder, writeTextFile } from "../files.ts";
import { writeLine } from "../output.ts";
import { monitorText, scenarioText, variantText } from "./texts.ts";

export interface NewOptions {
  readonly dir?: string;
}

interface Kind {
  readonly folder: string;
  readonly name: RegExp;
  readonly example: string;
  readonly file: (name: string) => string;
  /** `types` is the import of the types that stand in its folder. */
  readonly text: (name: string, types: string) => string;
  readonly next: (file: string, name: string) => readonly string[];
}

const words = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const kinds: Readonly<Record<string, Kind>> = {
  scenario: {
    folder: "scenarios",
    name: words,
    example: "leader-loses-its-disk",
    file: (name) => `${name}.scn`,
    text: scenarioText,
    next: (file) => [
      "say in its first line what it shows, and write what is done: HACKING.md, Add a scenario",
      `then: scoutsim run --golden ${file}`,
    ],
  },
  variant: {
    folder: "src/variants",
    name: words,
    example: "server-forgets-clients",
    file: (name) => `${name}.ts`,
    text: variantText,
    next: (_file, name) => [
      "put in the rules or steps that it replaces, and the promise that it breaks or mends",
      "list it in src/variants/index.ts: HACKING.md, Add a variant",
      `then: scoutsim hunt --variant ${name} --out found`,
    ],
  },
  monitor: {
    folder: "src/monitors",
    name: /^[A-Za-z]{3}\d$/,
    example: "NET5",
    file: (name) => `${name.toLowerCase()}.ts`,
    text: monitorText,
    next: (_file, name) => [
      "say what is promised, name the kinds of entries that it wants, and when it is broken",
      `list it in src/monitors/all.ts, and ${name.toUpperCase()} in src/monitors/promises.ts`,
      "show that it fires: HACKING.md, Add a monitor",
    ],
  },
};

const TOP = fileURLToPath(new URL("../../../", import.meta.url));

export function writeNew(what: string, name: string, { dir }: NewOptions): number {
  const kind = Object.hasOwn(kinds, what) ? kinds[what] : undefined;
  if (kind === undefined) {
    throw new UserError(`expected one of ${Object.keys(kinds).join(", ")}, not "${what}"`);
  }
  if (!kind.name.test(name)) {
    throw new UserError(`a ${what} has a name like ${kind.example}, not "${name}"`);
  }
  const folder = dir ?? join(TOP, kind.folder);
  const file = join(folder, kind.file(name));
  if (isThere(file)) {
    throw new UserError("is there already; choose another name, or remove it first", { file });
  }
  openFolder(folder);
  const types = relative(folder, join(TOP, kind.folder, "types.ts"))
    .split(sep)
    .join("/");
  writeTextFile(file, kind.text(name, types.startsWith(".") ? types : `./${types}`));
  writeLine(`wrote ${file}`);
  for (const line of kind.next(file, name)) writeLine(`- ${line}`);
  return 0;
}
