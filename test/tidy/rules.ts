// What a machine can check of this project's habits: one pure function a rule, from files to
// findings, so that test/tidy.test.ts can show each of them a sample that it must refuse.
import type { Finding } from "./finding.ts";
import type { SourceFile } from "./scan.ts";
import { functionsOf, lineOf, stripped } from "./scan.ts";

const isTest = (path: string) => /^(?:test|bench)\//.test(path);
const isModel = (path: string) => /^(?:src|sim\/engine)\//.test(path);
const codeLines = (code: string) => code.split("\n").filter((line) => line.trim() !== "").length;

function everyMatch(
  file: SourceFile,
  text: string,
  pattern: RegExp,
): { line: number; it: string }[] {
  const found = [...text.matchAll(new RegExp(pattern, `${pattern.flags.replace("g", "")}g`))];
  return found.map((m) => ({ line: lineOf(file.text, m.index), it: m[0].trim() }));
}

// ---- sizes

export function fileLength({ path, text }: SourceFile): Finding[] {
  const limit = isTest(path) ? 400 : 300;
  const lines = codeLines(stripped(text, { strings: true }));
  const remedy = "split it where two things change for different reasons";
  return lines > limit
    ? [{ path, line: 1, what: `has ${lines} lines of code, at most ${limit} are allowed`, remedy }]
    : [];
}

export function functionLength({ path, text }: SourceFile): Finding[] {
  const code = stripped(text, { strings: false });
  return functionsOf(code).flatMap(({ line, first, last }) => {
    const lines = codeLines(code.slice(first, last + 1));
    const what = `starts a function of ${lines} lines, at most 70 are allowed`;
    return lines > 70 ? [{ path, line, what, remedy: "move its leaves into functions" }] : [];
  });
}

/** One name from one long path: no line break can shorten it. */
const IMPORT_OF_ONE = /^import (type )?\{ \w+ \} from "[^"]*";$/;

export function lineWidth({ path, text }: SourceFile): Finding[] {
  return text.split("\n").flatMap((it, at) => {
    if (IMPORT_OF_ONE.test(it)) return [];
    const what = `is ${[...it].length} columns wide, at most 100 are allowed`;
    return [...it].length > 100 ? [{ path, line: at + 1, what, remedy: "break the line" }] : [];
  });
}

// ---- determinism

const inTime = "time is out.now, waiting is a sleep or a timer of the world";
const inSteps = "return a wait, a sleep or an I/O from the step";
const noLocale = "the result depends on the machine: compare with < and >, format by hand";
const bans: readonly (readonly [RegExp, string])[] = [
  [/(?<!\.)\bDate\b/, inTime],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|clearTimeout|clearInterval)\b/, inTime],
  [/(?<![.\w$])performance\s*\./, inTime],
  [/\bMath\s*\.\s*random\b/, "draw through pick(label, n)"],
  [/(?<![.\w$])crypto\s*\./, "draw through pick(label, n)"],
  [/(?<![.\w$])process\s*\./, "options come with the plan"],
  [/(?<![.\w$])fetch\s*\(/, "the world has its own network"],
  [/\basync\b(?=\s*(?:function\b|\(|[\w$*[#]))/, inSteps],
  [/\bawait\b/, inSteps],
  [/\bPromise\b/, inSteps],
  [/\bIntl\b|\btoLocale\w*\b|\blocaleCompare\b/, noLocale],
  [/\bfor\s*\(\s*(?:const|let|var)\s+[\w$]+\s+in\b/, "loop over a list, or sort Object.keys"],
  [/\.\s*(?:sort|toSorted)\s*\(\s*\)/, "the default compares as text: pass a total order"],
  [
    /\bMath\s*\.\s*(?:a?(?:sin|cos|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b/,
    "its last digits differ between engines: use integers or a table",
  ],
  [/\b(?:WeakRef|FinalizationRegistry)\b/, "garbage collection has no order: own it or count it"],
];

export function determinism(file: SourceFile): Finding[] {
  if (!isModel(file.path)) {
    return [];
  }
  const code = stripped(file.text, { strings: false });
  // The guard of the engine swaps globals by name while a world steps: nobody else sees them.
  const isGuard = /^sim\/engine\/guards?(?:\.ts$|\/)/.test(file.path);
  const all = isGuard ? bans : [...bans, [/\bglobalThis\b/, "pass it in instead"] as const];
  return all.flatMap(([pattern, remedy]) =>
    everyMatch(file, code, pattern).map(({ line, it }) => ({
      path: file.path,
      line,
      what: `uses ${it}, which would make a run unrepeatable`,
      remedy,
    })),
  );
}

// ---- purpose

const opensWithComment = /^(?:#![^\n]*\n)?\s*(?:\/\/[ !]*|\/\*[*!\s]*)[\w`'"]/;

export function head({ path, text }: SourceFile): Finding[] {
  const remedy = "open it with a comment: what promise it keeps, which C function it mirrors";
  return opensWithComment.test(text)
    ? []
    : [{ path, line: 1, what: "does not say its purpose", remedy }];
}

const rooms = /^(?:src|sim|test|scenarios|bench)\//;

/** A folder speaks through its README.md, or every file in it speaks for itself. */
export function folderPurpose(files: readonly SourceFile[]): Finding[] {
  const folders = new Map<string, SourceFile[]>();
  for (const file of files.filter(({ path }) => rooms.test(path))) {
    const folder = file.path.slice(0, file.path.lastIndexOf("/"));
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].flatMap(([folder, inside]) => {
    const readme = inside.find(({ path }) => path.endsWith("/README.md"));
    const spoken = readme
      ? /\w/.test(readme.text)
      : inside.every(({ text }) => opensWithComment.test(text) || /^#\s*\w/.test(text));
    const remedy = "add a README.md: one line on what is in it and why";
    return inside.length > 1 && !spoken
      ? [{ path: folder, line: 1, what: "is a folder that does not say its purpose", remedy }]
      : [];
  });
}

/** `test/unit/engine/heap.test.ts` tests `sim/engine/heap.ts`, and `lock.test.ts` a folder. */
export function mirrors(path: string, all: readonly string[]): Finding[] {
  const mirrored = /^test\/unit\/(.+)\.test\.ts$/.exec(path)?.[1];
  if (mirrored === undefined) {
    return [];
  }
  const stands = ["src/", "sim/", ""].some((top) =>
    all.some((other) => {
      const rest = other.startsWith(top + mirrored)
        ? other.slice(top.length + mirrored.length)
        : "";
      return /^(?:\.ts|\.mjs|\/.*)$/.test(rest);
    }),
  );
  const remedy = "name it after the file it tests, or move it out of test/unit";
  const what = `mirrors neither src/${mirrored}.ts nor sim/${mirrored}.ts`;
  return stands ? [] : [{ path, line: 1, what, remedy }];
}

// ---- every file. The patterns are put together from pieces so that they do not match themselves.

const anyOf = (...words: readonly string[]) => words.join("|");
const later = new RegExp(`\\b(?:${anyOf("TO" + "DO", "FIX" + "ME", "X" + "XX")})\\b`);
const machinePath = new RegExp(`(?<![\\w.~*/}-])/(?:${anyOf("work", "tmp", "home", "root")})/`);
const registry = new RegExp(`${"registry" + "\\."}[a-z]+|"resolved"\\s*:\\s*"${"http"}`, "i");
const whoWrote = new RegExp(
  anyOf("co-authored" + "-by", "signed-off" + "-by", "language " + "model", "co" + "pilot"),
  "i",
);
const texts: readonly (readonly [RegExp, string, string])[] = [
  [later, "leaves work for later", "do it, or drop the remark"],
  [machinePath, "names a path of one machine", "make it relative to the repository"],
  [registry, "names a package registry", "leave that to the reader's npm: omit `resolved`"],
  [whoWrote, "speaks of how it was written", "the project speaks of itself alone: drop it"],
];

export function wording(file: SourceFile): Finding[] {
  return texts.flatMap(([pattern, what, remedy]) =>
    everyMatch(file, file.text, pattern).map(({ line, it }) => {
      return { path: file.path, line, what: `${what} (${it})`, remedy };
    }),
  );
}

const knownDotEntries = /^\.(?:ci\/|gitignore$|gitattributes$|editorconfig$)/;

/** Settings of somebody's tools are theirs: only what every developer needs is kept. */
export function strayDotFile(path: string): Finding[] {
  const remedy = "keep it in your own global ignore file, or name it in test/tidy/rules.ts";
  return path.startsWith(".") && !knownDotEntries.test(path)
    ? [{ path, line: 1, what: "is not part of the project", remedy }]
    : [];
}
