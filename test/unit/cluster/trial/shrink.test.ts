// A failing run is made simpler in few runs and stays the same failure.

import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import type { Plan } from "../../../../sim/cluster/plan/plan.ts";
import { isFound, minimiseTrial, tryAndTell } from "../../../../sim/cluster/trial/found.ts";
import { shrinkingPasses, withoutMount } from "../../../../sim/cluster/trial/shrink.ts";
import { overlapIn, runsOf, type Trial } from "../../../../sim/cluster/trial/tape-runs.ts";
import { drawsOfTrial, trialOf, tryTrial } from "../../../../sim/cluster/trial/trial.ts";
import type { TapeEntry } from "../../../../sim/engine/chooser.ts";
import { keyOf, type Outcome, seedOf } from "../../../../sim/explore/hunt.ts";
import { type Minimised, minimise } from "../../../../sim/explore/minimise.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
const MAX_STEPS = 8;
/** Fewer than a hunt has: enough for this failure, which needs little. */
const RUNS = 50;

function minimised(t: Trial, outcome: Outcome, runs = RUNS): Minimised<Trial> {
  const steps = minimiseTrial(t, outcome, { runs });
  let turn = steps.next();
  while (!turn.done) turn = steps.next();
  return turn.value;
}

const isOfVariant = ({ kin }: Outcome) => kin?.startsWith(`of ${LEAK}:`) === true;

interface Failing {
  readonly t: Trial;
  readonly outcome: Outcome;
}

const known: Failing[] = [];
/** The failures before this one have plans that take many runs. */
let seeds = 2;

/** The n-th failure of the variant. */
function failing(nth: number): Failing {
  for (; known.length <= nth; seeds++) {
    if (seeds === 200) throw new Error("200 seeds do not break it: is the variant bound?");
    const t = trialOf(seedOf("small52", seeds), [LEAK]);
    const outcome = tryAndTell(t);
    if (isOfVariant(outcome)) known.push({ t, outcome });
  }
  return known[nth] as Failing;
}

const small = new Map<number, Minimised<Trial>>();

/** The n-th failure made small, once. */
function smallOf(nth: number): Minimised<Trial> {
  const { t, outcome } = failing(nth);
  const one = small.get(nth) ?? minimised(t, outcome);
  small.set(nth, one);
  return one;
}

describe("minimising a plan", () => {
  test("takes no more runs than it is given, and says that it was not to the end", () => {
    const { t, outcome } = failing(0);
    const { runs, complete } = minimised(t, outcome, 7);
    expect(runs).toBeLessThanOrEqual(7);
    expect(complete).toBe(false);
  });

  test.each([0, 1, 2])("leaves few steps of the same failure, seed %i", (nth) => {
    const { t, outcome } = failing(nth);
    const { value, runs } = smallOf(nth);
    const now = tryAndTell(value);
    expect(runs).toBeLessThanOrEqual(RUNS);
    expect(value.plan.steps.length).toBeLessThanOrEqual(MAX_STEPS);
    expect(value.plan.steps.length).toBeLessThan(t.plan.steps.length);
    expect(now.violation && keyOf(now.violation)).toBe(
      outcome.violation && keyOf(outcome.violation),
    );
    expect(isFound(value, LEAK)).toBe(true);
    const times = value.plan.steps.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted((x, y) => x - y));
  });

  test("gives the same every time", () => {
    const { t, outcome } = failing(2);
    expect(minimised(t, outcome)).toEqual(smallOf(2));
  });

  test("makes a trial simpler that has a tape already", () => {
    const first = smallOf(2).value;
    const whole = drawsOfTrial(first).filter(({ why }) => why !== "start");
    for (const tape of [first.tape, runsOf(whole)]) {
      const t = { ...first, tape };
      const outcome = tryAndTell(t);
      const { value, complete } = minimised(t, outcome);
      expect([overlapIn(value.tape), complete]).toEqual([undefined, true]);
      expect(tryAndTell(value).kin).toBe(outcome.kin);
      expect(value.tape.length).toBeLessThanOrEqual(tape.length);
    }
  });

  test("leaves out what a failure needs only with the draws that it has", () => {
    const plan = generatePlan("by chance");
    const others: string[] = [];
    const needsAllOrOtherDraws = ({ plan: { seed, steps } }: Trial) => {
      if (seed !== plan.seed && !others.includes(seed)) others.push(seed);
      return steps.length === plan.steps.length || seed === others[0];
    };
    const steps = minimise(
      { plan, tape: [] },
      shrinkingPasses(() => []),
      { budget: 300, runsPerTrial: 1 },
    );
    let turn = steps.next();
    while (!turn.done) {
      turn = steps.next({ fails: needsAllOrOtherDraws(turn.value), runs: 1 });
    }
    expect(plan.steps.length).toBeGreaterThan(MAX_STEPS);
    expect(turn.value.value.plan).toMatchObject({ seed: others[0], steps: [] });
    expect(others).toHaveLength(1);
  });

  test("straightens the schedule but for the draws that the failure needs", () => {
    const draw = (why: string, count: number, n: number, value: number): TapeEntry => {
      return { why, who: 1, count, n, value };
    };
    const draws = [
      ...[draw("start", 0, 50, 7), draw("start", 1, 50, 3)],
      ...[draw("exec", 0, 9, 8), draw("datagram loss", 0, 1000, 4)],
    ];
    const needsExec = ({ tape }: Trial) => !tape.some(({ why }) => why === "exec");
    const t: Trial = { plan: generatePlan("straight"), tape: [] };
    const options = { budget: 100, runsPerTrial: 1 };
    const steps = minimise(
      t,
      shrinkingPasses(() => draws),
      options,
    );
    let turn = steps.next();
    while (!turn.done) turn = steps.next({ fails: needsExec(turn.value), runs: 1 });
    expect(turn.value.value.tape).toEqual([
      { why: "datagram loss", who: 1, count: 0, times: 1, value: 999 },
      { why: "start", who: 1, count: 0, times: 2, value: 0 },
    ]);
    expect(turn.value.value.plan.steps).toEqual([]);
  });
});

describe("found", () => {
  const { t } = failing(0);

  test("says no of a plan that passes, and of a variant that names other promises", () => {
    expect(isFound({ ...t, plan: { ...t.plan, steps: [] } }, LEAK)).toBe(false);
    expect(isFound(t, "fencing-same-rid-twice-stops-server")).toBe(false);
  });

  test("does not depend on whether the plan has the variant bound", () => {
    const bare = { ...t, plan: { ...t.plan, variants: [] } };
    expect([isFound(t, LEAK), isFound(bare, LEAK)]).toEqual([true, true]);
    expect(tryTrial(bare).violation).toBeUndefined();
  });
});

describe("a plan without one of its mounts", () => {
  const plan: Plan = {
    ...generatePlan("mounts"),
    steps: [
      { atUs: 1, do: "mount", n: 0 },
      { atUs: 2, do: "mount", n: 2 },
      { atUs: 3, do: "umount", n: 1 },
      { atUs: 4, do: "force-umount", n: -1 },
      { atUs: 5, do: "pause", host: 2, forUs: 9 },
      { atUs: 6, do: "pause", host: 1, forUs: 9 },
    ],
  };
  const shaped = (shape: Partial<Plan["cluster"]>): Plan => ({
    ...plan,
    cluster: { ...plan.cluster, mounts: 3, slots: 2, hosts: 3, ...shape },
  });

  test("has its steps, its slot and its own host taken away, and the others renumbered", () => {
    const { cluster, steps } = withoutMount(shaped({}), 1);
    expect(cluster).toMatchObject({ mounts: 2, slots: 1, hosts: 2 });
    expect(steps).toEqual([
      { atUs: 1, do: "mount", n: 0 },
      { atUs: 2, do: "mount", n: 1 },
      { atUs: 4, do: "force-umount", n: -1 },
      { atUs: 5, do: "pause", host: 1, forUs: 9 },
    ]);
  });

  test("keeps no step about two hosts of which one is gone", () => {
    const between = (host: number, peer: number) =>
      ({ atUs: 1, do: "reset-streams", host, peer }) as const;
    const steps = [between(0, 1), between(2, 0), between(1, 2)];
    expect(withoutMount({ ...shaped({}), steps }, 1).steps).toEqual([between(1, 0)]);
  });

  test("keeps a host that others share, and the slots before it", () => {
    const { cluster, steps } = withoutMount(shaped({ hosts: 1 }), 2);
    expect(cluster).toMatchObject({ mounts: 2, slots: 2, hosts: 1 });
    expect(steps.map((s) => s.atUs)).toEqual([1, 3, 4, 5, 6]);
  });
});
