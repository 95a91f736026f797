// Reads TypeScript just well enough for the tidy rules: what is code, what is a comment, what is
// imported. No parser is at hand (TypeScript 7 has no compiler API), and a scanner is faster.

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly line: number;
  readonly from: string;
  readonly typeOnly: boolean;
}

const regexMayFollow = /(?:^|[([{,;=:!&|?+\-*%<>~^}]|\b(?:return|case|typeof|of|in))$/;

/** Blanks comments, and what is inside strings, templates and regular expressions unless told to
 *  keep it. Offsets and line numbers stay as they are. */
export function stripped(text: string, keep: { strings: boolean }): string {
  const out: string[] = [];
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const blank = (piece: string) => piece.replace(/[^\n]/g, " ");
  const take = (length: number, hidden: boolean) => {
    const piece = text.slice(at, at + length);
    out.push(hidden ? blank(piece) : piece);
    at += length;
  };
  const literal = (length: number) => {
    take(1, false);
    take(Math.max(0, length - 2), !keep.strings);
    take(length > 1 ? 1 : 0, false);
  };
  const matched = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0].length ?? 0;
  };
  while (at < text.length) {
    const c = text[at];
    const comment = matched(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|^#![^\n]*/y);
    if (comment > 0) {
      take(comment, true);
    } else if (c === '"' || c === "'") {
      literal(matched(/"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/y));
    } else if (c === "`" || (c === "}" && templates.at(-1) === depth)) {
      if (c === "}") {
        templates.pop();
      }
      const length = matched(/[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y);
      if (text.slice(at, at + length).endsWith("${")) {
        templates.push(depth);
      }
      literal(length);
    } else if (c === "/" && regexMayFollow.test(out.join("").slice(-200).trimEnd())) {
      literal(Math.max(1, matched(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y)));
    } else {
      depth += c === "{" ? 1 : c === "}" ? -1 : 0;
      take(1, false);
    }
  }
  return out.join("");
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}

const name = String.raw`[\w$]+`;
const clause = String.raw`(?:\*(?:\s+as\s+${name})?|(?:${name}\s*,\s*)?\{[^}]*\}|${name})`;
const statement = String.raw`\b(?:import|export)\s*(type\s)?\s*(?:${clause}\s*from\s*)?`;

/** Static and dynamic imports and re-exports. Only `import type` and `export type` are type-only:
 *  `import { type X }` still loads the file. */
export function importsOf(text: string): Import[] {
  const shown = stripped(text, { strings: true });
  const code = stripped(text, { strings: false });
  const found: Import[] = [];
  for (const m of shown.matchAll(new RegExp(`${statement}["']([^"'\\n]+)["']`, "g"))) {
    if (code[m.index] === shown[m.index]) {
      const line = lineOf(shown, m.index);
      found.push({ line, from: m[2] ?? "", typeOnly: m[1] !== undefined });
    }
  }
  for (const m of shown.matchAll(/\bimport\s*\(\s*["']([^"'\n]+)["']/g)) {
    if (code[m.index] === shown[m.index]) {
      found.push({ line: lineOf(shown, m.index), from: m[1] ?? "", typeOnly: false });
    }
  }
  return found;
}

/** The bodies of functions, by braces: good enough to count their lines. */
export function functionsOf(code: string): { line: number; first: number; last: number }[] {
  const found: { line: number; first: number; last: number }[] = [];
  const open: { at: number; isFunction: boolean }[] = [];
  for (const m of code.matchAll(/[{}]/g)) {
    if (m[0] === "{") {
      open.push({ at: m.index, isFunction: opensFunction(code.slice(0, m.index)) });
      continue;
    }
    const start = open.pop();
    if (start?.isFunction) {
      const line = lineOf(code, start.at);
      found.push({ line, first: start.at, last: m.index });
    }
  }
  return found;
}

function opensFunction(allBefore: string): boolean {
  const before = allBefore.slice(-2000).trimEnd();
  if (before.endsWith("=>")) {
    return true;
  }
  const close = /\)(?:\s*:[^(){};=]*)?$/.exec(before);
  if (close === null) {
    return false;
  }
  let depth = 0;
  for (let at = close.index; at >= 0; at -= 1) {
    depth += before[at] === ")" ? 1 : before[at] === "(" ? -1 : 0;
    if (depth === 0) {
      const word = /([\w$]+)\s*$/.exec(before.slice(0, at))?.[1] ?? "";
      return !["if", "for", "while", "switch", "catch", "with"].includes(word);
    }
  }
  return false;
}
