// Perfetto's JSON is whole, has the fields that the Trace Event Format asks for, and binds each
// arrow to slices that are there.

import { describe, expect, it } from "vitest";
import { runToEnd, trialOf, worldOf } from "../../../../sim/cluster/trial/trial.ts";
import { type AnyWorld, namesOf } from "../../../../sim/cluster/world/any-world.ts";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { MessageFinder } from "../../../../sim/explain/messages.ts";
import { perfettoLines } from "../../../../sim/report/trace/perfetto.ts";

interface Event {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: string;
}

function eventsOf(seed: string): { events: Event[]; entries: TraceEntry[]; arrows: number } {
  const t = trialOf(seed, []);
  const w = worldOf(t);
  const entries: TraceEntry[] = [];
  const finder = new MessageFinder();
  w.trace.sink = {
    add(entry) {
      entries.push(entry);
      finder.see(entry);
    },
  };
  runToEnd(w, t.plan);
  const mounts = namesOf(w as unknown as AnyWorld);
  const text = [...perfettoLines(mounts, entries, finder.found)].join("\n");
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents: Event[] };
  return { events: traceEvents, entries, arrows: finder.found.length };
}

describe("a run for Perfetto", () => {
  const { events, entries, arrows } = eventsOf("hunt:5");
  const of = (ph: string) => events.filter((e) => e.ph === ph);

  it("is a slice for each record, with process and thread", () => {
    const slices = of("X");
    expect(slices.length).toBe(entries.length);
    const whole = slices.every(
      ({ ts, dur, pid, tid }) => ts !== undefined && dur === 1 && pid >= 0 && tid > 0,
    );
    expect(whole).toBe(true);
    const threads = new Set(
      of("M")
        .filter(({ name }) => name === "thread_name")
        .map(({ pid, tid }) => `${pid} ${tid}`),
    );
    expect(slices.filter(({ pid, tid }) => !threads.has(`${pid} ${tid}`))).toEqual([]);
  });

  it("has an arrow for each message, from slice to slice", () => {
    expect(arrows).toBeGreaterThan(20);
    const slices = new Set(of("X").map(({ pid, tid, ts }) => `${pid} ${tid} ${ts}`));
    for (const ph of ["s", "f"]) {
      expect(of(ph).length).toBe(arrows);
      const loose = of(ph).filter(({ pid, tid, ts }) => !slices.has(`${pid} ${tid} ${ts}`));
      expect(loose).toEqual([]);
    }
    expect(of("f").every(({ bp }) => bp === "e")).toBe(true);
    const starts = new Map(of("s").map((e) => [e.id, e.ts ?? 0]));
    expect(of("f").every(({ id, ts }) => (starts.get(id) ?? Infinity) <= (ts ?? 0))).toBe(true);
  });
});
