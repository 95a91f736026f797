// Steps that commute with whatever else a mount may do are not worth trying in every order: they
// are done at once. Which do not commute is listed in races.ts.

import { connHandle, connOf } from "../../../src/net/connections.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import { type Event, Kind } from "../../engine/event.ts";
import type { Frame } from "../../engine/state/state.ts";
import { isSentAgain } from "./messages.ts";
import { owe, owedBefore } from "./owed.ts";
import { greets, racing, rivals, SETTLE, slow, stepUs, within } from "./races.ts";
import { ME } from "./slots.ts";
import { type Clock, isUnseenAtTimes, performAll, taskOf, waits } from "./step.ts";
import { hasNothing } from "./streams.ts";
import type { TwinWorld } from "./world.ts";

/** It looks for its farewell at a turn, and whoever destroys the client waits for that. */
const CONNECT_TURN = "scoutfs_client_connect_worker in time";
const none: readonly string[] = [];

/** What the event will do, as `program @ label`. */
export function nameOf(w: TwinWorld, e: Event): string {
  const place = placeOf(w, e);
  if (place !== undefined) return place;
  const frames = w.peekMount(ME).tasks[e.who]?.frames;
  const waits = e.kind === Kind.timeout ? frames?.[frames.length - 1]?.program : undefined;
  return `${e.kind === Kind.timer ? String(e.body) : waits} in time`;
}

/** Whether it is all the same if the event comes before that step or after it. */
export function commute(w: TwinWorld, step: string, e: Event): boolean {
  if (patience.on) return false;
  const against = rivals[step] ?? (racing[step] === undefined ? none : undefined);
  if (against === undefined) return false;
  if (step === CONNECT_TURN) return !w.peekMount(ME).state.client.sendingFarewell;
  if (against.length === 0) return true;
  if (e.kind === Kind.work) return !against.includes(programOfWork(String(e.body)));
  if (e.kind !== Kind.run && e.kind !== Kind.timeout) return true;
  const frames = w.peekMount(ME).tasks[e.who]?.frames ?? [];
  return !frames.some(({ program }) => against.includes(program));
}

/** Set while a twin is tried again after a rejection: then all steps that may race are taken to,
 *  and tasks may be slow. */
export const patience = { on: false };
const PATIENT = 20;

/** What steps were seen to show: they are never done at once. Learned while a twin is followed. */
const showing = new Map<string, Set<string>>();
/** Steps that show something at some times and nothing at others. */
const atTimes = new Set<string>();

/** Each twin begins knowing nothing, so that no result depends on who was followed before. */
export function forget(): void {
  showing.clear();
  atTimes.clear();
  quiet.clear();
  programs.clear();
  patience.on = false;
}

export function learn(name: string, kind: string | undefined): void {
  const known = showing.get(name);
  if (kind === undefined) {
    if (known !== undefined) atTimes.add(name);
  } else if (known !== undefined) known.add(kind);
  else {
    showing.set(name, new Set([kind]));
    if (quiet.has(name)) atTimes.add(name);
  }
}

/** What is known of the event: that it shows that kind, that it does not, or neither. */
export function mayShow(w: TwinWorld, e: Event, kind: string): boolean | undefined {
  const name = nameOf(w, e);
  const kinds = showing.get(name);
  if (kinds === undefined || atTimes.has(name) || racing[name] !== undefined) return undefined;
  return kinds.has(kind);
}

// A place is asked for much more often than there are places.
const places = new Map<string, Map<string, string>>();
function placeNamed(program: string, label: string): string {
  let ofProgram = places.get(program);
  if (ofProgram === undefined) {
    ofProgram = new Map();
    places.set(program, ofProgram);
  }
  let name = ofProgram.get(label);
  if (name === undefined) {
    name = `${program} @ ${label}`;
    ofProgram.set(label, name);
  }
  return name;
}

/** Of the key of a work item. */
const programs = new Map<string, string>();
function programOfWork(key: string): string {
  let program = programs.get(key);
  if (program === undefined) {
    program = key.split("#")[0] ?? "";
    programs.set(key, program);
  }
  return program;
}

/** Where the task of a run event will go on, as `program @ label`. */
function placeOf(w: TwinWorld, e: Event): string | undefined {
  if (e.kind === Kind.work) {
    const program = programOfWork(String(e.body));
    return placeNamed(program, w.tables.programs.get(program)?.start ?? "");
  }
  if (e.kind !== Kind.run) return undefined;
  const task = w.peekMount(ME).tasks[e.who];
  const top = task?.frames[task.frames.length - 1];
  if (task === undefined || top === undefined) return undefined;
  const { park } = task;
  const label = park !== undefined && "then" in park ? park.then : top.label;
  return placeNamed(top.program, label);
}

/** Steps that show something at times, and what tells that they will not. */
const silent: Readonly<Record<string, (w: TwinWorld, e: Event) => boolean>> = {
  "scoutfs_net_send_worker @ collect": (w, e) => {
    const frames = w.peekMount(ME).tasks[e.who]?.frames;
    const of = Number(String(e.body).split("#")[1]);
    const conn = e.kind === Kind.work ? connHandle(of) : frames?.[frames.length - 1]?.locals.conn;
    const { sendQueue } = connOf(w.peekMount(ME).state, conn);
    return sendQueue.every(({ dead }) => dead);
  },
  "scoutfs_net_proc_worker @ finish": (w, e) =>
    e.kind === Kind.run && topOf(w, e).locals.error === undefined,
  "scoutfs_net_recv_worker @ next": (w, e) => {
    const task = w.peekMount(ME).tasks[e.who];
    const top = task?.frames[task.frames.length - 1];
    if (top === undefined) return false;
    if (task?.park === undefined) return top.locals.batch[top.locals.at] === undefined;
    return hasNothing(w, top.locals.sock);
  },
};

const topOf = (w: TwinWorld, e: Event) => w.peekMount(ME).tasks[e.who]?.frames.at(-1) as Frame;

/** What has been sent is settled late where it is sent once more, and may be where a greeting lets
 *  all be sent again that is not answered. */
function mayBeLate(w: TwinWorld, e: Event, { ledger }: Clock): boolean {
  const { locals } = topOf(w, e);
  return greets(w) || isSentAgain(w, ledger, locals);
}

/** A message that dies moves to the head of what is sent: what is sent again tells that one did so
 *  while it was on its way. */
const kills = ["scoutfs_net_proc_worker @ response", "scoutfs_net_recv_worker @ acknowledge"];
function willBeSentAgain(w: TwinWorld, e: Event, { ledger }: Clock): boolean {
  const conn: ConnHandle | undefined = e.kind === Kind.run ? topOf(w, e).locals.conn : undefined;
  if (conn === undefined) return false;
  const batch = connOf(w.peekMount(ME).state, conn).sendQueue.filter(({ dead }) => !dead);
  return batch.length > 0 && isSentAgain(w, ledger, { conn, batch });
}

function isEager(w: TwinWorld, e: Event, clock: Clock): boolean {
  if (e.kind === Kind.io) return !within("lookup_mounted_client_item")(w);
  const name = placeOf(w, e);
  if (name === undefined) return false;
  if (e.kind === Kind.run && waits(w, e.who, clock.ledger)) return false;
  if (silent[name]?.(w, e) === true) return true;
  if (name === SETTLE && !mayBeLate(w, e, clock)) return true;
  if (kills.includes(name) && !willBeSentAgain(w, e, clock)) return true;
  if (showing.has(name)) return false;
  const races = racing[name];
  if (races === undefined) return true;
  const bound = slow[name] ?? (patience.on ? PATIENT * stepUs : stepUs);
  return clock.at - e.at > bound || !(patience.on || races(w, e));
}

/** Nothing that was recorded took a task longer from one record to the next without a wait, and
 *  nothing queued or timed longer until it began. */
const overdueUs = 1_000_000;
const notBegunUs = 3_000_000;

/** The place of a task that should have gone on long before. */
export function overdue(w: TwinWorld, at: number): string | undefined {
  const owed = owedBefore(w, at - overdueUs);
  if (owed !== undefined) return `the rest of a step: ${owed.kind}`;
  for (const e of w.pendingEvents()) {
    const late = at - e.at;
    if (late <= overdueUs) return undefined;
    if (late <= (e.kind === Kind.run ? overdueUs : notBegunUs)) continue;
    if (e.kind === Kind.timer && !isUnseenAtTimes(e)) return String(e.body);
    if (e.kind === Kind.timeout) return "a wait that had timed out";
    const name = placeOf(w, e);
    if (name !== undefined && slow[name] !== Number.POSITIVE_INFINITY) return name;
  }
  return undefined;
}

/** Steps that were done once and showed nothing. */
const quiet = new Set<string>();

/** The world after everything that commutes; it may be another object than the one given. */
export function settle(world: TwinWorld, clock: Clock): TwinWorld {
  let w = world;
  for (;;) {
    const eager = w.pendingEvents().find((e) => isEager(w, e, clock));
    if (eager === undefined) return w;
    const name = placeOf(w, eager) ?? "an I/O";
    const backup = quiet.has(name) ? undefined : w.clone();
    const seen = performAll(w, eager, clock);
    if (seen.length === 0) {
      quiet.add(name);
      continue;
    }
    learn(name, seen[0]?.kind);
    if (backup !== undefined) w = backup;
    else owe(w, taskOf(w, eager), { thread: "", seen });
  }
}
