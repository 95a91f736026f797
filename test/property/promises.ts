// Checks plans against the promises, and says how to replay a failure.

import fc from "fast-check";
import { Keeper, nameOf } from "../../sim/cli/hunt/keep.ts";
import type { Plan } from "../../sim/cluster/plan/types.ts";
import { tryPlan } from "../../sim/cluster/trial/trial.ts";
import { planArbitrary } from "../support/plans.ts";

/** What scoutfs main is known to break, so that a property of main cannot ask for it. Of the same
 *  plans `mended` is asked for all of it, which shows that a repair accounts for each:
 *  - CRASH a client whose greeting was answered in vain is put on the server's list twice
 *  - FNC1 a client that never greeted is fenced by rid 0
 *  - FNC4 an agent acts on a request without files, or takes for isolated whom it cannot see
 *  - FNC5 two leaders of one term, which two slots allow, fence each other; a client whose farewell
 *    was not answered in time, and that saw itself gone, is fenced 20 s later
 *  - NET2 a message that is sent while its connection shuts down overtakes others, and a send by
 *    rid goes to a client's old connection
 *  - NET4 a worker that is preempted, or sleeps, sends the response to a greeting twice
 *  - OMP2 the last mount believes an open map that is out of date
 *  - QRM3 with many slots and a slow network, votes split for long
 *  - SEQ1 a transaction counts as committed while its commit is being written
 *  - SRV2 a recovery times out while a client is being reclaimed, and its address is not found
 *  - SRV3 a quorum worker that a failed block update ends leaves its server running
 *  - WRK1 a forced unmount drains lock requests, and who waits for such a lock is not told */
export const KNOWN: readonly string[] = [
  ...["CRASH", "FNC1", "FNC4", "FNC5", "NET2", "NET4", "OMP2", "QRM3"],
  ...["SEQ1", "SRV2", "SRV3", "WRK1"],
];

/** A plan that is not the plainest will do. */
const SHRINK_MS = 60_000;

export interface Long {
  readonly runs: number;
  readonly seed: number;
  /** Of a shrunk failure: fast-check goes there at once. */
  readonly path: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Short and always the same, unless the environment asks for more. */
export const longForm = (env: Environment): Long => ({
  runs: Number(env.SIM_RUNS ?? 25),
  seed: Number(env.SIM_SEED ?? 1),
  path: env.SIM_PATH,
});

export interface Broken {
  readonly plan: Plan;
  readonly text: string;
  readonly command: string;
}

const FILE = "test/property/main.test.ts";

const kept = new Map<string, ReadonlySet<string>>();

/** The promises that some of the plans break: each run ends with the first that it breaks. */
export function brokenIn(
  { runs, seed, path }: Long,
  variants: readonly string[],
): ReadonlySet<string> {
  const key = JSON.stringify([runs, seed, path, variants]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const at = path === undefined ? {} : { path };
  const broken = new Set<string>();
  for (const plan of fc.sample(planArbitrary(variants), { numRuns: runs, seed, ...at })) {
    const { violation } = tryPlan(plan);
    if (violation !== undefined) broken.add(violation.promise);
  }
  kept.set(key, broken);
  return broken;
}

/** The plainest plan that breaks one of the promises that are asked for. */
export function firstBroken(
  { runs, seed, path }: Long,
  isAsked: (promise: string) => boolean,
  variants: readonly string[] = [],
): Broken | undefined {
  const failureOf = (plan: Plan) => {
    const { violation } = tryPlan(plan);
    return violation !== undefined && isAsked(violation.promise) ? violation : undefined;
  };
  const property = fc.property(planArbitrary(variants), (plan) => failureOf(plan) === undefined);
  const checked = fc.check(property, {
    numRuns: runs,
    seed,
    interruptAfterTimeLimit: SHRINK_MS,
    ...(path === undefined ? {} : { path }),
  });
  const plan = checked.counterexample?.[0];
  if (plan === undefined) return undefined;
  const failure = failureOf(plan);
  const at = `SIM_SEED=${checked.seed} SIM_PATH=${checked.counterexamplePath}`;
  return {
    plan,
    text: `${failure?.promise} at ${failure?.place}: ${failure?.text}`,
    command: `${at} npx vitest run ${FILE}`,
  };
}

/** What to do with a failure: the command that makes it again, and how to come by an artifact of
 *  it, or where it is. */
export function whatToDo({ plan, command }: Broken, name: string, env: Environment) {
  const { SIM_OUT, SIM_VARIANT } = env;
  const bug = SIM_VARIANT === undefined ? "" : `SIM_VARIANT=${SIM_VARIANT} `;
  const replays = `${bug}${command} -t "${name}"`;
  if (SIM_OUT === undefined) return `replay it with\n  ${replays}\nwith SIM_OUT=found it is kept`;
  const trial = { plan, tape: [] };
  const outcome = tryPlan(plan);
  const file = new Keeper(SIM_OUT).keep(nameOf(trial, outcome), trial, outcome);
  return `replay it with\n  ${replays}\nor\n  npm run -s sim -- replay ${file}`;
}
