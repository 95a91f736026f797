// One step of a twin: which events may happen now, and performing one of them with the clock that
// the recording tells.

import { each } from "../../../src/core/index.ts";
import type { QuorumBlock } from "../../../src/quorum/types.ts";
import { peekBlock } from "../../engine/device.ts";
import { type Event, Kind } from "../../engine/event.ts";
import { guide } from "./clock.ts";
import { isOutOfTurn, type Ledger } from "./messages.ts";
import { owe } from "./owed.ts";
import { type Seen, takeSeen } from "./probes.ts";
import { ME } from "./slots.ts";
import type { Owed } from "./stand-ins.ts";
import { timerEarlyUs, used } from "./tolerances.ts";
import type { TwinWorld } from "./world.ts";

export interface Clock {
  /** Of the event to be explained. */
  readonly at: number;
  /** Of the mount's last event: the other tasks read this. */
  readonly since: number;
  /** What the quorum worker reads, and the timeout that its next turn shows. */
  readonly worker: number;
  readonly timeout: number;
  readonly ledger: Ledger;
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

const MAX_SLOTS = 15;
const CONNECT = "scoutfs_client_connect_worker";

/** A turn of the connect worker that finds no server is not seen, and so not how late it was: such
 *  turns are left out. */
function showsTurn(w: TwinWorld): boolean {
  const { client, super: sb } = w.peekMount(ME).state;
  if (client.sendingFarewell || sb.forcingUnmount) return true;
  const device = w.peekDevice();
  for (let slot = 0; slot < MAX_SLOTS; slot++) {
    const block = peekBlock(device, `quorum.${slot}`) as QuorumBlock | undefined;
    if (block !== undefined && block.events.ELECT.term > block.events.STOP.term) return true;
  }
  return false;
}

/** Work that is timed and that nobody would see. */
const isUnseen = (w: TwinWorld, { body }: Event): boolean =>
  (body === "reclaim_worker" && !someoneIsFenced(w)) || (body === CONNECT && !showsTurn(w));

export const isUnseenAtTimes = ({ body }: Event): boolean =>
  body === "reclaim_worker" || body === CONNECT;

export const isConnectTurn = ({ kind, body }: Event): boolean =>
  kind === Kind.timer && body === CONNECT;

/** Whatever is not a timer may happen at any time; a timer not before its time. */
export function possible(w: TwinWorld, { at, ledger }: Clock): Event[] {
  return w.pendingEvents().filter((e) => {
    if (e.kind === Kind.run && waits(w, e.who, ledger)) return false;
    if (e.kind === Kind.timer) {
      if (isUnseen(w, e)) return false;
      return e.body === "reclaim_worker" || e.at <= at + timerEarlyUs;
    }
    return e.kind !== Kind.timeout || e.at <= at + timerEarlyUs;
  });
}

function note(e: Event, at: number): void {
  if (e.kind === Kind.timer && e.body === "reclaim_worker") {
    used("look for what is fenced at any time");
  } else if (e.at > at && (e.kind === Kind.timeout || e.kind === Kind.timer)) {
    used("timer early by up to 10 ms");
  }
}

/** A task may not go on while the recording has not come to what it has shown, or to what takes the
 *  number before that of its message. */
export function waits(w: TwinWorld, task: number, ledger: Ledger): boolean {
  const m = w.peekMount(ME);
  const generation = m.tasks[task]?.generation;
  const isIts = (one: Owed) => one.task === task && one.generation === generation;
  if (m.state.twin.owed.some(isIts)) return true;
  const frames = m.tasks[task]?.frames;
  const top = frames?.[frames.length - 1];
  if (top?.program !== "submit_send" || top.label !== "queue") return false;
  return isOutOfTurn(w, ledger, top.locals.args);
}

/** The task that did the event, if it is still there. */
export function taskOf(w: TwinWorld, e: Event): number {
  if (e.kind === Kind.run) return e.who;
  return w.peekMount(ME).works.get(String(e.body))?.running ?? -1;
}

/** Performs the event and gives what it shows; what the same step shows after that is owed by the
 *  same thread. */
export function perform(w: TwinWorld, e: Event, clock: Clock, thread = ""): Seen | undefined {
  const [first, ...rest] = performAll(w, e, clock);
  if (rest.length > 0) owe(w, taskOf(w, e), { thread, seen: rest });
  return first;
}

export function performAll(w: TwinWorld, e: Event, clock: Clock): readonly Seen[] {
  if (e.at > clock.at) {
    note(e, clock.at);
    // What the C lets go off now is due now, whatever phase the model gave its timer.
    (e as { at: number }).at = clock.at;
  }
  w.now = Math.max(isOfWorker(w, e) ? clock.worker : clock.since, e.at);
  guide.now = w.now;
  guide.timeout = clock.timeout;
  takeSeen();
  w.stepTo(e);
  w.now = clock.since;
  const seen = takeSeen();
  return seen.length > 0 && isInlined(w, e, seen) ? seen.slice(1) : seen;
}

/** The compiler put scoutfs_net_shutdown into scoutfs_net_free_conn, so that call has no probe. */
function isInlined(w: TwinWorld, e: Event, [first]: readonly Seen[]): boolean {
  if (first?.kind !== "net_shutdown" || e.kind !== Kind.run) return false;
  const frames = w.peekMount(ME).tasks[e.who]?.frames ?? [];
  if (!frames.some(({ program }) => program === "scoutfs_net_free_conn")) return false;
  used("net_shutdown inside net_free_conn");
  return true;
}
