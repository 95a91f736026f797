// Reads a recording of the real system (`events.jsonl.gz`: one JSON object a line) into trace
// entries, so that what judges a run of the model can judge the real thing.
//
// Times are microseconds from the first event. Order is that of the file and `seq` is the line, so
// that a finding can be looked up there. Trust that order within one task; two events of different
// processors that are microseconds apart may stand in either order, and a probe fires when its
// function is entered, a tracepoint somewhere inside it. Hence `cause` is always 0.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { TraceEntry } from "../engine/trace/trace.ts";
import { UserError } from "../report/user-error.ts";
import { kinds } from "./kinds.ts";
import { Names } from "./names.ts";
import type { Recording } from "./types.ts";

export type Raw = Record<string, unknown> & { readonly t: number; readonly ev: string };

const defaultHeartbeatTimeoutMs = 10_000;

export function readRecording(file: string): Recording {
  return recordingOf(file, rawEvents(file, unpack(file)));
}

function unpack(file: string): string {
  let packed: Buffer;
  try {
    packed = readFileSync(file);
  } catch (error) {
    throw new UserError(`cannot be read (${codeOf(error)}); name an events.jsonl.gz`, { file });
  }
  try {
    return gunzipSync(packed).toString("utf8");
  } catch (error) {
    const cut = codeOf(error) === "Z_BUF_ERROR";
    const problem = cut ? "is cut short: its end is missing" : "is not a gzip file, or is damaged";
    throw new UserError(`${problem}; copy the recording again`, { file });
  }
}

const codeOf = (error: unknown): string => (error as { readonly code?: string }).code ?? "unknown";

function rawEvents(file: string, text: string): Raw[] {
  if (text === "") throw new UserError("is empty; expected one JSON object a line", { file });
  const lines = text.split("\n");
  const tail = lines.pop();
  if (tail !== "") {
    const place = { file, line: lines.length + 1 };
    throw new UserError("is cut short: the last line has no end; copy the recording again", place);
  }
  return lines.map((line, i) => parsed(file, line, i + 1));
}

function parsed(file: string, text: string, line: number): Raw {
  let raw: Partial<Raw> | null = null;
  try {
    raw = JSON.parse(text);
  } catch {
    // said below, together with what is JSON but no event
  }
  if (typeof raw?.t !== "number" || typeof raw.ev !== "string") {
    const remedy = "copy the recording again, or remove the line";
    throw new UserError(`is no event: expected an object with "t" and "ev"; ${remedy}`, {
      file,
      line,
    });
  }
  return raw as Raw;
}

function recordingOf(file: string, events: readonly Raw[]): Recording {
  const { slots, heartbeatTimeoutMs } = setup(events);
  const maker = new EntryMaker({ slots, heartbeatTimeoutMs, originSeconds: events[0]?.t ?? 0 });
  const entries: TraceEntry[] = [maker.first()];
  events.forEach((raw, i) => {
    for (const entry of maker.entriesOf(raw, i + 1)) entries.push(entry);
  });
  const { mounts, read, leftAlone } = maker;
  const counts = { events: events.length, read, leftAlone };
  return { file, entries, mounts, slots, heartbeatTimeoutMs, ...counts };
}

export interface Setting {
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  /** The time of the first event. */
  readonly originSeconds: number;
  /** In which slot a mount is whose name does not tell, where that is known. */
  readonly slotOf?: (name: string) => number | undefined;
}

/** Makes trace entries of events, one by one. */
export class EntryMaker {
  readonly read = new Map<string, number>();
  readonly leftAlone = new Map<string, number>();
  private readonly names = new Names();
  private readonly setting: Setting;

  constructor(setting: Setting) {
    this.setting = setting;
  }

  get mounts(): Recording["mounts"] {
    return this.names.mounts;
  }

  /** How the run is set up. */
  first(): TraceEntry {
    const { slots, heartbeatTimeoutMs } = this.setting;
    const none = { seq: 0, sub: 0, at: 0, mount: -1, cause: 0 };
    return { ...none, kind: "cluster", data: { slots, heartbeatTimeoutMs } };
  }

  /** Its entry, after one for each mount that it is the first to name. */
  entriesOf(raw: Raw, line: number): TraceEntry[] {
    const kind = kinds.get(raw.ev);
    if (kind === undefined) {
      this.leftAlone.set(raw.ev, (this.leftAlone.get(raw.ev) ?? 0) + 1);
      return [];
    }
    this.read.set(kind, (this.read.get(kind) ?? 0) + 1);
    const { names, setting } = this;
    const met = names.mounts.length;
    const mount = names.mount(raw.node);
    const data = dataOf(raw, names, setting.originSeconds);
    const place = { seq: line, at: microseconds(raw.t, setting.originSeconds), cause: 0 };
    const entries: TraceEntry[] = [];
    for (let m = met; m < names.mounts.length; m++) {
      const who = { rid: m + 1, slot: this.slotOf(m) };
      entries.push({ ...place, sub: entries.length, mount: m, kind: "incarnation", data: who });
    }
    entries.push({ ...place, sub: entries.length, mount, kind, data });
    return entries;
  }

  private slotOf(mount: number): number {
    const { name = "", slot = -1 } = this.names.mounts[mount] ?? {};
    const known = slot < 0 ? (this.setting.slotOf?.(name) ?? -1) : slot;
    return known < this.setting.slots ? known : -1;
  }
}

const microseconds = (t: number, origin: number): number => Math.round((t - origin) * 1e6);

/** The fields that are not the entry's own; names become numbers, words as the model has them. */
function dataOf(raw: Raw, names: Names, origin: number): Record<string, unknown> {
  const { t: _t, cpu: _cpu, ev: _ev, node: _node, client, ...rest } = raw;
  const data: Record<string, unknown> = rest;
  if (client !== undefined) data.rid = names.rid(client);
  if (data.conn_rid !== undefined) data.conn_rid = names.rid(data.conn_rid);
  if (typeof data.reason === "string") data.reason = data.reason.toLowerCase();
  if (typeof data.timeout === "number") {
    data.timeout = microseconds(data.timeout, origin);
  }
  if (typeof data.raw === "string") {
    const ret = /\bret (-?\d+)$/.exec(data.raw)?.[1];
    if (ret !== undefined) data.ret = Number(ret);
    const group = /\bgroup_nr (\d+) group_total (\d+) bit_nr (-?\d+)$/.exec(data.raw);
    if (group !== null) {
      const [group_nr, group_total, bit_nr] = group.slice(1).map(Number);
      Object.assign(data, { group_nr, group_total, bit_nr });
    }
  }
  return data;
}

function setup(events: readonly Raw[]): { slots: number; heartbeatTimeoutMs: number } {
  const first = events.find(({ ev }) => ev === "tracing_mark_write");
  return setupIn(String(first?.mark ?? ""));
}

/** As the driver's first mark says; 0 slots where it does not, and monitors then ask for less. */
export function setupIn(mark: string): { slots: number; heartbeatTimeoutMs: number } {
  const slots = Number(/\bNQ=(\d+)/.exec(mark)?.[1] ?? 0);
  const set = /\bquorum_heartbeat_timeout_ms=(\d+)/.exec(mark)?.[1];
  return { slots, heartbeatTimeoutMs: Number(set ?? defaultHeartbeatTimeoutMs) };
}
