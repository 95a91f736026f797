// One run of a plan, as a hunt tries it and as a replay shows it.

import { BoundReached } from "../../engine/bounds.ts";
import { type Recording, recording, type TapeEntry } from "../../engine/chooser.ts";
import { guarded } from "../../engine/guards.ts";
import { MemorySink, type TraceEntry } from "../../engine/trace/trace.ts";
import { explainStuck } from "../../explain/waits.ts";
import { goCourse } from "../../explore/around.ts";
import type { Failure, Outcome } from "../../explore/hunt.ts";
import { formatSeconds, formatText } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import { generatePlan } from "../generate.ts";
import { isAtRest } from "../plan/calm.ts";
import { isBeyondHelp } from "../plan/helpless.ts";
import { monitorsFor } from "../plan/judged.ts";
import { type Plan, type PlanStep, planWorld } from "../plan/plan.ts";
import { unrest } from "../plan/rest.ts";
import { type AnyWorld, namesOf } from "../world/any-world.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";
import { chooserOf, type Trial } from "./tape-runs.ts";

export const planOf = (seed: string, variants: readonly string[]): Plan => ({
  ...generatePlan(seed),
  variants,
});

/** The trial of a seed: its plan, and nothing drawn otherwise than the seed has it. */
export const trialOf = (seed: string, variants: readonly string[]): Trial => ({
  plan: planOf(seed, variants),
  tape: [],
});

export const worldOf = (t: Trial): ClusterWorld =>
  planWorld(t.plan, monitorsFor(t.plan), chooserOf(t));

export function tryPlan(plan: Plan): Outcome {
  return runToEnd(worldOf({ plan, tape: [] }), plan);
}

export function tryTrial(t: Trial): Outcome {
  return runTrial(worldOf(t), t);
}

/** The world of a trial up to its end, along its course if it has one. */
export function runTrial(
  w: ClusterWorld,
  t: Trial,
  company: Parameters<typeof goCourse<Cluster>>[2] = {},
): Outcome {
  const { course, plan } = t;
  if (course === undefined) return runToEnd(w, plan);
  const violation = violationIn(w, () => {
    if (goCourse(w, course, company)) return undefined;
    throw new UserError(
      `the course ends after event ${w.seq}: what comes next in it cannot come here, since the ` +
        "model or the variants are others than those that it was found with; explore again",
    );
  });
  return outcomeOf(w, violation);
}

/** Runs up to the first broken promise, to the plan's end, or until a cluster that nothing disturbs
 *  any more has been at rest for a while, or beyond help. */
export function runToEnd(w: ClusterWorld, plan: Plan): Outcome {
  const violation = violationIn(w, () => {
    guarded(() => runOn(w, plan));
    return isBroken(w) ? undefined : unrest(w, plan);
  });
  return outcomeOf(w, violation);
}

const outcomeOf = (w: ClusterWorld, violation: Failure | undefined): Outcome => {
  return { events: w.seq, hash: w.hash, atUs: w.now, violation };
};

const isBroken = (w: ClusterWorld): boolean => w.violations.length > 0;
const LOOK_US = 1_000_000;
/** Looks at rest, one after another, that make a run end; and looks at a cluster beyond help. */
const RESTS = 3;
const HOPELESS = 10;

/** Up to a time, and a look at the world then. False: a promise is broken. */
function looking(w: ClusterWorld, untilUs: number): boolean {
  if (!w.runUntil(isBroken, untilUs)) w.trace.look();
  return !isBroken(w);
}

function runOn(w: ClusterWorld, plan: Plan): void {
  const { calmAtUs = plan.endUs, endUs } = plan;
  let rests = 0;
  let hopeless = 0;
  for (let at = w.now; rests < RESTS && hopeless < HOPELESS && at < endUs; ) {
    at = Math.min(at + LOOK_US, at < calmAtUs ? calmAtUs : endUs);
    if (!looking(w, at)) return;
    rests = at > calmAtUs && isAtRest(w, plan) ? rests + 1 : 0;
    hopeless = isBeyondHelp(w, plan) ? hopeless + 1 : 0;
  }
  if (rests === RESTS) w.trace.quiet();
}

/** Of a run, which says what is wrong at its end if nothing broke before. */
function violationIn(w: ClusterWorld, run: () => Failure | undefined): Failure | undefined {
  let atEnd: Failure | undefined;
  try {
    atEnd = run();
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    const { what, message } = error;
    return { promise: "BOUND", place: what, text: message };
  }
  const [first] = w.violations;
  if (first === undefined) return atEnd;
  return { promise: first.promise, place: first.place, text: first.text };
}

/** Every draw of the run, in the order in which they were made. */
export function drawsOfTrial(t: Trial): readonly TapeEntry[] {
  const w = planWorld(t.plan, monitorsFor(t.plan), recording(chooserOf(t)));
  runToEnd(w, t.plan);
  return (w.chooser as Recording).entries();
}

const NOISE = [
  ...["run", "work", "timeout", "timer", "datagram", "stream", "device", "plan", "step", "io"],
  ...["drop", "quorum_loop", "quorum_send_message", "quorum_recv_message"],
  ...["note", "ignored", "sent"],
];
/** What a person does not want to read in a trace. */
export const isNoise = (e: TraceEntry): boolean => NOISE.includes(e.kind);
const KEEP = 200_000;
/** Promises that something comes in time: when it does not, somebody waits. */
const OVERDUE = ["FNC2", "LIVE", "OMP2", "QRM4", "RCV1", "REST", "SRV3", "WAK1", "WRK1"];
export const isOverdue = (promise: string): boolean => OVERDUE.includes(promise);
const WIDTH = 40;

/** `20.000000 s  force-umount n=2`. */
export function formatStep({ atUs, do: what, ...rest }: PlanStep): string {
  const more = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `${formatSeconds(atUs)} s  ${what}${more.join("")}`;
}

/** Runs the plan with a trace and prints its newest lines, the plan's steps and the outcome. */
export function showTrial(t: Trial, lines: number, write: (line: string) => void): Outcome {
  const { plan, tape, course } = t;
  const w = worldOf(t);
  const sink = new MemorySink(KEEP);
  w.trace.sink = sink;
  const outcome = runTrial(w, t);
  write(`cluster ${JSON.stringify(plan.cluster)}`);
  write(`weather ${JSON.stringify(plan.weather)}`);
  if (plan.variants.length > 0) write(`variants ${plan.variants.join(" ")}`);
  if (tape.length > 0) write(`tape ${tape.length} lines`);
  if (course !== undefined) {
    write(`course of ${course.path.length} turns that a search took behind event ${course.seq}`);
  }
  for (const step of plan.steps) write(`  ${formatStep(step)}`);
  const entries = sink
    .entries()
    .filter((e) => !isNoise(e))
    .slice(-lines);
  const mounts = namesOf(w as unknown as AnyWorld);
  for (const line of formatText(entries, { mounts, width: WIDTH })) write(line);
  write(`${outcome.events} events, hash ${outcome.hash}`);
  write(outcome.violation === undefined ? "no promise broken" : sentenceOf(outcome.violation));
  if (isOverdue(outcome.violation?.promise ?? "")) for (const l of explainStuck(w)) write(l);
  return outcome;
}

export const sentenceOf = ({ promise, place, text }: Failure): string =>
  `${promise} at ${place}: ${text}`;
