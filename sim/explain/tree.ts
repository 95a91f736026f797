// A piece of state as a tree for reading, with what differs from how it was before. What fits on a
// line stands on one; what has gone is told where it stood.

import { plainly } from "./events.ts";

export interface TreeLine {
  readonly depth: number;
  readonly text: string;
  readonly change: "same" | "new" | "changed" | "gone";
}

const ONE_LINE = 72;
const NONE = Symbol("none");
type Was = unknown;

/** `before` is the same piece at the last stop. */
export function treeOf(name: string, value: unknown, before: unknown): TreeLine[] {
  const lines: TreeLine[] = [];
  grow(lines, { name, value, was: before, depth: 0 });
  return lines;
}

interface Twig {
  readonly name: string;
  readonly value: unknown;
  readonly was: Was;
  readonly depth: number;
}

function grow(lines: TreeLine[], { name, value, was, depth }: Twig): void {
  const flat = flatText(value);
  const label = name === "" ? "" : `${name}: `;
  const isSame = was !== NONE && flatText(was) === flat;
  const change = isSame ? "same" : was === NONE ? "new" : "changed";
  if (flat.length <= ONE_LINE || !isTree(value)) {
    lines.push({ depth, text: `${label}${flat}`, change });
    return;
  }
  lines.push({ depth, text: `${name === "" ? "state" : name}${sizeOf(value)}`, change: "same" });
  const old = isTree(was) ? new Map(partsOf(was)) : new Map<string, unknown>();
  for (const [key, part] of partsOf(value)) {
    grow(lines, {
      name: key,
      value: part,
      was: old.has(key) ? old.get(key) : NONE,
      depth: depth + 1,
    });
    old.delete(key);
  }
  for (const [key, part] of old) {
    lines.push({ depth: depth + 1, text: `${key}: ${cut(flatText(part))}`, change: "gone" });
  }
}

const isTree = (value: unknown): value is object => typeof value === "object" && value !== null;

const cut = (text: string): string =>
  text.length <= ONE_LINE ? text : `${text.slice(0, ONE_LINE - 1)}…`;

function flatText(value: unknown): string {
  return value === undefined ? "undefined" : (JSON.stringify(value, plainly) ?? String(value));
}

function sizeOf(value: object): string {
  if (Array.isArray(value)) return ` (${value.length})`;
  return value instanceof Map || value instanceof Set ? ` (${value.size})` : "";
}

function partsOf(value: object): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([key, part]) => [String(key), part]);
  if (value instanceof Set) return [...value].map((part) => [String(part), part]);
  return Object.entries(value);
}

/** The part of a state at `server.farewellRequests`; undefined where there is none. */
export function partAt(state: unknown, path: string): unknown {
  let value = state;
  for (const key of path === "" ? [] : path.split(".")) {
    if (!isTree(value)) return undefined;
    value = value instanceof Map ? value.get(key) : (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The names of what is in there, for a complaint. */
export const namesIn = (value: unknown): string[] =>
  isTree(value) ? partsOf(value).map(([key]) => key) : [];
