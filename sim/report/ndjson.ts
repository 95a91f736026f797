// A trace for programs: a header line, then one JSON record per line. Keys stand in a fixed order,
// so that equal runs give equal bytes and two files can be compared with `cmp`.

import type { TraceEntry } from "../engine/trace/trace.ts";
import { UserError } from "./user-error.ts";

export const TRACE_FORMAT = "scoutsim-trace";
/** Raised when a reader of the previous version would misread a trace. */
export const TRACE_VERSION = 1;

/** What the header says besides format and version; more fields are kept as they are. */
export interface TraceMeta {
  /** Names of the mounts in the order of their ids. */
  readonly mounts: readonly string[];
  readonly [field: string]: unknown;
}

export interface TraceHeader extends TraceMeta {
  readonly format: typeof TRACE_FORMAT;
  readonly version: number;
}

export interface Trace {
  readonly header: TraceHeader;
  readonly entries: readonly TraceEntry[];
}

/** The first line, without its line end. */
export function ndjsonHeader(meta: TraceMeta): string {
  const { mounts, format: _format, version: _version, ...rest } = meta;
  const start = { format: TRACE_FORMAT, version: TRACE_VERSION, mounts };
  const more = stringify(rest).slice(1, -1);
  return `${JSON.stringify(start).slice(0, -1)}${more === "" ? "" : `,${more}`}}`;
}

/** The line of one record, without its line end. */
export function ndjsonLine(entry: TraceEntry): string {
  const { seq, sub, at, mount, kind, cause, data } = entry;
  const start = JSON.stringify({ seq, sub, at, mount, kind, cause });
  return `${start.slice(0, -1)},"data":${stringify(data)}}`;
}

export function formatNdjson(meta: TraceMeta, entries: Iterable<TraceEntry>): string {
  let text = `${ndjsonHeader(meta)}\n`;
  for (const entry of entries) text += `${ndjsonLine(entry)}\n`;
  return text;
}

/** Reads what `formatNdjson` wrote; `file` is the name for complaints. */
export function readNdjson(text: string, file: string): Trace {
  const lines = text.split("\n");
  const last = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const header = readHeader(lines[0] ?? "", file);
  const entries: TraceEntry[] = [];
  for (let i = 1; i < last; i++) {
    const place = { file, line: i + 1 };
    const value = parseJson(lines[i] ?? "");
    if (value === undefined && i === last - 1) {
      throw new UserError(
        "the last line is cut off; record the trace again, or delete this line to read the rest",
        place,
      );
    }
    const problem = problemOfEntry(value);
    if (problem !== undefined) {
      throw new UserError(`not a trace record: ${problem}; record the trace again`, place);
    }
    entries.push(value as TraceEntry);
  }
  return { header, entries };
}

function readHeader(line: string, file: string): TraceHeader {
  const place = { file, line: 1 };
  const header = parseJson(line);
  if (!isObject(header) || header.format !== TRACE_FORMAT) {
    throw new UserError(
      `expected the header {"format":"${TRACE_FORMAT}",...}; give a trace that scoutsim wrote`,
      place,
    );
  }
  const { version, mounts } = header;
  if (Number.isInteger(version) && (version as number) > TRACE_VERSION) {
    throw new UserError(
      `trace version ${version} is newer than ${TRACE_VERSION}, the newest that this scoutsim ` +
        "reads; update scoutsim",
      place,
    );
  }
  if (version !== TRACE_VERSION) {
    throw new UserError(
      `expected "version" to be ${TRACE_VERSION}, got ${JSON.stringify(version)}; ` +
        "record the trace again",
      place,
    );
  }
  if (!Array.isArray(mounts) || !mounts.every((name) => typeof name === "string")) {
    throw new UserError('expected "mounts" to be a list of names; record the trace again', place);
  }
  return header as unknown as TraceHeader;
}

function problemOfEntry(value: unknown): string | undefined {
  if (!isObject(value)) return "expected a JSON object";
  for (const field of ["seq", "sub", "at", "mount", "cause"]) {
    if (!Number.isSafeInteger(value[field])) return `expected "${field}" to be a whole number`;
  }
  if (typeof value.kind !== "string") return 'expected "kind" to be a text';
  return isObject(value.data) ? undefined : 'expected "data" to be an object';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Undefined when it is not JSON, which has no such value. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const stringify = (value: object): string => JSON.stringify(value, plainInKeyOrder);

/** JSON would silently change or lose what is refused here. */
function plainInKeyOrder(key: string, value: unknown): unknown {
  const type = typeof value;
  const lost =
    type === "bigint" ||
    type === "function" ||
    type === "symbol" ||
    (type === "number" && !Number.isFinite(value)) ||
    value instanceof Map ||
    value instanceof Set;
  if (lost) {
    throw new Error(`trace field "${key}" is ${String(value)}; trace data is plain JSON data`);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
