// The world: the only file that moves time. It takes one event from the pending set, lets the rooms
// of the engine act on it, hashes what happened and shows it to the monitors.

import { Crash, type Protocol, type Ret } from "../../src/core/index.ts";
import { BoundReached } from "./bounds.ts";
import type { Chooser } from "./chooser.ts";
import type { Cue } from "./cues.ts";
import type { Device } from "./device.ts";
import { dispatch, isLive } from "./dispatch.ts";
import { type Event, Kind } from "./event.ts";
import { killMount, startDelay, timerDelay } from "./hosts.ts";
import { type Hold, hashHolds, letGo } from "./kernel/holds.ts";
import { priorityDelay } from "./kernel/priorities.ts";
import { numbered, readyTask, wakeQueue } from "./kernel/tasks.ts";
import { Verbs } from "./kernel/verbs.ts";
import { type Delay, type Machine, type Scheduled, UNBOUNDED } from "./machine.ts";
import type { Net } from "./network/net.ts";
import { asWindow, firstAtOnce, mayComeNext, type OrderFrom, windowOf } from "./order.ts";
import { Pending } from "./pending.ts";
import { hashEvent } from "./state/fingerprint.ts";
import { Hasher, hex, mix } from "./state/hash.ts";
import { Parts, type PartsInit } from "./state/parts.ts";
import type { HostData, MountData } from "./state/state.ts";
import type { Tables } from "./tables.ts";
import type { Violation } from "./trace/monitor.ts";
import { Recorder } from "./trace/recorder.ts";

export interface WorldInit<P extends Protocol> extends Omit<PartsInit<P>, "watch"> {
  readonly tables: Tables<P>;
  readonly chooser: Chooser;
  /** Latencies become order: what may come next is a set. With what may still go wrong. */
  readonly ordering?: Readonly<Record<string, number>>;
}

const hasher = new Hasher();
const AT_ONCE: Delay = { min: 0, max: 0 };

export class World<P extends Protocol> implements Machine<P> {
  readonly tables: Tables<P>;
  ordering: boolean;
  /** Of a world that went over to order mode. */
  private inOrderAs: OrderFrom | undefined;
  now = 0;
  /** Of the event being performed: events are counted from 1. */
  seq = 0;
  private order = 0;
  private budgets: Readonly<Record<string, number>>;
  private readonly pending: Pending;
  private readonly parts: Parts<P>;
  chooser: Chooser;
  holds: Hold[] = [];
  cues: readonly Cue[] = [];
  readonly trace: Recorder<P>;
  readonly out: Verbs<P>;

  constructor(init: WorldInit<P> | World<P>) {
    this.tables = init.tables;
    this.trace = new Recorder(this);
    this.out = new Verbs(this);
    if (init instanceof World) {
      this.ordering = init.ordering;
      this.inOrderAs = init.inOrderAs;
      this.budgets = init.budgets;
      this.pending = init.pending.clone();
      this.chooser = init.chooser.clone();
      this.parts = init.parts.clone();
      this.now = init.now;
      this.seq = init.seq;
      this.order = init.order;
      this.holds = init.holds.map((h) => ({ ...h, held: h.held.slice() }));
      this.cues = init.cues;
      this.trace.goOnAs(init.trace);
      return;
    }
    this.ordering = init.ordering !== undefined;
    this.budgets = { ...init.ordering };
    this.pending = new Pending();
    this.chooser = init.chooser;
    this.parts = new Parts({ ...init, watch: init.tables.monitors.map((x) => x.start()) });
  }

  /** Another world that goes on from here on its own. O(mounts + pending); parts are shared. */
  clone(): World<P> {
    return new World<P>(this);
  }

  /** From here on it is in order mode. */
  goInOrder(order: OrderFrom): void {
    this.ordering = true;
    this.inOrderAs = order;
    this.budgets = order.budgets;
    this.pending.replace((e) => asWindow(e, this.now, order));
  }

  // ---- the parts: own them for change, peek to look -----------------------------------------

  mount(id: number): MountData<P> {
    return this.parts.mount(id);
  }
  host(id: number): HostData {
    return this.parts.host(id);
  }
  net(): Net {
    return this.parts.net();
  }
  device(): Device<P["Block"]> {
    return this.parts.device();
  }
  /** Of the n-th monitor. */
  monitorState(n: number): unknown {
    return this.parts.watch(n);
  }
  get hostCount(): number {
    return this.parts.hostCount;
  }
  get mountCount(): number {
    return this.parts.mountCount;
  }
  peekMount(id: number): MountData<P> {
    return this.parts.peekMount(id);
  }
  peekHost(id: number): HostData {
    return this.parts.peekHost(id);
  }
  peekNet(): Net {
    return this.parts.peekNet();
  }
  peekDevice(): Device<P["Block"]> {
    return this.parts.peekDevice();
  }
  /** A new mount on a host; its state starts as given. */
  addMount(data: MountData<P>): number {
    return this.parts.addMount(data);
  }

  // ---- chance and time ----------------------------------------------------------------------

  pick(who: number, why: string, n: number): number {
    return this.chooser.pick(who, why, n);
  }

  chance(who: number, why: string, permille: number): boolean {
    if (permille === 0) return false;
    if (!this.ordering) return this.pick(who, why, 1000) < permille;
    const left = this.budgets[why] ?? 0;
    if (left === 0 || this.pick(who, why, 2) === 0) return false;
    this.budgets = { ...this.budgets, [why]: left - 1 };
    return true;
  }

  schedule(e: Scheduled, delay: Delay, who: number, why: string): void {
    const isStart = e.kind === Kind.run || e.kind === Kind.work;
    const order = isStart ? undefined : this.inOrderAs;
    const { min, max } = order === undefined ? delay : windowOf(e.kind, order);
    const first = this.now + min;
    if (this.ordering) this.push(e, first, max >= UNBOUNDED ? UNBOUNDED : this.now + max);
    else {
      const at = max > min ? first + this.pick(who, why, max - min + 1) : first;
      this.push(e, at, at);
    }
  }

  scheduleAfter(e: Scheduled, delayUs: number): void {
    this.push(e, this.now + delayUs, this.now + delayUs);
  }

  private push(e: Scheduled, at: number, by: number): void {
    const { kind, mount, who, gen, body } = e;
    this.pending.push({
      at,
      by,
      order: this.order++,
      kind,
      mount,
      who,
      gen,
      body,
      cause: this.seq,
    });
    if (this.pending.size > this.tables.bounds.pending) this.compact();
  }

  /** Too many are pending: forgets the stale ones, and gives up when that does not help. */
  private compact(): void {
    this.pending.keep((e) => isLive(this, e));
    const bound = this.tables.bounds.pending;
    if (this.pending.size * 2 > bound) {
      this.tooMuch("pending events", bound, "look for a program that sends or arms without end");
    }
  }

  /** Until a task of that program runs. */
  startDelay(mount: number, program: string): Delay {
    if (this.inOrderAs !== undefined) {
      return this.chance(mount, "preempt", 1) ? windowOf(Kind.run, this.inOrderAs) : AT_ONCE;
    }
    const { start, pctDepth } = this.tables.scheduling;
    const { min, max } =
      pctDepth === undefined ? start : priorityDelay(this, mount, program, pctDepth);
    const host = this.peekHost(this.peekMount(mount).host);
    if (host.slowPermille === 1000) return { min, max };
    return { min: startDelay(host, min), max: startDelay(host, max) };
  }

  /** Until a task goes on that was preempted. */
  resumeDelay(mount: number, program: string): Delay {
    return this.inOrderAs === undefined
      ? this.startDelay(mount, program)
      : windowOf(Kind.run, this.inOrderAs);
  }

  timerDelay(mount: number, us: number): number {
    const { host, userspace } = this.peekMount(mount);
    const isExact = userspace || this.inOrderAs !== undefined;
    return timerDelay(this.peekHost(host), us, isExact ? undefined : this.now);
  }

  // ---- running ------------------------------------------------------------------------------

  get pendingCount(): number {
    return this.pending.size;
  }

  /** What is pending and still means something, in the order of time. */
  pendingEvents(): Event[] {
    const live = this.pending.unordered().filter((e) => isLive(this, e));
    return live.sort((x, y) => x.at - y.at || x.order - y.order);
  }

  /** What may happen next. In time mode that is one event; in order mode all whose time window
   *  allows them to come before every other, of the timers only those of the first deadline, and
   *  where a task starts without delay nothing but that. */
  mayHappenNext(): Event[] {
    if (!this.ordering) return this.pendingEvents().slice(0, 1);
    const urgent = this.urgent();
    return urgent === undefined ? mayComeNext(this, this.pending.unordered()) : [urgent];
  }

  /** In order mode: a task or work item that starts without delay. It comes before all else. */
  urgent(): Event | undefined {
    const { max } = this.inOrderAs === undefined ? this.tables.scheduling.start : AT_ONCE;
    return max > 0 ? undefined : firstAtOnce(this, this.pending.unordered(), this.inOrderAs);
  }

  /** Performs the next event; false when none is left. */
  step(): boolean {
    const event = this.pending.pop();
    if (event === undefined) return false;
    this.perform(event);
    return true;
  }

  /** Performs one of the pending events, out of turn if need be. */
  stepTo(event: Event): void {
    if (!this.pending.remove(event)) {
      throw new Error("that event is not pending: take one from mayHappenNext()");
    }
    this.perform(event);
  }

  private perform(event: Event): void {
    if (event.at > this.now) this.now = event.at;
    const { events, timeUs } = this.tables.bounds;
    if (this.seq >= events) this.tooMuch("events", events, "raise the bound or end the run before");
    if (this.now > timeUs) this.tooMuch("us of simulated time", timeUs, "end the run before");
    this.seq++;
    this.out.enter(-1, -1);
    this.trace.event(event, this.seq, this.now);
    try {
      dispatch(this, event);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.trace.violate("CRASH", this.out.place(), error.message, event.mount);
      if (event.mount >= 0) killMount(this, event.mount);
    }
    if (this.holds.length > 0) letGo(this);
  }

  /** Runs until the condition holds; false when time is past or nothing is left before that. */
  runUntil(isSo: (w: World<P>) => boolean, untilUs = Number.MAX_SAFE_INTEGER): boolean {
    while (!isSo(this)) {
      const next = this.pending.peek();
      if (next === undefined || next.at > untilUs) return false;
      this.step();
    }
    return true;
  }

  /** Runs everything that happens up to and including that much later. */
  runFor(us: number): void {
    const until = this.now + us;
    this.runUntil(() => false, until);
    this.now = until;
  }

  tooMuch(what: string, bound: number, remedy: string): never {
    throw new BoundReached(what, bound, remedy, this.now, this.seq);
  }

  // ---- what happened ------------------------------------------------------------------------

  record(mount: number, kind: string, data: object): void {
    this.trace.record(mount, kind, data);
  }
  wants(kind: string): boolean {
    return this.trace.wants(kind);
  }
  tell(mount: number, kind: string, data: object): void {
    this.trace.entry(mount, kind, data);
  }
  get violations(): readonly Violation[] {
    return this.trace.violations;
  }
  get hash(): string {
    return this.trace.hash;
  }
  ready(mount: number, task: number, ret: Ret): void {
    readyTask(this, mount, task, ret);
  }
  wakeSocket(mount: number, socket: number): void {
    wakeQueue(this, mount, numbered("socket", socket));
  }

  /** The state as it stands, times taken relative to now; equal for worlds that can only go on
   *  alike. Draw counters, sequence numbers and what is stale are left out. */
  fingerprint(): string {
    const words = new Int32Array(2);
    this.fingerprintInto(words);
    return hex(words[0] ?? 0, words[1] ?? 0);
  }

  /** The same as two words, without making a string. */
  fingerprintInto(words: Int32Array): void {
    hasher.reset(this.now);
    hasher.value(this.budgets);
    hashHolds(hasher, this.holds, this.now);
    for (const cue of this.cues) hasher.value(cue);
    this.parts.pour(hasher);
    let { a, b } = hasher;
    for (const e of this.pending.unordered()) {
      if (!isLive(this, e)) continue;
      hasher.reset(this.now);
      hashEvent(hasher, e, this.now);
      a = (a + hasher.a) | 0;
      b = (b + hasher.b) | 0;
    }
    words[0] = mix(a, 1);
    words[1] = mix(b, 2);
  }
}
