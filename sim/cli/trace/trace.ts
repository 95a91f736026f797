// `scoutsim trace`: a run in the format of some other tool.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { type Message, MessageFinder } from "../../explain/messages.ts";
import { FtraceWriter } from "../../real/ftrace/write.ts";
import { CapturedMessages } from "../../real/messages.ts";
import { lockKeyText } from "../../real/twin/parts/keys.ts";
import { ndjsonHeader, ndjsonLine } from "../../report/ndjson.ts";
import { parseDurationUs } from "../../report/scn.ts";
import { textHeader, textLine } from "../../report/text.ts";
import { mermaidLines } from "../../report/trace/mermaid.ts";
import { perfettoLines } from "../../report/trace/perfetto.ts";
import { shivizLines } from "../../report/trace/shiviz.ts";
import { UserError } from "../../report/user-error.ts";
import { writeTextFile } from "../files.ts";
import { writeLine } from "../output.ts";
import { type Source, type SourceOptions, sourceOf } from "./source.ts";

export interface TraceOptions extends SourceOptions {
  readonly to: string;
  readonly from?: string;
  readonly toTime?: string;
  readonly mounts?: string;
  readonly kinds?: string;
  readonly out?: string;
}

/** Scheduling, which only the exact formats show. */
const QUIET = [
  ...["run", "work", "timeout", "timer", "datagram", "stream", "device", "plan", "step", "io"],
  ...["sent", "send", "note", "ignored", "drop", "connect", "close", "broken", "shutdown"],
];

interface View {
  readonly source: Source;
  /** Those that are wanted. */
  readonly entries: readonly TraceEntry[];
  readonly messages: readonly Message[];
  /** The mounts that were asked for; all: undefined. */
  readonly shown: readonly number[] | undefined;
}

const formats: Readonly<Record<string, (view: View) => Iterable<string>>> = {
  text: ({ source: { mounts }, entries, shown }) => textLines(mounts, entries, shown),
  ndjson: ({ source, entries }) => jsonLines(source, entries),
  perfetto: ({ source, entries, messages }) => perfettoLines(source.mounts, entries, messages),
  shiviz: ({ source, entries, messages }) => shivizLines(source.mounts, entries, messages),
  mermaid: ({ source, messages }) => mermaidLines(source.mounts, messages),
  ftrace: ({ source, entries }) => ftraceLines(source, entries),
};
/** These show all kinds unless told. */
const EXACT = ["ndjson", "perfetto", "ftrace"];

export function trace(what: string, o: TraceOptions): number {
  const format = Object.hasOwn(formats, o.to) ? formats[o.to] : undefined;
  if (format === undefined) {
    throw new UserError(`--to takes one of ${Object.keys(formats).join(", ")}, not "${o.to}"`);
  }
  const from = timeOf("--from", o.from, 0);
  const to = timeOf("--to-time", o.toTime, Number.MAX_SAFE_INTEGER);
  const source = sourceOf(what, o);
  if (o.to === "ftrace" && source.isCapture) {
    throw new UserError("this is a capture already: --to ftrace is for runs of the model");
  }
  const shown = mountsOf(source, o);
  const isWanted = (mount: number): boolean => mount < 0 || shown?.includes(mount) !== false;
  const isIn = (e: TraceEntry): boolean => e.at >= from && e.at <= to && isWanted(e.mount);
  const all = messagesOf(source).filter((m) => isIn(m.from) && isIn(m.to));
  const ends = new Set(all.flatMap((m) => [m.from, m.to]));
  const shows = kindsOf(source, o);
  const entries = source.entries.filter((e) => isIn(e) && (ends.has(e) ? true : shows(e)));
  const visible = o.to === "text" ? entries.filter(shows) : entries;
  output(format({ source, entries: visible, messages: all, shown }), o.out);
  return 0;
}

function messagesOf({ entries, isCapture }: Source): readonly Message[] {
  const isMachine = !isCapture && entries.some(({ kind }) => kind === "sent" || kind === "send");
  const finder = isMachine ? new MessageFinder() : new CapturedMessages();
  for (const entry of entries) finder.see(entry);
  return finder.found;
}

function mountsOf({ mounts }: Source, o: TraceOptions): readonly number[] | undefined {
  if (o.mounts === undefined) return undefined;
  const names = o.mounts.split(",");
  const unknown = names.find((name) => !mounts.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`no mount is called "${unknown}"; mounts are ${mounts.join(", ")}`);
  }
  return names.map((name) => mounts.indexOf(name));
}

/** A kind that no record has is more likely misspelt than wanted. */
function kindsOf({ entries }: Source, { kinds, to }: TraceOptions): (e: TraceEntry) => boolean {
  if (kinds !== undefined) {
    const names = kinds.split(",");
    const there = new Set(entries.map(({ kind }) => kind));
    const unknown = names.find((name) => !there.has(name));
    if (unknown !== undefined) {
      const all = [...there].sort().join(", ");
      throw new UserError(`no record is of the kind "${unknown}"; there are ${all}`);
    }
    return ({ kind }) => names.includes(kind);
  }
  return EXACT.includes(to) ? () => true : ({ kind }) => !QUIET.includes(kind);
}

function timeOf(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const us = parseDurationUs(text);
  if (us !== undefined) return us;
  throw new UserError(`${flag} takes a time like 12s, 1500ms or 12345678us, not "${text}"`);
}

/** Of a line, when not all mounts are wanted: the few columns share it. */
const LINE_WIDTH = 200;

function* textLines(
  mounts: readonly string[],
  entries: readonly TraceEntry[],
  shown: readonly number[] | undefined,
): Iterable<string> {
  const few = shown && { shown, width: Math.floor(LINE_WIDTH / shown.length) };
  yield textHeader({ mounts, ...few });
  for (const entry of entries) yield textLine(entry, { mounts, ...few });
}

function* jsonLines({ mounts, title }: Source, entries: readonly TraceEntry[]): Iterable<string> {
  yield ndjsonHeader({ mounts, run: title });
  for (const entry of entries) yield ndjsonLine(entry);
}

/** All entries are gone through, for what is shown depends on what was before. */
function* ftraceLines(source: Source, shown: readonly TraceEntry[]): Iterable<string> {
  const writer = new FtraceWriter({ ...source, keyText: lockKeyText });
  const isShown = new Set(shown);
  yield* writer.head();
  for (const entry of source.entries) {
    const lines = writer.lines(entry);
    if (isShown.has(entry) || entry.kind === "incarnation") yield* lines;
  }
}

/** A file is whole or not at all, so it is put together first. */
function output(lines: Iterable<string>, file: string | undefined): void {
  if (file === undefined) {
    for (const line of lines) writeLine(line);
    return;
  }
  const parts: string[] = [];
  for (const line of lines) parts.push(line, "\n");
  writeTextFile(file, parts.join(""));
}
