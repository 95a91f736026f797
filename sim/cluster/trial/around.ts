// A search around a moment of a plan's run, and what it came to, in words and as a run that can be
// gone again.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { type Around, courseOf, type Moment, runTo, searchAround } from "../../explore/around.ts";
import type { Move, SearchResult } from "../../explore/exhaustive.ts";
import type { Outcome } from "../../explore/hunt.ts";
import { formatSeconds } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import type { ClusterWorld } from "../world/types.ts";
import type { Trial } from "./tape-runs.ts";
import { runTrial, sentenceOf, worldOf } from "./trial.ts";

/** What is searched, as data. */
export interface Expedition {
  readonly trial: Trial;
  readonly moment: Moment;
  readonly around: Omit<Around, "onProgress">;
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

/** One event of a path: what of it a person wants to know. */
interface Stride {
  readonly at: number;
  readonly entries: readonly TraceEntry[];
}

export interface Gone {
  readonly trial: Trial;
  readonly outcome: Outcome;
  /** A line for each turn, and how it ends. */
  readonly lines: readonly string[];
}

/** Goes the path of a counterexample from the start of the run on, as a replay of it will. */
export function goAgain(
  at: ClusterWorld,
  { trial, around }: Expedition,
  path: readonly Move[],
): Gone {
  const gone = { ...trial, course: courseOf(at, around, path) };
  const w = worldOf(gone);
  const strides: Stride[] = [];
  const outcome = runTrial(w, gone, {
    turn() {
      const entries: TraceEntry[] = [];
      strides.push({ at: w.now, entries });
      w.trace.sink = { add: (e) => void entries.push(e) };
    },
  });
  const { violation, atUs } = outcome;
  if (violation === undefined) throw new Error("expected a path to break again what it broke");
  const end = `${formatSeconds(atUs)} s: ${sentenceOf(violation)}`;
  return { trial: gone, outcome, lines: [...strides.map((s, n) => strideLine(w, s, n)), end] };
}
