// The story of a failure: what was promised, what people and faults did, what broke, how it came to
// that, who waits for whom, and where the run parts from the one that keeps the promise.

import { promises } from "../../../src/monitors/promises.ts";
import { MemorySink, type TraceEntry } from "../../engine/trace/trace.ts";
import { type Forebear, type Leg, legsOf, lineageOf, stepsIn } from "../../explain/lineage.ts";
import { explainStuck } from "../../explain/waits.ts";
import type { Outcome } from "../../explore/hunt.ts";
import { firstDifference } from "../../explore/twin.ts";
import { describeEntry, formatSeconds } from "../../report/text.ts";
import { type AnyWorld, namesOf } from "../world/any-world.ts";
import { asksAbout, counterpart } from "./found.ts";
import type { Trial } from "./tape-runs.ts";
import { formatStep, isNoise, isOverdue, runTrial, worldOf } from "./trial.ts";

/** A minimised run is short; of a long one the newest entries tell the end. */
const KEEP = 400_000;
const LEGS = 8;
const STEPS = 3;
const RECORDS = 2;
const LAST = 8;
const WIDTH = 160;
const WAITS = 12;

export function storyOf(t: Trial): string[] {
  const w = worldOf(t);
  const sink = new MemorySink(KEEP);
  w.trace.sink = sink;
  const outcome = runTrial(w, t);
  const { violation } = outcome;
  if (violation === undefined) return ["no promise is broken"];
  const trace = sink.entries();
  const names = namesOf(w as unknown as AnyWorld);
  const at = w.violations[0]?.seq ?? w.seq;
  const waits = isOverdue(violation.promise) ? explainStuck(w).slice(0, WAITS) : [];
  const said = promises[violation.promise];
  return [
    `promised: ${said === undefined ? violation.promise : `${violation.promise}, ${said}`}`,
    "done:",
    ...t.plan.steps.map((step) => `  ${formatStep(step)}`),
    `broken at ${formatSeconds(outcome.atUs)} s: ${violation.text} (${violation.place})`,
    "how it came to that, each set going by the one above:",
    ...lineageLines(lineageOf(trace, at), names),
    "what was recorded last:",
    ...recordLines(trace, names),
    ...(waits.length === 0 ? [] : ["who waits for whom:", ...waits.map((line) => `  ${line}`)]),
    ...asksAbout(t).flatMap((name) => partingLines(t, name, outcome, names)),
  ];
}

function toWidth(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

const isTold = (e: TraceEntry): boolean => !isNoise(e) && e.kind !== "violation";

const whoIs = (mount: number, names: readonly string[]): string =>
  mount < 0 ? "-" : (names[mount] ?? String(mount));

function lineageLines(lineage: readonly Forebear[], names: readonly string[]): string[] {
  const legs = legsOf(lineage).filter(({ events }) => events.some(hasAPlace));
  const shown = legs.slice(-LEGS);
  const more = legs.length - shown.length;
  const lines = shown.map((leg) => lineOf(leg, names));
  return more === 0 ? lines : [`  (${more} earlier)`, ...lines];
}

const hasAPlace = ({ entries }: Forebear): boolean =>
  stepsIn(entries).length > 0 || entries.some(isTold);

function lineOf({ mount, from, to, events }: Leg, names: readonly string[]): string {
  const until = to.entries.findIndex(({ kind }) => kind === "violation");
  const steps = events.flatMap((e) =>
    e === to && until >= 0 ? stepsIn(e.entries, until) : stepsIn(e.entries),
  );
  const told = events.flatMap(({ entries }) => entries.filter(isTold));
  const what = [steps.slice(-STEPS).join(", "), ...told.slice(-RECORDS).map(describeEntry)];
  const since = events.length === 1 ? "" : ` (at it since ${formatSeconds(from.at)} s)`;
  const says = what.filter((text) => text !== "").join("; ");
  const who = `${formatSeconds(to.at)} s  ${whoIs(mount, names)}`;
  return toWidth(`  ${who}  event ${to.seq}${since}: ${says}`);
}

/** What was recorded last, by whomever. */
function recordLines(trace: readonly TraceEntry[], names: readonly string[]): string[] {
  return trace
    .filter(isTold)
    .slice(-LAST)
    .map((e) => {
      const who = `${formatSeconds(e.at)} s  ${whoIs(e.mount, names)}`;
      return toWidth(`  ${who}  ${describeEntry(e)}`);
    });
}

/** The first event that is another one when the variant is left out, or a fix put in. */
function partingLines(
  t: Trial,
  name: string,
  outcome: Outcome,
  names: readonly string[],
): string[] {
  if (t.course !== undefined) return []; // without the variant there is no such course
  const other = worldOf(counterpart(t, name));
  const found = firstDifference(worldOf(t), other, outcome.events);
  if (found === undefined) return [];
  const { first, second } = found;
  const i = first.findIndex((e, k) => describeEntry(e) !== safely(second[k]));
  const place = stepsIn(first, i < 0 ? first.length : i + 1).at(-1) ?? safely(first[0]);
  const who = whoIs(first[0]?.mount ?? -1, names);
  return [`what ${name} changes begins with event ${found.seq}, ${who}: ${place}`];
}

const safely = (e: TraceEntry | undefined): string =>
  e === undefined ? "nothing" : describeEntry(e);
