// Whether a part of the model can do what its recording shows, task by task. A recorded task is
// followed by one task of the model: it goes on when something is recorded of it, up to the step
// that shows just that, and then over what commutes with everything. That is the one way in which
// it is tried first. Where it leads nowhere, every order of the steps of all tasks is tried from a
// little before.

import type { Seen } from "../probes.ts";
import type { Item } from "../timeline.ts";
import { places } from "../world.ts";
import { arrange } from "./arrange.ts";
import { beginClient, isClientLazy } from "./begin-client.ts";
import { beginServer, isServerLazy } from "./begin-server.ts";
import type { PartTimeline } from "./items.ts";
import { textOf } from "./kinds.ts";
import { PartWorld, scheduleOf } from "./part-world.ts";
import { type PartModel, partWorld } from "./world.ts";

/** Starts what the task's next item is the first sign of, in every way that fits. */
export type Begin = (pw: PartWorld, task: string) => PartWorld[];

export interface PartRejection {
  readonly item: Item;
  readonly instead: string;
  readonly places: readonly string[];
}

export interface FollowedPart {
  readonly timeline: PartTimeline;
  readonly rejection: PartRejection | undefined;
  /** Items that were matched, by kind. */
  readonly matched: ReadonlyMap<string, number>;
  readonly counts: { careful: number; most: number; dropped: number };
}

/** Printed before what they tell of is done. */
const early = new Set([
  ...["cl_lock_grant_response", "cl_lock_invalidate_request", "cl_lock_recover_request"],
  ...["lock_alloc", "ls_request", "ls_response"],
]);
/** Those that the first try puts off to the next item of their task. */
const putOff = new Set([
  ...["cl_lock_grant_response", "cl_lock_invalidate_request", "cl_lock_recover_request"],
]);

const CHECKPOINT = 24;
const MOST_STEPS = 400;
const MOST_STATES = 1_500;
const MOST_WORLDS = 400;
/** So much may one task do before it is printed, and others be printed first. */
const JITTER_US = 5_000;
/** So long before its first sign may a call have begun. */
const BEFORE_US = 50_000;
/** No task took so long from one event to the next. */
const OVERDUE_US = 1_000_000;

class PartAcceptor {
  worlds: PartWorld[];
  readonly counts = { careful: 0, most: 1, dropped: 0 };
  private readonly items: readonly Item[];
  private readonly begin: Begin;
  private readonly isLazy: (place: string, next: Item | undefined) => boolean;
  wrong: PartWorld["wrong"];

  constructor({ part, items, rid }: PartTimeline, model: PartModel) {
    this.items = items;
    const isClient = part === "client";
    this.begin = isClient ? beginClient : beginServer;
    this.isLazy = isClient ? isClientLazy : isServerLazy;
    this.worlds = [new PartWorld(partWorld(rid, model), scheduleOf(items))];
    const first = items.find(({ kind }) => kind === "next_seq");
    // What the super block had is not recorded; the first number that is given out tells.
    if (first !== undefined) {
      (this.worlds[0] as PartWorld).w.mount(0).state.server.seq = Number(first.fields.ret) - 1;
    }
  }

  // ---- one way ------------------------------------------------------------------------------

  take(index: number): boolean {
    const item = this.items[index] as Item;
    const next: PartWorld[] = [];
    for (const pw of this.worlds) next.push(...this.advance(pw, item, index));
    return this.keep(next, index);
  }

  private keep(next: PartWorld[], index: number): boolean {
    if (next.length === 0) return false;
    this.worlds = next.length === 1 ? next : this.merged(next, index);
    this.counts.most = Math.max(this.counts.most, this.worlds.length);
    return true;
  }

  private merged(worlds: readonly PartWorld[], index: number): PartWorld[] {
    const byPrint = new Map(worlds.map((pw) => [pw.print(index), pw]));
    const all = [...byPrint.values()];
    this.counts.dropped += Math.max(0, all.length - MOST_WORLDS);
    return all.slice(0, MOST_WORLDS);
  }

  private advance(pw: PartWorld, item: Item, index: number): PartWorld[] {
    pw.w.now = Math.max(pw.w.now, item.at);
    if (putOff.has(item.kind)) return [pw];
    const { task } = item;
    const found: PartWorld[] = [];
    const stack = [pw];
    for (let steps = 0; stack.length > 0 && steps < MOST_STEPS; steps++) {
      const one = stack.pop() as PartWorld;
      if (one.nextIndex(task) > index) {
        if (this.settle(one, task) && this.settleOthers(one)) found.push(one);
        continue;
      }
      if (one.slotOf(task) === undefined) {
        stack.push(...this.begin(one, task));
        continue;
      }
      if (this.goOn(one, task)) stack.push(one);
    }
    return found;
  }

  /** One step of the task; false when it cannot or must not. */
  private goOn(pw: PartWorld, task: string): boolean {
    const event = pw.eventOf(task);
    if (event === undefined) return false;
    arrange(pw, task);
    const went = pw.step(task, event);
    if (!went) this.wrong = pw.wrong;
    return went;
  }

  /** Whatever the task does that shows nothing, at once. */
  private settle(pw: PartWorld, task: string): boolean {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      if (pw.eventOf(task) === undefined) return true;
      if (this.isLazy(pw.placeOf(task), pw.upcoming(task))) return true;
      if (!this.goOn(pw, task)) return false;
    }
    return false;
  }

  /** Those who waited for a mutex, and whose wait is over. */
  private settleOthers(pw: PartWorld): boolean {
    for (let rounds = 0; rounds < MOST_STEPS; rounds++) {
      const isReady = (task: string) => !this.isLazy(pw.placeOf(task), pw.upcoming(task));
      const task = pw.ready().find(isReady);
      if (task === undefined) return true;
      if (!this.settle(pw, task)) return false;
    }
    return false;
  }

  // ---- every way ----------------------------------------------------------------------------

  /** With a key: every order of what is done to that lock, for the others do not matter to it. */
  takeCarefully(index: number, key?: unknown): boolean {
    const item = this.items[index] as Item;
    if (key !== undefined && !this.worlds.some((pw) => pw.isAbout(item.task, key)))
      return this.take(index);
    const found: PartWorld[] = [];
    const visited = new Set<string>();
    const stack: PartWorld[] = [];
    const reach = (pw: PartWorld) => {
      const print = pw.print(index);
      if (visited.has(print)) return;
      visited.add(print);
      if (visited.size < MOST_STATES) stack.push(pw);
      else this.counts.dropped++;
    };
    for (const pw of this.worlds) {
      pw.w.now = Math.max(pw.w.now, item.at);
      reach(pw);
    }
    while (stack.length > 0) {
      const pw = stack.pop() as PartWorld;
      const isShown = pw.nextIndex(item.task) > index;
      if (isShown || early.has(item.kind)) found.push(pw);
      if (isShown) continue;
      for (const other of this.moves(pw, index, key)) reach(other);
    }
    return this.keep(found, index);
  }

  /** All that may happen next: a task goes on, or one that will show something soon begins. */
  private moves(pw: PartWorld, index: number, key: unknown): PartWorld[] {
    const next: PartWorld[] = [];
    const { task: own } = this.items[index] as Item;
    const isIn = (task: string) => key === undefined || task === own || pw.isAbout(task, key);
    for (const task of pw.busy()) {
      if (!isIn(task) || pw.eventOf(task) === undefined) continue;
      const other = pw.clone();
      const went =
        this.goOn(other, task) &&
        this.settle(other, task) &&
        (key === undefined || this.settleOthers(other));
      if (went && !this.isTooEarly(other, task, index)) next.push(other);
    }
    for (const task of this.soon(pw, index, key === undefined ? JITTER_US : BEFORE_US)) {
      if (isIn(task) && pw.slotOf(task) === undefined) next.push(...this.begin(pw.clone(), task));
    }
    return next;
  }

  /** It has shown what is recorded only much later. */
  private isTooEarly(pw: PartWorld, task: string, index: number): boolean {
    const last = pw.upcoming(task, -1);
    const at = this.items[index]?.at ?? 0;
    return last !== undefined && last.at > at + JITTER_US;
  }

  private soon(pw: PartWorld, index: number, within: number): string[] {
    const at = this.items[index]?.at ?? 0;
    const tasks = new Set(pw.behind(index));
    for (let i = index; i < this.items.length; i++) {
      const { task, at: then } = this.items[i] as Item;
      if (then > at + within) break;
      if (pw.nextIndex(task) === i) tasks.add(task);
    }
    return [...tasks];
  }

  /** From there once more up to that index, carefully; the index of what cannot be taken. */
  goBack(from: Mark, to: number, key?: unknown): number {
    this.worlds = from.worlds.map((pw) => pw.clone());
    let at = from.at;
    while (at <= to && this.takeCarefully(at, key)) at++;
    return at;
  }

  /** After the last item, if the recording goes on: a task that could show more should have. */
  close(endAt: number): boolean {
    const last = this.items.at(-1)?.at ?? 0;
    if (endAt < last + OVERDUE_US) return true;
    const isDone = (pw: PartWorld) => {
      for (let task = pw.ready()[0]; task !== undefined; task = pw.ready()[0]) {
        if (!this.goOn(pw, task)) return false;
      }
      return true;
    };
    return this.worlds.some((pw) => isDone(pw.clone()));
  }

  snapshot(): PartWorld[] {
    return this.worlds.map((pw) => pw.clone());
  }

  rejection(index: number): PartRejection {
    const [pw] = this.worlds;
    const shown = (seen: Seen) => textOf(seen.kind, seen.fields);
    return {
      item: this.items[index] as Item,
      instead: this.wrong === undefined ? "nothing" : shown(this.wrong.seen),
      places: pw === undefined ? [] : places(pw.w),
    };
  }
}

/** Follows one part to its end, or to what the model cannot do. */
export function followPart(timeline: PartTimeline, model: PartModel = {}): FollowedPart {
  const a = new PartAcceptor(timeline, model);
  const { items } = timeline;
  let [older, newer] = [0, 1].map(() => ({ worlds: a.snapshot(), at: 0 })) as [Mark, Mark];
  let rejection: PartRejection | undefined;
  const matched = new Map<string, number>();
  for (let i = 0; i < items.length; i++) {
    if (i % CHECKPOINT === 0) [older, newer] = [newer, { worlds: a.snapshot(), at: i }];
    if (!a.take(i)) {
      a.counts.careful++;
      const rejected = a.rejection(i);
      const { key } = items[i]?.fields ?? {};
      let at = key === undefined ? 0 : a.goBack(older, i, key);
      if (at <= i) at = a.goBack(older, i);
      if (at <= i) {
        rejection = rejected;
        break;
      }
      [older, newer] = [newer, { worlds: a.snapshot(), at: i + 1 }];
    }
    const kind = items[i]?.kind ?? "";
    matched.set(kind, (matched.get(kind) ?? 0) + 1);
  }
  if (rejection === undefined && !a.close(timeline.endAt))
    rejection = a.rejection(items.length - 1);
  return { timeline, rejection, matched, counts: a.counts };
}
interface Mark {
  worlds: PartWorld[];
  at: number;
}
