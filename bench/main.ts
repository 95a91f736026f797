// The figures of the machine, as ratios measured in one run where possible. `npm run bench`.

import { MemorySink } from "../sim/engine/trace/trace.ts";
import { ddmin } from "../sim/explore/ddmin.ts";
import { search } from "../sim/explore/exhaustive.ts";
import { leaseWorld } from "../test/protocols/leases.ts";
import { disagreement, twoPhaseWorld } from "../test/protocols/two-phase-commit.ts";
import { bigWorld } from "../test/support/big-world.ts";
import { clusterFigures } from "./cluster.ts";
import { bareHeap } from "./heap.ts";
import { inTurn, median, thousands } from "./measure.ts";
import { recordingFigures } from "./recordings.ts";

const RUNS = 7;
const EVENTS = 1_000_000;

const leases = () => leaseWorld({ clients: 16, keys: 24, seed: "bench" });

function events(): void {
  const probe = leases();
  for (let i = 0; i < EVENTS / 4; i++) probe.step();
  const pending = probe.pendingCount;
  let hash = "";
  const run = (sink: boolean) => () => {
    const w = leases();
    if (sink) w.trace.sink = new MemorySink(1000);
    for (let i = 0; i < EVENTS; i++) w.step();
    hash = w.hash;
  };
  const [bare = [], plain = [], traced = []] = inTurn(RUNS, [
    () => bareHeap(pending),
    run(false),
    run(true),
  ]);
  const ratio = median(plain.map((s, i) => (bare[i] ?? 0) / s));
  const cost = median(traced.map((s, i) => s / (plain[i] ?? 1)));
  console.log(`lease service, hash and monitor on, ${pending} pending, ${EVENTS} events: ${hash}`);
  console.log(`  events/CPU-second   ${thousands(EVENTS / median(plain))}`);
  console.log(`  of a bare heap loop ${ratio.toFixed(3)}`);
  console.log(`  with a trace sink   x ${cost.toFixed(2)} CPU`);
}

function clones(): void {
  const w = bigWorld();
  const N = 5000;
  const [shared = [], whole = []] = inTurn(RUNS, [
    () => {
      for (let i = 0; i < N; i++) w.clone();
    },
    () => {
      for (let i = 0; i < N / 10; i++) {
        const c = w.clone();
        for (let m = 0; m < c.mountCount; m++) c.mount(m);
        c.net();
        c.device();
      }
    },
  ]);
  const cloneUs = (median(shared) / N) * 1e6;
  const wholeUs = (median(whole) / (N / 10)) * 1e6;
  console.log(`clone of a five-mount world of the test protocol (${w.pendingCount} pending)`);
  console.log(`  clone               ${cloneUs.toFixed(1)} us`);
  console.log(`  every part changed  ${wholeUs.toFixed(1)} us`);
}

function exhaustive(): void {
  let states = 0;
  let steps = 0;
  const [seconds = []] = inTurn(3, [
    () => {
      const r = search(twoPhaseWorld(5), { states: 2e6, depth: 500, check: disagreement });
      states = r.states;
      steps = r.steps;
    },
  ]);
  console.log(
    `exhaustive search, two-phase commit of 5 managers: ${states} states, ${steps} steps`,
  );
  console.log(`  states/CPU-second   ${thousands(states / median(seconds))}`);
  console.log(`  steps/CPU-second    ${thousands(steps / median(seconds))}`);
}

function minimising(): void {
  const runs: number[] = [];
  for (let seed = 1; seed <= 200; seed++) {
    const needed = new Set<number>();
    let x = seed;
    while (needed.size < 5) {
      x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
      needed.add((x >>> 8) % 300);
    }
    const items = Array.from({ length: 300 }, (_, i) => i);
    const fails = (s: readonly number[]) => [...needed].every((n) => s.includes(n));
    runs.push(ddmin(items, fails, { budget: 1000 }).runs);
  }
  runs.sort((x, y) => x - y);
  console.log("ddmin, 300 faults of which 5 are needed, 200 placements");
  console.log(`  runs                median ${median(runs)}, most ${runs[runs.length - 1]}`);
}

/** By name on the command line; without one, all. */
const figures: Readonly<Record<string, () => void>> = {
  cluster: clusterFigures,
  recordings: recordingFigures,
  events,
  clones,
  exhaustive,
  minimising,
};
const asked = process.argv.slice(2);
for (const [name, show] of Object.entries(figures)) {
  if (asked.length === 0 || asked.includes(name)) show();
}
