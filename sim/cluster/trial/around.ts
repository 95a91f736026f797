// A search around a moment of a plan's run, and what it came to, in words and as a file. The file
// holds the plan, the moment, the bounds and the moves of the counterexample, so that it can be
// gone again; a plan with a tape cannot say it, since its latencies need not allow that order.

import * as v from "valibot";
import {
  type Around,
  type Moment,
  type Retraced,
  retrace,
  runTo,
  type Stride,
  searchAround,
} from "../../explore/around.ts";
import type { Move, SearchResult } from "../../explore/exhaustive.ts";
import { parseJson } from "../../report/json.ts";
import { formatSeconds } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import { misfitOf, planSchema, problemOf, whole } from "../plan/file.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";
import type { Trial } from "./tape-runs.ts";
import { sentenceOf, worldOf } from "./trial.ts";

/** What is searched, as data. */
export interface Expedition {
  readonly trial: Trial;
  readonly moment: Moment;
  readonly around: Omit<Around, "onProgress">;
}

export const PATH_FORMAT = "scoutsim-path";
const PATH_VERSION = 1;

export interface PathFile {
  readonly format: typeof PATH_FORMAT;
  readonly version: typeof PATH_VERSION;
  readonly plan: Trial["plan"];
  readonly tape: Trial["tape"];
  readonly moment: Moment;
  readonly around: Expedition["around"];
  readonly text: string;
  readonly path: readonly Move[];
}

/** The world of the plan at the moment. */
export function worldAt({ trial, moment }: Expedition): ClusterWorld {
  const w = worldOf(trial);
  if (runTo(w, moment, trial.plan.endUs)) return w;
  const [broken] = w.violations;
  if (broken !== undefined) {
    throw new UserError(`--from: before it a promise is broken: ${sentenceOf(broken)}`);
  }
  const what = "seq" in moment ? `event ${moment.seq}` : `${moment.kind} number ${moment.nth}`;
  throw new UserError(`--from: the run has no ${what}: replay it to see what there is`);
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** What is searched and what is not. */
export function searchedLines(at: ClusterWorld, { around: o }: Expedition): string[] {
  const { windowUs, ioUs, planUs, budgets } = o.order;
  const untilAt = at.now + o.forUs;
  const spent = Object.entries(budgets).map(([why, n]) => `${why} ${n}`);
  const io = ioUs === 0 ? "at once" : `within ${ioUs} us`;
  const plan = planUs === 0 ? "at its time" : `at any moment of the next ${planUs} us`;
  return [
    `from event ${at.seq} at ${formatSeconds(at.now)} s to ${formatSeconds(untilAt)} s:`,
    `  messages arrive within ${windowUs} us, block I/O lands and completes ${io}`,
    `  what the plan has happens ${plan}; timers go off by their deadlines, ties in any order`,
    "  tasks run in the order in which they became runnable, but for what is preempted or late",
    `  at most so often: ${spent.join(", ") || "nothing"}; of a draw ${o.outcomes} outcomes`,
    `  each end is run on for ${formatSeconds(o.thenUs)} s in one order, with looks`,
    "not explored: other moments within a window, and timers that would be armed later by them;",
    "  timers armed from here on are exact, and do not wait for the kernel's wheel",
  ];
}

export function resultLines(r: SearchResult): string[] {
  const seen = [
    count(r.states, "world"),
    count(r.steps, "event"),
    `${r.depth} deep`,
    count(r.ends, "end"),
  ];
  const thinned = r.thinned.length === 0 ? [] : [`not all outcomes of: ${r.thinned.join(", ")}`];
  const verdict =
    r.counterexample !== undefined
      ? `broken after ${count(r.counterexample.path.length, "event")}: ${r.counterexample.text}`
      : r.complete
        ? "complete: no promise is broken within these bounds"
        : `cut by ${r.cutBy}: what lies beyond was not seen`;
  return [seen.join(", "), ...thinned, verdict];
}

export const searchIt = (
  at: ClusterWorld,
  { around }: Expedition,
  onProgress?: Around["onProgress"],
): SearchResult => searchAround(at, onProgress === undefined ? around : { ...around, onProgress });

interface StepData {
  readonly program: string;
  readonly label: string;
}

const MOST_LABELS = 6;

/** One event of a path: where, what came, and which labels ran. */
function strideLine(w: ClusterWorld, { at, entries }: Stride, n: number): string {
  const [first] = entries;
  const labels = entries
    .filter(({ kind }) => kind === "step")
    .map(({ data }) => data as StepData)
    .map(({ program, label }) => `${program} @ ${label}`);
  const mount = first === undefined || first.mount < 0 ? "-" : w.peekMount(first.mount).name;
  const ran = labels.slice(0, MOST_LABELS).join(", ");
  const more = labels.length > MOST_LABELS ? `, ... ${labels.at(-1)}` : "";
  const start = `${String(n + 1).padStart(4)}  ${formatSeconds(at)}  ${mount.padEnd(7)}`;
  return `${start} ${(first?.kind ?? "").padEnd(9)} ${ran}${more}`.trimEnd();
}

export const retraceIt = (
  at: ClusterWorld,
  { around }: Expedition,
  path: readonly Move[],
): Retraced<Cluster> => retrace(at, around, path);

export function pathLines({ strides, end }: Retraced<Cluster>): string[] {
  const lines = strides.map((s, n) => strideLine(end, s, n));
  const [broken] = end.violations;
  if (broken === undefined) return [...lines, "differs: nothing breaks any more"];
  return [...lines, `${formatSeconds(broken.at)} s: ${sentenceOf(broken)}`];
}

// ---- the file ----------------------------------------------------------------------------------

export const pathFileOf = ({ trial, ...e }: Expedition, text: string, path: readonly Move[]) =>
  ({ format: PATH_FORMAT, version: PATH_VERSION, ...trial, ...e, text, path }) as PathFile;

const MAX = Number.MAX_SAFE_INTEGER;
const n = whole(0, MAX);
const digits = v.strictObject({
  kind: v.literal("odometer"),
  maxDigits: n,
  digits: v.array(n),
  bounds: v.array(n),
  position: n,
  exhausted: v.boolean(),
});
const schema = v.strictObject({
  format: v.literal(PATH_FORMAT),
  version: v.literal(PATH_VERSION),
  plan: planSchema,
  tape: v.array(v.strictObject({ why: v.string(), who: n, count: n, times: n, value: n })),
  moment: v.union([
    v.strictObject({ seq: n }),
    v.strictObject({ kind: v.string(), nth: whole(1, MAX) }),
  ]),
  around: v.strictObject({
    order: v.strictObject({ windowUs: n, ioUs: n, planUs: n, budgets: v.record(v.string(), n) }),
    forUs: n,
    thenUs: n,
    states: n,
    depth: n,
    outcomes: whole(1, MAX),
  }),
  text: v.string(),
  path: v.array(v.strictObject({ order: n, kind: n, mount: v.number(), draws: digits })),
});

export const isPathFile = (text: string): boolean =>
  /^\s*\{\s*"format":\s*"scoutsim-path"/.test(text);

export function readPathFile(text: string, file: string): PathFile {
  const value = parseJson(text);
  if (value === undefined) {
    throw new UserError("is not one whole piece of JSON: it may be cut off", { file });
  }
  const parsed = v.safeParse(schema, value);
  const problem = parsed.success ? misfitOf(parsed.output.plan) : problemOf(parsed.issues[0]);
  if (problem !== undefined) {
    throw new UserError(`${problem.path}: ${problem.text}; correct the file`, { file });
  }
  return parsed.output as PathFile;
}
