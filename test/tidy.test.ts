// Holds the project to its own habits: walls, sizes, determinism, purpose, wording. Every rule is
// shown samples first: one that it must refuse, and near misses that it must let pass.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "./tidy/finding.ts";
import { say } from "./tidy/finding.ts";
import * as rules from "./tidy/rules.ts";
import type { SourceFile } from "./tidy/scan.ts";
import { functionsOf, importsOf, stripped } from "./tidy/scan.ts";
import { walls } from "./tidy/walls.ts";

const top = fileURLToPath(new URL("../", import.meta.url));

function filesOfProject(): SourceFile[] {
  const args = ["ls-files", "-co", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: top, encoding: "utf8" }).split("\0");
  return [...new Set(listed)]
    .filter((path) => path !== "" && existsSync(top + path))
    .map((path) => ({ path, text: readFileSync(top + path, "utf8") }))
    .filter(({ text }) => !text.includes("\0"));
}

const lines = (count: number, line = "x += 1;\n") => line.repeat(count);
const file = (path: string, text: string): SourceFile => ({ path, text });
const isCode = (path: string) => /\.(?:ts|mjs)$/.test(path);

/** A rule for one file, where it applies, and the samples that keep it honest. */
interface Rule {
  readonly name: string;
  readonly applies: (path: string) => boolean;
  readonly check: (file: SourceFile) => Finding[];
  readonly refused: readonly SourceFile[];
  readonly passed: readonly SourceFile[];
}

const perFile: readonly Rule[] = [
  {
    name: "imports respect the walls",
    applies: (path) => /^(?:src|sim)\/.*\.ts$/.test(path),
    check: walls,
    refused: [
      file("src/core/ids.ts", 'import { x } from "../lock/api.ts";'),
      file("src/core/ids.ts", 'import type { X } from "../lock/types.ts";'),
      file("src/lock/grant.ts", 'import { readFileSync } from "node:fs";'),
      file("src/lock/grant.ts", 'import * as v from "valibot";'),
      file("src/lock/grant.ts", 'import type { World } from "../../sim/engine/world.ts";'),
      file("src/lock/grant.ts", 'import { send } from "../net/send.ts";'),
      file("src/lock/grant.ts", 'import { type Send } from "../net/send.ts";'),
      file("src/lock/deep/grant.ts", 'import { send } from "../../net/send.ts";'),
      file("src/lock/grant.ts", 'export {\n  send,\n} from "../net/send.ts";'),
      file("src/lock/grant.ts", 'const { send } = await import("../net/send.ts");'),
      file("src/lock/grant.ts", 'import "../net/send.ts";'),
      file("src/lock/grant.ts", 'import { tables } from "../tables.ts";'),
      file("src/monitors/lck1.ts", 'import { grant } from "../lock/grant.ts";'),
      file("sim/engine/heap.ts", 'import { lock } from "../../src/lock/api.ts";'),
      file("sim/engine/heap.ts", 'import type { Plan } from "../cluster/plan.ts";'),
      file("sim/engine/heap.ts", 'import seedrandom from "seedrandom";'),
      file("sim/engine/heap.ts", 'import { Worker } from "node:worker_threads";'),
      file("sim/engine/chooser/seeded.ts", 'import * as v from "valibot";'),
      file("sim/explore/hunt.ts", 'import type { Mount } from "../../src/mount/types.ts";'),
      file("sim/explain/chain.ts", 'import { build } from "../cluster/build.ts";'),
      file("sim/report/text.ts", 'import { Command } from "commander";'),
      file("sim/report/text.ts", 'import { main } from "../cli/main.ts";'),
      file("sim/cli/main.ts", 'import seedrandom from "seedrandom";'),
      file("sim/cli/main.ts", 'import { sample } from "../../test/support/sample.ts";'),
    ],
    passed: [
      file("src/core/ids.ts", 'import { x } from "./assert.ts"; // not from "node:fs"'),
      file("src/lock/grant.ts", 'import { pick } from "../core/verbs.ts";'),
      file("src/lock/grant.ts", 'import type { Send } from "../net/send.ts";'),
      file("src/lock/grant.ts", 'import { send } from "../net/api.ts";'),
      file("src/lock/grant.ts", `const said = 'import { x } from "node:fs"';`),
      file("src/tables.ts", 'import { grant } from "./lock/grant.ts";'),
      file("sim/engine/chooser.ts", 'import seedrandom from "seedrandom";'),
      file("sim/engine/world.ts", 'import { assert } from "../../src/core/assert.ts";'),
      file("sim/explore/hunt.ts", 'import { World } from "../engine/world.ts";'),
      file("sim/cluster/build.ts", 'import { programs } from "../../src/server/programs.ts";'),
      file("sim/cli/main.ts", 'import { Command } from "commander";\nimport os from "node:os";'),
    ],
  },
  {
    name: "files are short",
    applies: (path) => /^(?:src|sim|test|bench)\/.*\.ts$/.test(path),
    check: rules.fileLength,
    refused: [file("src/lock/a.ts", lines(301)), file("test/a.test.ts", lines(401))],
    passed: [
      file("src/lock/a.ts", lines(300) + lines(99, "// why\n") + lines(99, "\n")),
      file("test/a.test.ts", lines(400)),
    ],
  },
  {
    name: "functions are short",
    applies: (path) => /^(?:src|sim)\/.*\.ts$/.test(path),
    check: rules.functionLength,
    refused: [
      file("src/a.ts", `function f() {\n${lines(69)}}\n`),
      file("src/a.ts", `const f = (a: { b: number }): void => {\n${lines(69)}};\n`),
      file("src/a.ts", `class A {\n  get(x = max(1, 2)): Map<A, B> {\n${lines(69)}  }\n}\n`),
    ],
    passed: [
      file("src/a.ts", `function f() {\n${lines(68)}}\n`),
      file("src/a.ts", `const table = {\n${lines(99, "  a() {\n  },\n")}};\n`),
      file("src/a.ts", `if (x) {\n${lines(99)}}\n`),
      file("src/a.ts", `function f() {\n${lines(60)}${lines(40, "// }\n")}}\n`),
    ],
  },
  {
    name: "lines are short",
    applies: isCode,
    check: rules.lineWidth,
    refused: [
      file("src/a.ts", `x\n${"é".repeat(101)}\n`),
      file("src/a.ts", `import { a, b } from "./${"x".repeat(100)}.ts";\n`),
    ],
    passed: [
      file("src/a.ts", `x\n${"é".repeat(100)}\n`),
      file("src/a.ts", `import { a } from "./${"x".repeat(100)}.ts";\n`),
    ],
  },
  {
    name: "the model is deterministic",
    applies: (path) => path.endsWith(".ts"),
    check: rules.determinism,
    refused: [
      ...["Date.now()", "new Date()", "Math.random()", "setTimeout(f, 1)", "setImmediate(f)"],
      ...["queueMicrotask(f)", "performance.now()", "crypto.randomUUID()", "process.hrtime()"],
      ...["fetch(url)", "async function f() {}", "const f = async () => 1", "{ async step() {} }"],
      ...["await f()", "Promise.all(l)", "let p: Promise<void>", "new Intl.Collator()"],
      ...["n.toLocaleString()", "a.localeCompare(b)", "for (const k in o) f(k)", "l.sort()"],
      ...[
        "l\n  .toSorted()",
        "Math.log(x)",
        "new WeakRef(x)",
        "globalThis.x",
        `\`\${Date.now()}\``,
      ],
    ].flatMap((use) => [file("src/lock/a.ts", use), file("sim/engine/a.ts", use)]),
    passed: [
      file("src/lock/a.ts", '// await a Date\nconst s = "Promise, setTimeout()";'),
      file("src/lock/a.ts", "const r = /Date|await/; const t = `Intl Date`;"),
      file("src/lock/a.ts", "l.sort((a, b) => a - b); l.map(process); for (const k of o) f(k);"),
      file("src/lock/a.ts", "Math.max(1, 2); const isAsync = lastUpdate; work.process = 1;"),
      file("src/lock/a.ts", "const x = a / b; const awaited = c / d;"),
      file("sim/engine/guard.ts", "const g = globalThis;"),
      file("sim/cli/main.ts", "await main(); Date.now();"),
    ],
  },
  {
    name: "every file says its purpose",
    applies: isCode,
    check: rules.head,
    refused: [
      file("src/a.ts", "export {};\n// late"),
      file("src/a.ts", "//\nexport {};"),
      file("a.ts", ""),
    ],
    passed: [
      file("src/a.ts", "// Keeps a promise.\nexport {};"),
      file("src/a.ts", "/**\n * Keeps a promise.\n */"),
      file("bin/a.mjs", "#!/usr/bin/env node\n// Boots.\n"),
    ],
  },
  {
    name: "files speak of the project alone",
    applies: () => true,
    check: rules.wording,
    refused: [
      file("a.md", `${"TO"}${"DO"}: more`),
      file("a.ts", `// ${"FIX"}${"ME"} later`),
      file("a.ts", `const dir = "/${"tmp"}/x";`),
      file("a.md", `see /${"home"}/me/x`),
      file("a.sh", `PATH=a:/${"root"}/bin`),
      file("package-lock.json", `"${"resolved"}": "https://x.example/a.tgz"`),
      file("a.md", `https://${"registry"}.example.org/a`),
      file("a.md", `Co-authored${"-by"}: somebody`),
    ],
    passed: [
      file("a.md", "src/home/x.ts and ./tmp/x, work/todo lists, https://example.org/home/x"),
      file("package-lock.json", '"funding": "https://example.org/fund"'),
    ],
  },
  {
    name: "only the project's own files are kept",
    applies: () => true,
    check: ({ path }) => rules.strayDotFile(path),
    refused: [file(".editor/settings.json", "{}"), file(".npmrc", "")],
    passed: [file(".ci/run", ""), file(".gitignore", ""), file("src/a.ts", "")],
  },
];

const folders = (...files: SourceFile[]) => rules.folderPurpose(files);
const named = (path: string, ...all: string[]) => rules.mirrors(path, all);
const dumb = file("scenarios/a.scn", "mount 1\n");
const speaking = file("scenarios/b.scn", "# Two mounts meet.\nmount 1\n");

describe("tidy rules", () => {
  it.each(perFile)("$name: refuses every bad sample", ({ check, applies, refused }) => {
    expect(refused.filter((sample) => check(sample).length === 0)).toEqual([]);
    expect(refused.filter(({ path }) => !applies(path))).toEqual([]);
  });

  it.each(perFile)("$name: lets every good sample pass", ({ check, passed }) => {
    expect(passed.flatMap(check).map(say)).toEqual([]);
  });

  it("a folder speaks through a README or through each of its files", () => {
    expect(folders(dumb, speaking)).toHaveLength(1);
    expect(folders(dumb, file("scenarios/README.md", "\n"))).toHaveLength(1);
    expect(folders(dumb, file("scenarios/README.md", "Runs, as text.\n"))).toEqual([]);
    expect(folders(speaking, file("scenarios/c.scn", "# Three meet.\n"))).toEqual([]);
    expect(folders(dumb)).toEqual([]);
  });

  it("a unit test mirrors a file or a folder", () => {
    expect(named("test/unit/engine/heap.test.ts", "sim/engine/heaps.ts")).toHaveLength(1);
    expect(named("test/unit/core/ids.test.ts", "sim/engine/ids.ts")).toHaveLength(1);
    expect(named("test/unit/engine/heap.test.ts", "sim/engine/heap.ts")).toEqual([]);
    expect(named("test/unit/lock.test.ts", "src/lock/grant.ts")).toEqual([]);
    expect(named("test/property/any.test.ts")).toEqual([]);
  });

  it("names the line, the fault and the remedy", () => {
    const sample = file("src/lock/a.ts", "/* head\n */\nconst s = `\n`;\nlist.sort();\n");
    expect(rules.determinism(sample).map(say)).toEqual([
      "src/lock/a.ts:5 uses .sort(), which would make a run unrepeatable: " +
        "the default compares as text: pass a total order",
    ]);
  });
});

describe("the scanner of the tidy rules", () => {
  it("keeps every offset when it hides comments and strings", () => {
    const text = "a('}'); // x\n`a$" + "{b(`{`)}c`; /* {\n */ d = e / f / g; h(/[/]}/g);";
    const code = stripped(text, { strings: false });
    expect(code).toHaveLength(text.length);
    expect(code).toBe("a(' ');     \n`  {b(` `)} `;     \n    d = e / f / g; h(/     g);");
  });

  it("sees where an import stands and whether it is for types only", () => {
    const text =
      "export interface A {}\nimport b, { c } from './b.ts';\nexport type * from './d.ts';";
    expect(importsOf(text)).toEqual([
      { line: 2, from: "./b.ts", typeOnly: false },
      { line: 3, from: "./d.ts", typeOnly: true },
    ]);
  });

  it("tells functions from other braces", () => {
    const text =
      "class A {\n f(): B {\n  for (;;) {\n  }\n }\n}\nconst o = { a: 1 };\ng(() => {});";
    expect(functionsOf(text).map(({ line }) => line)).toEqual([2, 8]);
  });
});

describe("this project", () => {
  let all: SourceFile[] = [];
  beforeAll(() => {
    all = filesOfProject();
  });

  it.each(perFile)("$name", ({ applies, check }) => {
    expect(
      all
        .filter(({ path }) => applies(path))
        .flatMap(check)
        .map(say),
    ).toEqual([]);
  });

  it("every folder says its purpose", () => {
    expect(rules.folderPurpose(all).map(say)).toEqual([]);
  });

  it("unit tests mirror what they test", () => {
    const paths = all.map(({ path }) => path);
    expect(paths.flatMap((path) => rules.mirrors(path, paths)).map(say)).toEqual([]);
  });
});
