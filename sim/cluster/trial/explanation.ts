// An explanation as lines: what the failure depends on, from when to when each delay makes it fail,
// and when it was lost.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { stepsIn } from "../../explain/lineage.ts";
import { sayShare } from "../../explore/wilson.ts";
import { describeEntry, formatSeconds } from "../../report/text.ts";
import type { DelayInterval, Intervals, StepInterval } from "./intervals.ts";
import { type Moment, type Rewound, strip } from "./rewind.ts";
import { formatStep, isNoise } from "./trial.ts";
import type { Watched } from "./watched.ts";

const WIDTH = 160;
const toWidth = (text: string): string =>
  text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;

const whoIs = (mount: number, { names }: Watched): string =>
  mount < 0 ? "-" : (names[mount] ?? String(mount));

// ---- what it depends on ------------------------------------------------------------------------

/** What was recorded in the events that a failure depends on: the newest, and how many more. */
export function dependsOn({ trace, slice }: Watched, lines: number) {
  const told = trace.filter((e) => slice.has(e.seq) && !isNoise(e) && e.kind !== "violation");
  const shown = told.slice(-lines);
  return { shown, more: told.length - shown.length };
}

/** The records of the slice, the newest `lines` of them. */
export function sliceLines(x: Watched, lines: number): string[] {
  const { shown, more } = dependsOn(x, lines);
  const share = `${x.slice.size} of ${x.outcome.events} events`;
  return [
    `what it depends on: ${share}, and of what was recorded in them`,
    ...(more === 0 ? [] : [`  (${more} earlier records; --lines shows more)`]),
    ...shown.map((e) => toWidth(`  ${recordOf(e, x)}`)),
  ];
}

const recordOf = (e: TraceEntry, x: Watched): string =>
  `${formatSeconds(e.at)} s  ${whoIs(e.mount, x)}  event ${e.seq}: ${describeEntry(e)}`;

// ---- from when to when -------------------------------------------------------------------------

/** So many of each kind are told. */
const MOST_TOLD = 12;
const MS = 1_000;
const SECOND = 1_000_000;

/** `350 us`, `12.4 ms`, `2.41 s`: three digits. */
export function sayUs(us: number): string {
  if (us < MS) return `${us} us`;
  const [of, unit] = us < SECOND ? [MS, "ms"] : [SECOND, "s"];
  return `${Number((us / of).toPrecision(3))} ${unit}`;
}

export function intervalLines({ steps, delays, free, left, runs }: Intervals): string[] {
  const luck = delays.filter((d) => d.isLuck).sort(byTightness);
  const far = delays.filter((d) => !d.isLuck).sort(byTightness);
  const lines = [
    `from when to when it fails, one thing changed at a time, to 2 %, in ${runs} runs:`,
    ...steps.map((s) => `  ${sayStep(s)}`),
    ...told(luck, "that the weather can bring out of their span"),
    ...told(far, "that only a stall could"),
    `  ${free} more delays make no difference`,
  ];
  if (left > 0) lines.push(`  ${left} were not looked at: raise --runs`);
  return lines;
}

const slack = ({ delay, span }: DelayInterval): number =>
  Math.min(
    span.isOpenBelow ? Number.MAX_SAFE_INTEGER : delay.us - span.low,
    span.isOpenAbove ? Number.MAX_SAFE_INTEGER : span.high - delay.us,
  );

const byTightness = (x: DelayInterval, y: DelayInterval): number => slack(x) - slack(y);

/** Delays of one range follow one another, and are told by the first. */
function told(delays: readonly DelayInterval[], what: string): string[] {
  const groups = new Map<string, DelayInterval[]>();
  for (const one of delays) {
    const range = sayRange(one.span);
    groups.set(range, [...(groups.get(range) ?? []), one]);
  }
  const shown = [...groups].slice(0, MOST_TOLD);
  const lines = shown.map(([range, [first, ...more]]) => {
    const others = more.length === 0 ? "" : ` (and ${more.length} more delays so)`;
    return `  ${first === undefined ? "" : sayDelayInterval(first)} must take ${range}${others}`;
  });
  const left = delays.length - shown.flatMap(([, group]) => group).length;
  return left === 0 ? lines : [...lines, `  (${left} more delays ${what})`];
}

/** `the LOCK response from m0 to m1, due at 0.3 s (12 us; this weather has 5 us to 20 us)`. */
function sayDelayInterval({ delay: { says, us, min, max, dueAt } }: DelayInterval): string {
  const weather = `${sayUs(us)}; this weather has ${sayUs(min)} to ${sayUs(max)}`;
  return `${says}, due at ${formatSeconds(dueAt)} s (${weather})`;
}

function sayRange({ low, high, isOpenBelow, isOpenAbove }: StepInterval["span"]): string {
  if (isOpenBelow) return `at most ${sayUs(high)}`;
  return isOpenAbove ? `at least ${sayUs(low)}` : `${sayUs(low)} to ${sayUs(high)}`;
}

function sayStep({ step, span }: StepInterval): string {
  const { low, high, isOpenBelow, isOpenAbove } = span;
  const [from, to] = [sayUs(low), sayUs(high)];
  const when = isOpenBelow
    ? `not after ${to}`
    : isOpenAbove
      ? `not before ${from}`
      : `between ${from} and ${to}`;
  return `${formatStep(step)}: must come ${when}`;
}

// ---- when it was lost --------------------------------------------------------------------------

export function rewoundLines({ moments, jump }: Rewound, x: Watched): string[] {
  const [first] = moments;
  const last = moments.at(-1);
  if (first === undefined || last === undefined) return [];
  const { of } = first.fails;
  const lines = [
    `taken back and gone on by fresh chance, ${of} times from each of ${moments.length} moments`,
    `  (. never fails again, 1 to 9 in tenths, # always), from event ${first.seq} to ${last.seq}:`,
    `  ${strip(moments)}`,
  ];
  if (jump === undefined) lines.push("  the share never rises: chance decides nothing in between");
  else lines.push(...jumpLines(jump, x));
  return lines.map(toWidth);
}

function jumpLines({ before, after }: NonNullable<Rewound["jump"]>, x: Watched): string[] {
  const share = (m: Moment) => `after event ${m.seq} it fails ${sayShare(m.fails)}`;
  const turn = x.trace.filter((e) => e.seq > before.seq && e.seq <= after.seq);
  const events = turn.filter((e) => e.sub === 0 && x.slice.has(e.seq));
  const where = after.seq - before.seq === 1 ? "with" : "in one of";
  const names = events.length === 0 ? turn.filter((e) => e.sub === 0) : events;
  return [
    `  it rises most ${where}:`,
    ...names.slice(-MOST_TOLD).map((e) => `    ${sayTurn(e, turn, x)}`),
    `  ${share(before)}; ${share(after)}`,
  ];
}

function sayTurn(first: TraceEntry, turn: readonly TraceEntry[], x: Watched): string {
  const entries = turn.filter((e) => e.seq === first.seq);
  const until = entries.findIndex(({ kind }) => kind === "violation");
  const steps = stepsIn(entries, until < 0 ? entries.length : until);
  const records = entries.filter((e) => !isNoise(e)).map(describeEntry);
  const what = [...steps.slice(-2), ...records.slice(0, 2)].join(", ") || describeEntry(first);
  const mount = entries.find((e) => e.mount >= 0)?.mount ?? -1;
  return `${formatSeconds(first.at)} s  ${whoIs(mount, x)}  event ${first.seq}: ${what}`;
}
