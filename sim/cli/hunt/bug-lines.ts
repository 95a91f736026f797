// A bug, and what finding it costs, as a line of a table.

import type { Variant } from "../../../src/variants/types.ts";
import type { Cost } from "./corpus-file.ts";

const ID = 52;
const KIND = 12;
const COMMIT = 12;
const AREA = 22;
const PROMISES = 18;
const CELL = 14;

const row = (cells: readonly (readonly [string, number])[]): string =>
  cells
    .map(([text, width]) => `${text.padEnd(width - 1)} `)
    .join("")
    .trimEnd();

export const bugHead = (): string =>
  row([
    ["bug", ID],
    ["kind", KIND],
    ["commit", COMMIT],
    ["area", AREA],
    ["breaks", PROMISES],
    ["found", CELL],
    ["runs (p90)", CELL],
    ["CPU s (p90)", CELL],
    ["steps", 0],
  ]);

export function bugLine(v: Variant, cost: Cost | undefined): string {
  const spread = (s: { readonly median: number; readonly p90: number } | undefined): string =>
    s === undefined ? "-" : `${s.median} (${s.p90})`;
  return row([
    [v.id, ID],
    [v.kind, KIND],
    [v.commit ?? "-", COMMIT],
    [v.area, AREA],
    [v.promises.join(","), PROMISES],
    [cost === undefined ? "not measured" : `${cost.found} of ${cost.hunts}`, CELL],
    [spread(cost?.runs), CELL],
    [spread(cost?.cpuSeconds), CELL],
    [cost?.steps === undefined ? "-" : String(cost.steps), 0],
  ]);
}
