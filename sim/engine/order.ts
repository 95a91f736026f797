// Order mode: latencies become order, so that what may happen next is a set. A world is built in
// it, or goes over to it in the midst of a run: then every latency may be anything from nothing to
// one window, and a task starts at once unless a budget lets it start late, at any moment of that
// window.

import type { Protocol } from "../../src/core/index.ts";
import { isLive } from "./dispatch.ts";
import { type Event, Kind } from "./event.ts";
import type { Delay } from "./machine.ts";
import type { Signal } from "./network/stream-ends.ts";
import { isBefore } from "./pending.ts";
import type { World } from "./world.ts";

/** How a run in time mode goes on in order mode. */
export interface OrderFrom {
  /** Of messages, and of tasks that are preempted or start late. */
  readonly windowUs: number;
  /** Of the two halves of a block I/O; 0: each comes at once, before all that need not. */
  readonly ioUs: number;
  /** What the plan has for so long from now may come at any moment of that time. */
  readonly planUs: number;
  /** How often each kind of chance may go against the run. */
  readonly budgets: Readonly<Record<string, number>>;
}

/** Of an event whose latency would be drawn. */
export const windowOf = (kind: Kind, { windowUs, ioUs }: OrderFrom): Delay => ({
  min: 0,
  max: kind === Kind.io ? ioUs : windowUs,
});

const isTimer = (e: Event): boolean => e.kind === Kind.timeout || e.kind === Kind.timer;

/** Streams have timers of their own. */
function isStreamTimer({ kind, body }: Event): boolean {
  if (kind !== Kind.stream) return false;
  const { what } = body as Pick<Signal, "what">;
  return what === "timer" || what === "probe";
}

/** A pending event of time mode as it is in order mode: what was drawn of it is open again. */
export function asWindow(e: Event, now: number, order: OrderFrom): Event {
  const { planUs } = order;
  if (isTimer(e) || isStreamTimer(e)) return e;
  if (e.kind === Kind.run || e.kind === Kind.work) return { ...e, at: now, by: now };
  if (e.kind === Kind.plan) return e.at > now + planUs ? e : { ...e, at: now, by: now + planUs };
  return { ...e, at: now, by: now + windowOf(e.kind, order).max };
}

/** All whose time window allows them to come before every other, of the timers only those of the
 *  first deadline. */
export function mayComeNext<P extends Protocol>(w: World<P>, pending: readonly Event[]): Event[] {
  let latest = Number.MAX_SAFE_INTEGER;
  let deadline = Number.MAX_SAFE_INTEGER;
  const live: Event[] = [];
  for (const e of pending) {
    if (!isLive(w, e)) continue;
    if (e.by < latest) latest = e.by;
    if (isTimer(e) && e.at < deadline) deadline = e.at;
    live.push(e);
  }
  return live
    .filter((e) => e.at <= latest && (!isTimer(e) || e.at === deadline))
    .sort((x, y) => x.order - y.order);
}

/** The first task or work item that starts without delay, or I/O that takes none. */
export function firstAtOnce<P extends Protocol>(
  w: World<P>,
  pending: readonly Event[],
  order: OrderFrom | undefined,
): Event | undefined {
  const isIo = order?.ioUs === 0;
  let first: Event | undefined;
  for (const e of pending) {
    if (e.by > w.now || e.at !== e.by) continue;
    if (e.kind !== Kind.run && e.kind !== Kind.work && !(isIo && e.kind === Kind.io)) continue;
    if (isLive(w, e) && (first === undefined || isBefore(e, first))) first = e;
  }
  return first;
}
