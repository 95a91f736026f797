// Every drawn delay of a run is noted with its event, and one of them can be another without any
// other draw noticing.

import { describe, expect, test } from "vitest";
import { MemorySink } from "../../../sim/engine/trace/trace.ts";
import { delaysOf, noteDelays, setDelay } from "../../../sim/explain/delays.ts";
import { type Op, scriptWorld } from "../../support/script.ts";

const JOBS: readonly (readonly Op[])[] = [
  [{ op: "sleep", us: 1000 }],
  [
    { op: "create", queue: "q", maxActive: 1 },
    { op: "queue", queue: "q", job: 2 },
  ],
  [{ op: "sleep", us: 10 }],
];
const scheduling = { start: { min: 10, max: 60 }, preemptWithin: 0 };
const world = () => scriptWorld(JOBS, [0, 1], { scheduling });

function run() {
  const w = world();
  const sink = new MemorySink(1000);
  w.trace.sink = sink;
  const noted = noteDelays(w, (e) => `kind ${e.kind}`);
  w.runFor(100_000);
  return { w, noted, trace: sink.entries() };
}

describe("delays", () => {
  test("are noted, and the run is as ever", () => {
    const plain = world();
    plain.runFor(100_000);
    const { w, noted } = run();
    expect(w.hash).toBe(plain.hash);
    expect(noted.length).toBeGreaterThan(0);
    for (const { us, min, max } of noted) expect(us >= min && us <= max).toBe(true);
  });

  test("are found again by their events", () => {
    const { noted, trace } = run();
    const all = new Set(trace.map(({ seq }) => seq));
    expect(delaysOf(noted, trace, all)).toHaveLength(noted.length);
    const [first] = noted;
    const its = trace.find((e) => e.sub === 0 && e.at === first?.dueAt);
    expect(delaysOf(noted, trace, new Set([its?.seq ?? -1]))).toEqual([first]);
  });

  test("can be set one by one, while all others are drawn as before", () => {
    const { noted } = run();
    const [first] = noted;
    if (first === undefined) throw new Error("expected a delay");
    const w = world();
    setDelay(w, first, first.us);
    w.runFor(100_000);
    expect(w.hash).toBe(run().w.hash);
    const late = world();
    setDelay(late, first, 7_777);
    const again = noteDelaysOver(late);
    late.runFor(100_000);
    expect(again.get(`${first.why} ${first.count + 1}`)).toBe(
      noted.find((d) => d.why === first.why && d.count === first.count + 1)?.us,
    );
  });
});

/** What is scheduled by the draws that are left as they were. */
function noteDelaysOver(w: ReturnType<typeof world>): Map<string, number> {
  const plain = w.schedule;
  const counts = new Map<string, number>();
  const seen = new Map<string, number>();
  w.schedule = (event, delay, who, why) => {
    const count = counts.get(why) ?? 0;
    counts.set(why, count + 1);
    const before = w.pendingEvents().map((e) => e.order);
    plain(event, delay, who, why);
    const fresh = w.pendingEvents().find((e) => !before.includes(e.order));
    if (fresh !== undefined) seen.set(`${why} ${count}`, fresh.at - w.now);
  };
  return seen;
}
