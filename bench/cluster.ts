// The figures of a whole cluster: under load, lightly loaded, in a hunt, cloned.

import { monitorsFor } from "../sim/cluster/plan/judged.ts";
import { type Plan, planWorld } from "../sim/cluster/plan/plan.ts";
import { planOf, tryPlan } from "../sim/cluster/trial/trial.ts";
import type { ClusterWorld } from "../sim/cluster/world/types.ts";
import { bareHeap, HEAP_EVENTS } from "./heap.ts";
import { bytesInUse, inTurn, median, row, spread, thousands } from "./measure.ts";
import { heavyPlan, lightPlan } from "./plans.ts";
import { roomsOf } from "./rooms.ts";

const RUNS = 5;
const WARM_UPS = 4;
const SECOND = 1_000_000;

interface Run {
  readonly plan: Plan;
  readonly isJudged: boolean;
}

function runPlan({ plan, isJudged }: Run): ClusterWorld {
  const w = planWorld(plan, isJudged ? monitorsFor(plan) : []);
  w.runUntil(() => false, plan.endUs);
  if (w.violations.length > 0) throw new Error(`a promise broke: ${w.violations[0]?.text}`);
  return w;
}

/** In the middle of the run. */
function pendingIn(plan: Plan): number {
  const w = planWorld(plan, []);
  w.runUntil(() => false, Math.floor(plan.endUs / 2));
  return w.pendingCount;
}

function show(title: string, plan: Plan): void {
  const judged = { plan, isJudged: true };
  const pending = pendingIn(plan);
  const { seq, hash } = runPlan(judged);
  const [bare = [], all = [], unjudged = []] = inTurn(
    RUNS,
    [() => bareHeap(pending), () => runPlan(judged), () => runPlan({ plan, isJudged: false })],
    WARM_UPS,
  );
  const rates = all.map((s) => seq / s);
  const ratio = median(rates.map((rate, i) => rate / (HEAP_EVENTS / (bare[i] ?? 0))));
  console.log(`five mounts, ${title}, all monitors, ${pending} pending, ${seq} events: ${hash}`);
  row("events/CPU-second", `${thousands(median(rates))} ${spread(rates)}`);
  row("of a bare heap loop", ratio.toFixed(3));
  row("simulated/real time", thousands(plan.endUs / SECOND / median(all)));
  row("without monitors", `x ${median(all.map((s, i) => (unjudged[i] ?? 0) / s)).toFixed(2)} CPU`);
  row(
    "time goes to (%)",
    roomsOf(() => runPlan(judged)),
  );
}

const SEEDS = 40;

/** The mix of a hunt: plans as the generator draws them, each to its end. */
function hunt(): void {
  let events = 0;
  const seeds = () => {
    events = 0;
    for (let i = 0; i < SEEDS; i++) events += tryPlan(planOf(`bench:${i}`, ["mended"])).events;
  };
  const [seconds = []] = inTurn(RUNS, [seeds], 1);
  const before = bytesInUse();
  for (let i = 0; i < 3; i++) seeds();
  const grown = bytesInUse() - before;
  const rates = seconds.map((s) => events / s);
  console.log(`hunt: ${SEEDS} plans of the generator, ${events} events`);
  row("events/CPU-second", `${thousands(median(rates))} ${spread(rates)}`);
  row("plans/CPU-second", (SEEDS / median(seconds)).toFixed(1));
  row("growth", `${Math.round(grown / 1024)} kB in ${3 * SEEDS} plans`);
}

const CLONES = 200;

function clones(plan: Plan): void {
  const w = planWorld(plan, monitorsFor(plan));
  w.runUntil(() => false, Math.floor(plan.endUs / 2));
  const times = (count: number, body: () => void) => () => {
    for (let i = 0; i < count; i++) body();
  };
  const [bare = [], stepped = []] = inTurn(
    RUNS,
    [times(CLONES * 10, () => w.clone()), times(CLONES, () => w.clone().step())],
    WARM_UPS,
  );
  console.log(`clone of that cluster under load (${w.pendingCount} pending)`);
  row("clone", `${((median(bare) / CLONES / 10) * 1e6).toFixed(1)} us`);
  row("and its next event", `${((median(stepped) / CLONES) * 1e6).toFixed(1)} us`);
}

export function clusterFigures(): void {
  const heavy = heavyPlan(8);
  show("under load", heavy);
  show("light load: one call a second", lightPlan(1, 600));
  show("light load: ten calls a second", lightPlan(10, 120));
  hunt();
  clones(heavy);
}
