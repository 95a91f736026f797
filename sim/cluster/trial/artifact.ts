// A failure as a file: the plan, its tape, and how the run ended. It replays whatever becomes of
// the generator, since nothing is drawn from it any more. A reader refuses what it does not
// understand.

import * as v from "valibot";
import type { Course } from "../../explore/around.ts";
import type { Outcome } from "../../explore/hunt.ts";
import { parseJson } from "../../report/json.ts";
import { UserError } from "../../report/user-error.ts";
import { misfitOf, type Problem, planSchema, problemOf, whole } from "../plan/file.ts";
import { PLAN_FORMAT } from "../plan/plan.ts";
import { boundTo } from "../world/variants.ts";
import { overlapIn, type TapeRun, type Trial, trialIn } from "./tape-runs.ts";

export const ARTIFACT_FORMAT = "scoutsim-artifact";
/** Raised when a reader of the previous version would misread an artifact. */
export const ARTIFACT_VERSION = 1;

/** How the run ended. */
export interface Expectation {
  readonly promise: string;
  readonly place: string;
  readonly text: string;
  /** Over every event up to the failure. */
  readonly hash: string;
  readonly events: number;
  readonly atUs: number;
}

export interface Artifact extends Trial {
  readonly format: typeof ARTIFACT_FORMAT;
  readonly version: typeof ARTIFACT_VERSION;
  readonly expectation: Expectation;
}

const MAX_WHO = 0xffff;
const MAX_INT = 0x7fffffff;
const MAX_DRAWS = 1_000_000;

const tapeRun: v.GenericSchema<unknown, TapeRun> = v.strictObject({
  why: v.string(),
  who: whole(0, MAX_WHO),
  count: whole(0, MAX_INT),
  times: whole(1, MAX_DRAWS),
  value: whole(0, MAX_INT),
});

const count = whole(0, Number.MAX_SAFE_INTEGER);
const course: v.GenericSchema<unknown, Course> = v.strictObject({
  seq: count,
  order: v.strictObject({
    ...{ windowUs: count, ioUs: count, planUs: count },
    budgets: v.record(v.string(), count),
  }),
  path: v.array(v.strictObject({ order: count, draws: v.array(count) })),
  untilUs: count,
});

const schema: v.GenericSchema<unknown, Artifact> = v.strictObject({
  format: v.literal(ARTIFACT_FORMAT),
  version: v.literal(ARTIFACT_VERSION),
  plan: planSchema,
  tape: v.array(tapeRun),
  course: v.exactOptional(course),
  expectation: v.strictObject({
    promise: v.string(),
    place: v.string(),
    text: v.string(),
    hash: v.string(),
    events: count,
    atUs: count,
  }),
});

export function artifactOf(t: Trial, expectation: Expectation): Artifact {
  return { format: ARTIFACT_FORMAT, version: ARTIFACT_VERSION, ...trialIn(t), expectation };
}

/** Of a run that broke a promise. */
export function foundArtifact(t: Trial, { events, hash, atUs, violation }: Outcome): Artifact {
  if (violation === undefined) throw new Error("expected a run that breaks a promise");
  const { promise, place, text } = violation;
  return artifactOf(t, { promise, place, text, hash, events, atUs });
}

/** Indented down to the steps, the tape and the turns of a course, which have a line each. */
export function formatArtifact(a: Artifact): string {
  const numbers = /\[[\d,\s]+\]/g;
  const text = JSON.stringify(a, null, 2).replace(numbers, (list) => list.replace(/\s+/g, ""));
  const flat = /(?<=\n\s+)\{\n(?:[^{}[\]]|\[[\d,]*\]|\{[^{}[\]]*\})*\}/g;
  return `${text.replace(flat, (item) => item.replace(/\n\s*/g, " "))}\n`;
}

/** Reads what `formatArtifact` wrote; `file` is the name for complaints. */
export function readArtifact(text: string, file: string): Artifact {
  const refuse = (problem: string): never => {
    throw new UserError(problem, { file });
  };
  const value = parseJson(text);
  if (value === undefined) {
    return refuse("is not one whole piece of JSON: it may be cut off; take it from where it was");
  }
  if (!isObject(value) || value.format !== ARTIFACT_FORMAT) {
    return refuse(`expected "format": "${ARTIFACT_FORMAT}"; give a file that hunt --out wrote`);
  }
  const planFormat = isObject(value.plan) ? value.plan.format : undefined;
  for (const [what, is, known] of [
    ["artifact version", value.version, ARTIFACT_VERSION],
    ["plan format", planFormat, PLAN_FORMAT],
  ] as const) {
    if (typeof is === "number" && is > known) {
      refuse(`${what} ${is} is newer than ${known}, the newest read here; update scoutsim`);
    }
  }
  const parsed = v.safeParse(schema, value);
  const problem = parsed.success ? problemIn(parsed.output) : problemOf(parsed.issues[0]);
  if (problem !== undefined) refuse(`${problem.path}: ${problem.text}; correct the file`);
  const artifact = value as unknown as Artifact; // with its keys in the order of the file
  refuseVariants(artifact, file);
  return artifact;
}

function problemIn({ plan, tape }: Artifact): Problem | undefined {
  const misfit = misfitOf(plan);
  if (misfit !== undefined) return { ...misfit, path: `plan.${misfit.path}` };
  const twice = overlapIn(tape);
  if (twice !== undefined) {
    return { path: `tape.${twice}`, text: "answers draws that a line above answers" };
  }
  const draws = tape.reduce((sum, run) => sum + run.times, 0);
  if (draws <= MAX_DRAWS) return undefined;
  return { path: "tape", text: `expected at most ${MAX_DRAWS} draws, got ${draws}` };
}

/** Unknown ones, and two that replace the same. */
function refuseVariants({ plan }: Artifact, file: string): void {
  try {
    boundTo(plan.variants);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`plan.variants: ${error.message}`, { file });
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
