// How a failing run is made simpler: calm weather, fewer steps, fewer mounts, round times, and a
// schedule in which what comes first is served first and nothing rare happens. The weather comes
// first: with less left to chance, the failure survives the loss of a step more often. A failure
// that needs little may still hang by chance on a step that only moves what follows: so parts are
// left out with other draws too.

import type { TapeEntry } from "../../engine/chooser.ts";
import { type Edit, editing, leavingOut, type Pass } from "../../explore/minimise.ts";
import type { Plan, PlanStep } from "../plan/plan.ts";
import { runsOf, type TapeRun, type Trial } from "./tape-runs.ts";

/** What is tried, in this order. `drawsOf` runs a trial and gives every draw of it. */
export function shrinkingPasses(
  drawsOf: (t: Trial) => readonly TapeEntry[],
): readonly Pass<Trial>[] {
  return [
    editing<Trial>(calmEdits),
    fewerByOtherDraws(LARGE_PARTS),
    fewerSteps,
    fewerByOtherDraws(ALL_PARTS),
    fewerMounts,
    editing<Trial>(calmEdits),
    fewerSteps,
    ...GRAINS_US.map((grainUs) => editing<Trial>((t) => roundEdits(t, grainUs))),
    editing<Trial>(() => [inOrderOfTime]),
    straighten(drawsOf),
  ];
}

const fewerSteps = leavingOut<Trial, PlanStep>({
  of: ({ plan }) => plan.steps,
  with: (t, steps) => ({ ...t, plan: { ...t.plan, steps } }),
});

/** So few steps are left alone. */
const FEW = 4;
/** Draws that are tried beside those that the trial has. */
const OTHERS = ["", "~1", "~2"] as const;
const LARGE_PARTS = (steps: number) => Math.max(2, steps >> 3);
const ALL_PARTS = () => 1;

/** The same trial with other draws; what its tape says stays. */
export function otherDraws(t: Trial): readonly Trial[] {
  const [seed = ""] = t.plan.seed.split("~");
  return OTHERS.map((other) => seed + other)
    .filter((other) => other !== t.plan.seed)
    .map((other) => withPlan(t, { seed: other }));
}

/** Leaves out parts, the larger first, and tries each with other draws when it does not fail. */
const fewerByOtherDraws = (smallest: (steps: number) => number): Pass<Trial> =>
  function* (now, trials) {
    let value = now;
    const least = smallest(now.plan.steps.length);
    let size = value.plan.steps.length >> 1;
    while (size >= least && value.plan.steps.length > FEW) {
      for (let from = value.plan.steps.length - size; from > -size; from -= size) {
        const first = Math.max(from, 0);
        const steps = value.plan.steps.toSpliced(first, from + size - first);
        const fewer = withPlan(value, { steps });
        for (const candidate of [fewer, ...otherDraws(fewer)]) {
          if (!(yield* trials.fails(candidate))) continue;
          value = candidate;
          break;
        }
      }
      size = Math.min(size >> 1, value.plan.steps.length >> 1);
    }
    return value;
  };

const withPlan = (t: Trial, plan: Partial<Plan>): Trial => ({ ...t, plan: { ...t.plan, ...plan } });

// ---- mounts ----------------------------------------------------------------------------------

/** From the last: the first are quorum members, and low numbers are easy to read. */
const fewerMounts: Pass<Trial> = function* (now, trials) {
  let value = now;
  const unused = withPlan(now, withoutUnused(now.plan));
  if (yield* trials.fails(unused)) value = unused;
  for (let n = value.plan.cluster.mounts - 1; n >= 0; n--) {
    if (value.plan.cluster.mounts === 1) break;
    const fewer = withPlan(value, withoutMount(value.plan, n));
    if (yield* trials.fails(fewer)) value = fewer;
  }
  return value;
};

/** Without the mounts that no step mounts. */
function withoutUnused(plan: Plan): Plan {
  const used = new Set(plan.steps.map((step) => (step.do === "mount" ? step.n : undefined)));
  let fewer = plan;
  for (let n = plan.cluster.mounts - 1; n >= 0 && fewer.cluster.mounts > 1; n--) {
    if (!used.has(n)) fewer = { ...fewer, ...withoutMount(fewer, n) };
  }
  return fewer;
}

/** Takes the n-th mount away with what befalls it; a host of its own goes too. */
export function withoutMount(plan: Plan, n: number): Pick<Plan, "cluster" | "steps"> {
  const { mounts, slots, hosts } = plan.cluster;
  const ownHost = hosts === mounts;
  const steps = plan.steps.flatMap((step): PlanStep[] => {
    const { n: mount, host, peer } = step as { readonly [K in "n" | "host" | "peer"]?: number };
    if (mount !== undefined) {
      return mount === n ? [] : [{ ...step, n: mount > n ? mount - 1 : mount } as PlanStep];
    }
    if (host === undefined || !ownHost) return [step];
    if (host === n || peer === n) return [];
    const left = (h: number) => (h > n ? h - 1 : h);
    const other = peer === undefined ? {} : { peer: left(peer) };
    return [{ ...step, host: left(host), ...other } as PlanStep];
  });
  const cluster = {
    ...plan.cluster,
    mounts: mounts - 1,
    slots: Math.max(1, n < slots ? slots - 1 : slots),
    hosts: ownHost ? hosts - 1 : hosts,
  };
  return { cluster, steps };
}

// ---- weather -----------------------------------------------------------------------------------

const MIN_START_US = 5;
const AGENT_EXEC_MAX_US = 1_000;

/** Without the second phase; a plan that has ended then goes on for no longer than it did. */
const withoutCalm: Edit<Trial> = (t) => {
  const { calmAtUs, shutDown, ...plan } = t.plan;
  return calmAtUs === undefined ? t : { ...t, plan };
};

const withoutShutDown: Edit<Trial> = (t) => {
  const { shutDown, ...plan } = t.plan;
  return shutDown === undefined ? t : { ...t, plan };
};

const withoutPriorities: Edit<Trial> = (t) => {
  const { schedule, ...weather } = t.plan.weather;
  return schedule === undefined ? t : withPlan(t, { weather });
};

function calmEdits(): readonly Edit<Trial>[] {
  const weather =
    (calm: (w: Plan["weather"]) => Partial<Plan["weather"]>): Edit<Trial> =>
    (t) =>
      withPlan(t, { weather: { ...t.plan.weather, ...calm(t.plan.weather) } });
  const cluster =
    (calm: Partial<Plan["cluster"]>): Edit<Trial> =>
    (t) =>
      withPlan(t, { cluster: { ...t.plan.cluster, ...calm } });
  return [
    withoutCalm,
    withoutShutDown,
    weather(() => ({ lossPermille: 0 })),
    weather(() => ({ duplicatePermille: 0 })),
    weather(() => ({ preemptWithin: 0 })),
    withoutPriorities,
    weather(({ minUs }) => ({ maxUs: minUs })),
    weather(() => ({ startMaxUs: MIN_START_US })),
    weather(() => ({ diskMaxUs: 0 })),
    cluster({ agentSlowUs: 0 }),
    cluster({ agentExecMaxUs: AGENT_EXEC_MAX_US }),
  ];
}

// ---- times -------------------------------------------------------------------------------------

const GRAINS_US = [1_000_000, 100_000, 10_000] as const;

/** An edit for each time that is not that round yet. */
function roundEdits({ plan }: Trial, grainUs: number): readonly Edit<Trial>[] {
  return plan.steps.flatMap(({ atUs }, i) => {
    if (GRAINS_US.some((g) => g >= grainUs && atUs % g === 0)) return [];
    const rounded = { atUs: Math.round(atUs / grainUs) * grainUs };
    return (t: Trial) => {
      const step = t.plan.steps[i];
      if (step === undefined) return t;
      return withPlan(t, { steps: t.plan.steps.toSpliced(i, 1, { ...step, ...rounded }) });
    };
  });
}

const inOrderOfTime: Edit<Trial> = (t) =>
  withPlan(t, { steps: t.plan.steps.toSorted((x, y) => x.atUs - y.atUs) });

// ---- schedule ----------------------------------------------------------------------------------

/** Chances that go against a run, and a preemption: the plain answer is the last. Of a delay, a
 *  queue and all others it is the first. */
const LAST_IS_PLAIN: ReadonlySet<string> = new Set([
  "datagram loss",
  "datagram twice",
  "datagram reorder",
  "stream loss",
  "write lost",
  "io error",
  "preempt",
]);

const plain = ({ why, n }: TapeEntry): number => (LAST_IS_PLAIN.has(why) ? n - 1 : 0);

const pairOf = ({ why, who }: TapeEntry | TapeRun): string => `${why} ${who}`;

/** Gives draws the plain answer, all of an asker and purpose at once, whatever the tape has. */
function straighten(drawsOf: (t: Trial) => readonly TapeEntry[]): Pass<Trial> {
  return function* (now, trials) {
    if (!trials.affordable) return now;
    const byPair = new Map<string, TapeEntry[]>();
    trials.runs++;
    for (const draw of drawsOf(now)) {
      const pair = pairOf(draw);
      const same = byPair.get(pair);
      if (same === undefined) byPair.set(pair, [draw]);
      else same.push(draw);
    }
    const pairs = [...byPair.keys()].sort((x, y) => (x < y ? -1 : 1));
    const tapes = new Map<string, readonly TapeRun[]>();
    for (const [pair, draws] of byPair) {
      tapes.set(pair, runsOf(draws.map((d) => ({ ...d, value: plain(d) }))));
    }
    const straight = leavingOut<Trial, string>({
      of: () => pairs,
      with: (t, wild) => ({
        ...t,
        tape: [
          ...t.tape.filter((run) => !tapes.has(pairOf(run)) || wild.includes(pairOf(run))),
          ...pairs.filter((p) => !wild.includes(p)).flatMap((p) => tapes.get(p) ?? []),
        ],
      }),
    });
    return yield* straight(now, trials);
  };
}
