// A run printed as a capture and read again gives the same entries, for every kind that the real
// system traces.

import { beforeAll, describe, expect, it } from "vitest";
import { runToEnd, trialOf, worldOf } from "../../../../sim/cluster/trial/trial.ts";
import { type AnyWorld, namesOf } from "../../../../sim/cluster/world/any-world.ts";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { captureOf } from "../../../../sim/real/capture.ts";
import { formats } from "../../../../sim/real/ftrace/formats.ts";
import { recordedKind } from "../../../../sim/real/ftrace/probes-out.ts";
import { resultOf } from "../../../../sim/real/ftrace/values.ts";
import { FtraceWriter, shownAs } from "../../../../sim/real/ftrace/write.ts";
import { lockKeyText } from "../../../../sim/real/twin/parts/keys.ts";

type Fields = Record<string, unknown>;
/** Numbers of the model that stand for something of the machine. */
const NOT_THERE = new Set(["kind", "conn", "want", "task", "address", "cause", "from", "to"]);
/** Their text is kept as it is. */
const TEXT_ONLY = ["server_commit_start", "server_commit_end", "server_work_enter"];

let own: [TraceEntry, TraceEntry][] = [];
let kinds = new Map<string, number>();

function comparable(fields: Fields, keyText: (key: number) => string, rids: Map<number, number>) {
  const out: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (NOT_THERE.has(name) || value === undefined) continue;
    if (name === "rid" || name === "conn_rid") out[name] = rids.get(Number(value)) ?? value;
    else if (name === "key") out[name] = typeof value === "number" ? keyText(value) : value;
    else if (["ret", "error", "err"].includes(name)) out[name] = resultOf(value);
    else if (Array.isArray(value)) {
      out[name] = value.map((one) => comparable(one as Fields, keyText, rids));
    } else out[name] = value;
  }
  return out;
}

const SEED = "hunt:3";

beforeAll(() => {
  const trial = trialOf(SEED, []);
  const w = worldOf(trial);
  const entries: TraceEntry[] = [];
  w.trace.sink = { add: (entry) => entries.push(entry) };
  runToEnd(w, trial.plan);
  const mounts = namesOf(w as unknown as AnyWorld);
  const { slots, heartbeatTimeoutMs } = trial.plan.cluster;
  const writer = new FtraceWriter({ mounts, slots, heartbeatTimeoutMs, keyText: lockKeyText });
  const lines = writer.head();
  const printed: TraceEntry[] = [];
  for (const entry of entries) {
    const more = writer.lines(entry);
    if (more.length > 0 && entry.kind !== "incarnation" && !/^(?:un)?fair$/.test(entry.kind)) {
      printed.push(entry);
    }
    lines.push(...more);
  }
  const capture = captureOf(Buffer.from(`${lines.join("\n")}\n`), "run.txt");
  const known = new Set(["cluster", "incarnation", "tracing_mark_write"]);
  const again = [...capture.entries].filter(({ kind }) => !known.has(kind));
  const isRead = (e: TraceEntry) => {
    const kind = shownAs(e.kind) ?? recordedKind(e.kind, e.data as Fields) ?? "";
    return capture.gaps.length === 0 && again.some((a) => a.kind === kind);
  };
  const kept = printed.filter(isRead);
  expect(kept.length).toBe(again.length);
  own = kept.map((entry, i) => [entry, again[i] as TraceEntry]);
  kinds = new Map();
  for (const [{ kind }] of own) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
});

describe("a run printed as a capture", () => {
  it("is read again entry by entry, at the same times", () => {
    const times = own.filter(([a, b]) => a.at !== b.at);
    expect(times).toEqual([]);
    const names = own.map(([a]) => shownAs(a.kind) ?? recordedKind(a.kind, a.data as Fields));
    expect(own.map(([, b]) => b.kind)).toEqual(names);
  });

  it("holds every field that the model has", () => {
    const rids = new Map(
      own.flatMap(([a, b]) => {
        const [x, y] = [a.data as Fields, b.data as Fields];
        return x.rid !== undefined && y.rid !== undefined ? [[Number(x.rid), Number(y.rid)]] : [];
      }),
    );
    for (const [a, b] of own) {
      if (TEXT_ONLY.includes(b.kind) || b.kind === "fenced_store") continue;
      const [x, y] = [a.data as Fields, b.data as Fields];
      const mine = comparable(x, lockKeyText, rids);
      const shown = Object.fromEntries(Object.entries(mine).filter(([name]) => name in y));
      const read = comparable(y, lockKeyText, new Map());
      expect(read, `${b.kind} at ${a.at}`).toMatchObject(shown);
      if (formats.has(a.kind)) {
        expect(Object.keys(mine).filter((name) => !(name in y))).toEqual([]);
      }
    }
  });

  it("covers most kinds", () => {
    expect(kinds.size).toBeGreaterThan(60);
  });
});
