// The figures of the machine, as ratios measured in one run where possible. `npm run bench`.

import { monitorsFor } from "../sim/cluster/plan/judged.ts";
import { type Plan, planWorld } from "../sim/cluster/plan/plan.ts";
import { type Event, Kind } from "../sim/engine/event.ts";
import { Pending } from "../sim/engine/pending.ts";
import { MemorySink } from "../sim/engine/trace/trace.ts";
import { ddmin } from "../sim/explore/ddmin.ts";
import { search } from "../sim/explore/exhaustive.ts";
import { leaseWorld } from "../test/protocols/leases.ts";
import { disagreement, twoPhaseWorld } from "../test/protocols/two-phase-commit.ts";
import { bigWorld } from "../test/support/big-world.ts";
import { inTurn, median, thousands } from "./measure.ts";

const RUNS = 7;
const EVENTS = 1_000_000;

const leases = () => leaseWorld({ clients: 16, keys: 24, seed: "bench" });

function bareHeap(pending: number): void {
  const heap = new Pending();
  let order = 0;
  let x = 12345;
  const push = (now: number) => {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
    const at = now + 1 + (x % 1000);
    const event: Event = {
      at,
      by: at,
      order: order++,
      kind: Kind.run,
      mount: 0,
      who: 0,
      gen: 0,
      body: undefined,
      cause: 0,
    };
    heap.push(event);
  };
  for (let i = 0; i < pending; i++) push(0);
  for (let i = 0; i < EVENTS; i++) push(heap.pop()?.at ?? 0);
}

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
  console.log(`clone of a five-mount world (${w.pendingCount} pending)`);
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

const MOUNTS = 5;
const LIGHT_S = 120;
const SECOND = 1_000_000;

/** Somebody uses an inode or asks for the free space ten times a second, and nothing is wrong. */
function lightPlan(): Plan {
  const cluster = { mounts: MOUNTS, slots: MOUNTS, hosts: MOUNTS, heartbeatTimeoutMs: 10_000 };
  const weather = { minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 };
  const load = Array.from({ length: LIGHT_S * 10 }, (_, i) => {
    const one = { atUs: 5 * SECOND + i * (SECOND / 10), n: i % MOUNTS, times: 1 };
    if (i % 2 === 0) return { ...one, do: "request", what: "statfs", size: 0 } as const;
    return { ...one, do: "use-inode", ino: 1 + (i % 3), mode: "write", forUs: 1000 } as const;
  });
  const mounts = Array.from({ length: MOUNTS }, (_, n) => ({ atUs: 0, do: "mount", n }) as const);
  const agent = { agentSlowUs: 0, agentDelayUs: SECOND, agentExecMaxUs: 5000, rebootUs: 0 };
  return {
    ...{ format: 1, seed: "bench", variants: [], budget: "survivable" },
    cluster: { ...cluster, agent: "honest", ...agent },
    weather: { ...weather, startMaxUs: 60, preemptWithin: 5000, diskMaxUs: 500 },
    steps: [...mounts, ...load],
    endUs: (LIGHT_S + 10) * SECOND,
  };
}

function hunting(): void {
  const plan = lightPlan();
  let seq = 0;
  const run = () => {
    const w = planWorld(plan, monitorsFor(plan));
    w.runUntil(() => false, plan.endUs);
    seq = w.seq;
    if (w.violations.length > 0) throw new Error(`a promise broke: ${w.violations[0]?.text}`);
  };
  const [bare = [], hunted = []] = inTurn(RUNS, [() => bareHeap(100), run]);
  const perSecond = hunted.map((s) => seq / s);
  const ratio = median(perSecond.map((rate, i) => rate / (EVENTS / (bare[i] ?? 0))));
  console.log(`hunt: five mounts, light load, all monitors, ${seq} events`);
  console.log(`  events/CPU-second   ${thousands(median(perSecond))}`);
  console.log(`  of a bare heap loop ${ratio.toFixed(3)}`);
  console.log(`  simulated/real time ${thousands(plan.endUs / SECOND / median(hunted))}`);
}

events();
hunting();
clones();
exhaustive();
minimising();
