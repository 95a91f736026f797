// A trace for reading: one line per record, time and causes on the left, and a column per mount, so
// that who did what is seen from where it stands.

import type { TraceEntry } from "../engine/trace/trace.ts";

export interface TextOptions {
  /** Column titles: the names of the mounts in the order of their ids. */
  readonly mounts: readonly string[];
  /** The mounts that have a column; all unless told. */
  readonly shown?: readonly number[];
  /** Characters in a column; 34 unless told. */
  readonly width?: number;
  /** What a record says; `describeEntry` unless told. */
  readonly describe?: (entry: TraceEntry) => string;
}

const WIDTH = 34;
const TIME_WIDTH = 11;
const EVENT_WIDTH = 15;

export function textHeader(options: TextOptions): string {
  const { mounts, width = WIDTH } = options;
  const titles = shownIn(options).map((mount) => mounts[mount] ?? "");
  return line("seconds", "event<-cause", `| ${cells(titles, width).join(" | ")} |`);
}

/** A record of no mount spans the columns and begins with `*`. */
export function textLine(entry: TraceEntry, options: TextOptions): string {
  const { mounts, width = WIDTH, describe = describeEntry } = options;
  if (entry.mount >= mounts.length) {
    throw new Error(
      `record ${entry.seq} is of mount ${entry.mount}, but only ${mounts.length} mounts are ` +
        "named; give the names of all mounts of the trace",
    );
  }
  const text = describe(entry);
  const shown = shownIn(options);
  if (entry.mount < 0) {
    const whole = Math.max(width, shown.length * (width + 3) - 3);
    return line(formatSeconds(entry.at), formatEvent(entry), `* ${toWidth(text, whole).trimEnd()}`);
  }
  const row = shown.map((mount) => (mount === entry.mount ? text : ""));
  const columns = `| ${cells(row, width).join(" | ")} |`;
  return line(formatSeconds(entry.at), formatEvent(entry), columns);
}

const shownIn = ({ mounts, shown }: TextOptions): readonly number[] =>
  shown ?? mounts.map((_, mount) => mount);

/** Header and lines. */
export function formatText(entries: Iterable<TraceEntry>, options: TextOptions): string[] {
  const lines = [textHeader(options)];
  for (const entry of entries) lines.push(textLine(entry, options));
  return lines;
}

/** `kind: program @ label key=value`, the parts that the record has. */
export function describeEntry(entry: TraceEntry): string {
  const { kind: _kind, program, label, ...rest } = entry.data as Readonly<Record<string, unknown>>;
  const parts: string[] = [];
  if (program !== undefined) parts.push(formatValue(program));
  if (label !== undefined) parts.push(`@ ${formatValue(label)}`);
  for (const [key, value] of Object.entries(rest)) {
    if (value !== undefined) parts.push(`${key}=${formatValue(value)}`);
  }
  return parts.length === 0 ? entry.kind : `${entry.kind}: ${parts.join(" ")}`;
}

/** `12.345678`: exact, since times are whole microseconds. */
export function formatSeconds(atUs: number): string {
  const fraction = String(atUs % 1_000_000).padStart(6, "0");
  return `${Math.floor(atUs / 1_000_000)}.${fraction}`;
}

/** `17<-12`, and `17.2<-12` for the third record of that event. */
function formatEvent(entry: TraceEntry): string {
  const self = entry.sub === 0 ? String(entry.seq) : `${entry.seq}.${entry.sub}`;
  return entry.cause < 0 ? self : `${self}<-${entry.cause}`;
}

function formatValue(value: unknown): string {
  if (typeof value === "string" && /^[\w.:@/[\],-]+$/.test(value)) return value;
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

const line = (time: string, event: string, columns: string): string =>
  `${time.padStart(TIME_WIDTH)}  ${event.padEnd(EVENT_WIDTH)} ${columns}`;

const cells = (texts: readonly string[], width: number): string[] =>
  texts.map((text) => toWidth(text, width));

/** Exactly `width` characters; what is cut off leaves an ellipsis. */
function toWidth(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text + " ".repeat(width - characters.length);
  return `${characters.slice(0, width - 1).join("")}…`;
}
