// One step of a twin: which events may happen now, and performing one of them with the clock that
// the recording tells.

import { each } from "../../../src/core/index.ts";
import { type Event, Kind } from "../../engine/event.ts";
import { guide } from "./clock.ts";
import { type Seen, takeSeen } from "./probes.ts";
import { timerEarlyUs, used } from "./tolerances.ts";
import { ME, type TwinWorld } from "./world.ts";

export interface Clock {
  /** Of the event to be explained. */
  readonly at: number;
  /** Of the mount's last event: the other tasks read this. */
  readonly since: number;
  /** What the quorum worker reads, and the timeout that its next turn shows. */
  readonly worker: number;
  readonly timeout: number;
}

const WORKER = "scoutfs_quorum_worker";

function isOfWorker(w: TwinWorld, e: Event): boolean {
  if (e.kind === Kind.work) return String(e.body).startsWith(WORKER);
  if (e.kind !== Kind.run && e.kind !== Kind.io) return false;
  return w.peekMount(ME).tasks[e.who]?.frames[0]?.program === WORKER;
}

/** The reclaim worker looks every second, and shows it only when somebody is fenced: how late its
 *  looks before that were is not recorded, so this one may come at any time. */
function someoneIsFenced(w: TwinWorld): boolean {
  const { fence } = w.peekMount(ME).state;
  for (const [, { fenced, error }] of each<{ fenced: boolean; error: boolean }>(fence.fences)) {
    if (fenced || error) return true;
  }
  return false;
}

/** Whatever is not a timer may happen at any time; a timer not before its time. */
export function possible(w: TwinWorld, at: number): Event[] {
  return w.pendingEvents().filter((e) => {
    if (e.kind === Kind.timer) {
      return e.body === "reclaim_worker" ? someoneIsFenced(w) : e.at <= at + timerEarlyUs;
    }
    if (e.kind !== Kind.timeout) return true;
    const frames = w.peekMount(ME).tasks[e.who]?.frames;
    const top = frames?.[frames.length - 1];
    if (top?.program === "recv_msg") return at + timerEarlyUs >= Math.min(top.locals.untilAt, e.at);
    return e.at <= at + timerEarlyUs;
  });
}

function note(w: TwinWorld, e: Event, at: number): void {
  if (e.kind === Kind.timer && e.body === "reclaim_worker") {
    used("look for what is fenced at any time");
  } else if (e.at > at && e.kind === Kind.timeout) {
    const frames = w.peekMount(ME).tasks[e.who]?.frames;
    const until = frames?.[frames.length - 1]?.locals.untilAt ?? e.at;
    used(until > at ? "timer early by up to 10 ms" : "receive ends at its deadline");
  } else if (e.at > at && e.kind === Kind.timer) used("timer early by up to 10 ms");
}

export function perform(w: TwinWorld, e: Event, clock: Clock): readonly Seen[] {
  if (e.at > clock.at) {
    note(w, e, clock.at);
    // What the C lets go off now is due now, whatever phase the model gave its timer.
    (e as { at: number }).at = clock.at;
  }
  w.now = Math.max(isOfWorker(w, e) ? clock.worker : clock.since, e.at);
  guide.now = w.now;
  guide.timeout = clock.timeout;
  takeSeen();
  w.stepTo(e);
  w.now = clock.since;
  return takeSeen();
}
