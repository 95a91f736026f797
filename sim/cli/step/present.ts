// Where one stands, in lines: the event that has just been performed with its steps and records, or
// the one that is under way, and what comes next.

import type { Event } from "../../engine/event.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import { plainText, sayEvent } from "../../explain/events.ts";
import { describeEntry, formatSeconds } from "../../report/text.ts";
import type { Session } from "./session.ts";

const MOST_RECORDS = 40;

/** `event 120, 3.000250 s, m1: run (line 2)`. */
export function headLine(s: Session): string {
  const { stepper, world } = s;
  const { moment, line, lines, step } = stepper;
  const course = lines.length === 1 ? "" : ` (line ${lines.indexOf(line) + 1} of ${lines.length})`;
  const at = `${formatSeconds(world.now)} s`;
  if (moment === undefined) return `at the start, ${at}${course}`;
  if (moment.input !== undefined)
    return `behind event ${world.seq}, ${at}: ${moment.input.text}${course}`;
  const [first] = moment.entries;
  const who = s.nameOf(first?.mount ?? -1);
  const within = step === 0 ? "" : `, before its step ${step}`;
  const what = first === undefined ? "?" : sayFirst(first);
  return `event ${world.seq}, ${at}, ${who}: ${what}${within}${course}`;
}

/** An event as its first record has it. */
function sayFirst({ kind, data }: TraceEntry): string {
  const { body } = data as { readonly body?: unknown };
  const what = plainText(body);
  return what === "" ? kind : `${kind} ${what}`;
}

export function recordLines(s: Session): string[] {
  const entries = (s.stepper.moment?.entries ?? []).slice(1);
  const shown = entries.slice(0, MOST_RECORDS);
  const more = entries.length - shown.length;
  const lines = shown.map((e) => {
    const of =
      e.mount === (s.stepper.moment?.entries[0]?.mount ?? -1) ? "" : `${s.nameOf(e.mount)} `;
    return s.paint(`${of}${describeEntry(e)}`, e.kind === "violation" ? "bad" : "same");
  });
  return more === 0 ? lines : [...lines, s.paint(`and ${more} records more`, "same")];
}

/** `step 2 of it is next: farewell_worker @ reclaim`, or the event that comes next. */
export function aheadLine(s: Session): string {
  const ahead = s.stepper.moment?.ahead;
  if (ahead !== undefined) return `next ${describeEntry(ahead)}`;
  const { line, at } = s.stepper;
  const input = line.inputAt(at);
  if (input !== undefined) return `next: ${input.text}`;
  const events = s.stepper.pending();
  const order = line.choiceAt(at);
  const next = events.find((e) => e.order === order) ?? events[0];
  return next === undefined ? "nothing is pending" : `next ${pendingText(s, next)}`;
}

export function pendingText(s: Session, e: Event): string {
  const at = Math.max(e.at, s.world.now);
  return `${formatSeconds(at)} s, ${s.nameOf(e.mount)}: ${sayEvent(s.world, e)}`;
}

export const present = (s: Session): string[] => [headLine(s), ...recordLines(s), aheadLine(s)];
