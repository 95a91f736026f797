// The delays that chance decided in a run, each with the event that it put off; and the same run
// with one of them made longer or shorter, which all else that is drawn does not notice.

import type { Protocol } from "../../src/core/index.ts";
import { kindNames } from "../engine/event.ts";
import type { Delay, Scheduled } from "../engine/machine.ts";
import type { TraceEntry } from "../engine/trace/trace.ts";
import type { World } from "../engine/world.ts";

/** Which draw it is: the `count`-th of one asker for one purpose. */
export interface Draw {
  readonly who: number;
  readonly why: string;
  readonly count: number;
}

export interface DrawnDelay extends Draw {
  /** What it could have been. */
  readonly min: number;
  readonly max: number;
  readonly us: number;
  /** When the event was due. */
  readonly dueAt: number;
  readonly event: Scheduled;
  readonly says: string;
}

/** A list that grows as the world runs. `say` names what an event brings. */
export function noteDelays<P extends Protocol>(
  w: World<P>,
  say: (event: Scheduled) => string,
): DrawnDelay[] {
  const noted: DrawnDelay[] = [];
  upon(w, (draw, event, { min, max }) => {
    const from = w.now;
    const us = min + w.pick(draw.who, draw.why, max - min + 1);
    w.scheduleAfter(event, us);
    noted.push({ ...draw, min, max, us, dueAt: from + us, event, says: say(event) });
  });
  return noted;
}

/** From now on that one delay is another. */
export function setDelay<P extends Protocol>(w: World<P>, { who, why, count }: Draw, us: number) {
  upon(w, (draw, event, { min, max }) => {
    const drawn = min + w.pick(draw.who, draw.why, max - min + 1);
    const isIt = draw.who === who && draw.why === why && draw.count === count;
    w.scheduleAfter(event, isIt ? us : drawn);
  });
}

type Act = (draw: Draw, event: Scheduled, delay: Delay) => void;

/** A delay between two bounds is drawn; one that is fixed, or of order mode, is no draw. */
function upon<P extends Protocol>(w: World<P>, act: Act): void {
  const counts = new Map<string, number>();
  const schedule = w.schedule.bind(w);
  w.schedule = (event, delay, who, why) => {
    if (w.ordering) return schedule(event, delay, who, why);
    if (delay.max <= delay.min) return w.scheduleAfter(event, delay.min);
    const pair = `${who} ${why}`;
    const count = counts.get(pair) ?? 0;
    counts.set(pair, count + 1);
    act({ who, why, count }, event, delay);
  };
}

/** Those whose events were performed in these turns, by the turn; oldest first. */
export function delaysOf(
  noted: readonly DrawnDelay[],
  trace: readonly TraceEntry[],
  seqs: ReadonlySet<number>,
): DrawnDelay[] {
  const due = new Map<number, DrawnDelay[]>();
  for (const one of noted) due.set(one.dueAt, [...(due.get(one.dueAt) ?? []), one]);
  return trace.flatMap((entry) => {
    if (entry.sub !== 0) return [];
    const { who, body } = entry.data as Scheduled;
    const at = due.get(entry.at)?.find(({ event: e }) => {
      if (kindNames[e.kind] !== entry.kind || e.mount !== entry.mount) return false;
      return e.who === who && e.body === body;
    });
    return at !== undefined && seqs.has(entry.seq) ? [at] : [];
  });
}
