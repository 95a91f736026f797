// A capture of the real system in any form in which somebody has it: ftrace text, the events of a
// recording, or a trace that scoutsim wrote; plain or packed. It becomes the same trace entries as
// a recording, one by one, so that a large capture needs no more room than its text. What is
// missing at its ends or in between is told, for nobody can judge what depends on it.

import { gunzipSync, constants as zlib } from "node:zlib";
import type { TraceEntry } from "../engine/trace/trace.ts";
import { readNdjson, TRACE_FORMAT } from "../report/ndjson.ts";
import { UserError } from "../report/user-error.ts";
import { looksLikeTrace } from "./ftrace/lines.ts";
import { FtraceReader, type NumberedEvent, type Reading } from "./ftrace/read.ts";
import { kinds } from "./kinds.ts";
import { EntryMaker, type Raw, setupIn } from "./read.ts";
import { type SlotGuess, slotsIn } from "./slots.ts";
import type { MountName } from "./types.ts";

export interface Gap {
  /** The line near which events are missing; 0 for the start of the file. */
  readonly line: number;
  readonly why: string;
}

export interface CaptureOptions {
  /** How many quorum slots there are, when the capture does not tell. */
  readonly slots?: number | undefined;
  readonly heartbeatTimeoutMs?: number | undefined;
}

export interface Capture {
  readonly file: string;
  readonly form: "ftrace" | "events" | "trace";
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  /** What the messages of the quorum tell of slots. */
  readonly guess: SlotGuess;
  /** To be gone through once. */
  readonly entries: Iterable<TraceEntry>;
  readonly mounts: readonly MountName[];
  /** Whole when the entries were gone through. */
  readonly gaps: readonly Gap[];
  readonly events: number;
  /** A driver has said of it which faults it made. */
  readonly isDriven: boolean;
  /** Of a trace that scoutsim wrote: its entries with their own numbers. */
  readonly original?: readonly TraceEntry[];
  /** Text of a line, counted from 1. */
  textOf(line: number): string;
}

const GZIP = [0x1f, 0x8b];
const NEWLINE = 10;

/** As much of it as is there, and whether that is all. */
function unpacked(bytes: Buffer, file: string): { text: Buffer; isWhole: boolean } {
  if (bytes[0] !== GZIP[0] || bytes[1] !== GZIP[1]) return { text: bytes, isWhole: true };
  try {
    return { text: gunzipSync(bytes), isWhole: true };
  } catch {
    // said below when nothing can be read of it at all
  }
  try {
    const text = gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH });
    if (text.length > 0) return { text, isWhole: false };
  } catch {
    // likewise
  }
  throw new UserError("is a damaged gzip file; copy the capture again", { file });
}

function* linesOf(text: Buffer): Iterable<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf(NEWLINE, from);
    const to = end < 0 ? text.length : end;
    yield text.toString("utf8", from, to);
    from = to + 1;
  }
}

/** The lines that hold a text, wherever they are. */
function* linesWith(text: Buffer, what: string): Iterable<string> {
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) {
    const from = text.lastIndexOf(NEWLINE, at) + 1;
    const end = text.indexOf(NEWLINE, at);
    yield text.toString("utf8", from, end < 0 ? text.length : end);
  }
}

function lineAt(text: Buffer, line: number): string {
  let number = 0;
  for (const one of linesOf(text)) if (++number === line) return one;
  return "";
}

const FIRST_LINES = 200;

function formOf(text: Buffer, file: string): Capture["form"] {
  let number = 0;
  for (const line of linesOf(text)) {
    if (line.startsWith("{")) return line.includes(TRACE_FORMAT) ? "trace" : "events";
    if (looksLikeTrace(line)) return "ftrace";
    if (++number === FIRST_LINES) break;
  }
  throw new UserError(
    "is no capture: expected lines of trace-cmd report or of the tracing file, or NDJSON",
    { file },
  );
}

/** `bytes` are those of the file, plain or packed. */
export function captureOf(bytes: Buffer, file: string, o: CaptureOptions = {}): Capture {
  const { text, isWhole } = unpacked(bytes, file);
  if (text.length === 0) throw new UserError("is empty; record again, or name another", { file });
  const form = formOf(text, file);
  const gaps: Gap[] = [];
  const textOf = (line: number): string => lineAt(text, line);
  if (!isWhole) gaps.push({ line: Number.MAX_SAFE_INTEGER, why: "the packed file is cut short" });
  const base = { file, form, gaps, textOf };
  if (form === "trace") return ownTrace(text, base);
  return recorded({ text, file, form, gaps, o }, base);
}

type Base = Pick<Capture, "file" | "form" | "gaps" | "textOf">;

/** A trace of a run: its entries are what they are, and mounts are named in its head. */
function ownTrace(text: Buffer, base: Base): Capture {
  const { header, entries } = readNdjson(text.toString("utf8"), base.file);
  const numbered = entries.map((entry, i) => ({ ...entry, seq: i + 2 }));
  const setting = entries.find(({ kind }) => kind === "cluster")?.data as
    | { readonly slots?: number; readonly heartbeatTimeoutMs?: number }
    | undefined;
  const { slots = 0, heartbeatTimeoutMs = 0 } = setting ?? {};
  const mounts = header.mounts.map((name) => ({ name, slot: -1 }));
  const guess = { slots, slotOf: new Map<string, number>() };
  const events = entries.length;
  const more = { events, isDriven: true, original: entries };
  return { ...base, slots, heartbeatTimeoutMs, guess, entries: numbered, mounts, ...more };
}

interface Source {
  readonly text: Buffer;
  readonly file: string;
  readonly form: "ftrace" | "events";
  readonly gaps: Gap[];
  readonly o: CaptureOptions;
}

const QUORUM = '"scoutfs_quorum_';

function recorded(source: Source, base: Base): Capture {
  const { text, form, o } = source;
  const talk = linesWith(text, form === "events" ? QUORUM : QUORUM.slice(1));
  const guess = slotsIn(eventsOf({ ...source, gaps: [] }, talk));
  const mark = markIn(text);
  const set = setupIn(mark);
  const slots = o.slots ?? set.slots;
  const heartbeatTimeoutMs = o.heartbeatTimeoutMs ?? set.heartbeatTimeoutMs;
  let events = 0;
  let maker: EntryMaker | undefined;
  function* entries(): Iterable<TraceEntry> {
    for (const { line, event } of eventsOf(source, linesOf(text))) {
      events++;
      if (maker === undefined) {
        const slotOf = (name: string) => guess.slotOf.get(name);
        const originSeconds = event.t;
        maker = new EntryMaker({ slots, heartbeatTimeoutMs, originSeconds, slotOf });
        yield maker.first();
      }
      yield* maker.entriesOf(event, line);
    }
  }
  const isDriven = /\bscenario (?!scoutsim\b)/.test(mark);
  return {
    ...base,
    isDriven,
    slots,
    heartbeatTimeoutMs,
    guess,
    entries: entries(),
    get mounts() {
      return maker?.mounts ?? [];
    },
    get events() {
      return events;
    },
  };
}

/** What the driver says first of how the run is set up. */
function markIn(text: Buffer): string {
  for (const line of linesWith(text, "tracing_mark_write")) return line;
  return "";
}

function eventsOf(source: Source, lines: Iterable<string>): Iterable<NumberedEvent> {
  const { text, file, form, gaps } = source;
  if (form === "events") return jsonEvents(lines, file, gaps);
  const reading: Reading = {
    onGap: ({ line, lost }) => {
      const why = lost === 0 ? "events were lost" : `${lost} events were lost`;
      gaps.push({ line, why });
    },
    onUnreadable: (line) => gaps.push({ line, why: "this line cannot be read" }),
  };
  const reader = new FtraceReader(reading, (event) => kinds.has(event));
  for (const line of linesWith(text, "rid mount ")) reader.who.learn(line);
  return reader.events(lines);
}

function* jsonEvents(lines: Iterable<string>, file: string, gaps: Gap[]): Iterable<NumberedEvent> {
  let line = 0;
  let cut: UserError | undefined;
  for (const one of lines) {
    line++;
    if (cut !== undefined) throw cut;
    const event = rawOf(one);
    if (event !== undefined) {
      yield { line, event };
      continue;
    }
    const problem = 'is no event: expected an object with "t" and "ev"; remove the line';
    cut = new UserError(problem, { file, line });
    if (line === 1) gaps.push({ line: 0, why: "the first line is cut" });
    if (line === 1) cut = undefined;
  }
  if (cut !== undefined) gaps.push({ line, why: "the last line is cut" });
}

function rawOf(text: string): Raw | undefined {
  try {
    const raw = JSON.parse(text) as Partial<Raw> | null;
    return typeof raw?.t === "number" && typeof raw.ev === "string" ? (raw as Raw) : undefined;
  } catch {
    return undefined;
  }
}
