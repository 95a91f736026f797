// What happened: the rolling hash that covers every event of every run, the trace entries for those
// who look, and the monitors who judge. Nothing is built that nobody wants; the hash is always
// kept.

import type { Protocol } from "../../../src/core/index.ts";
import { hear } from "../cues.ts";
import { type Event, kindNames } from "../event.ts";
import { hashString, hex, mix, RecordHasher } from "../state/hash.ts";
import type { MountData } from "../state/state.ts";
import type { BoundStep, Listeners } from "../tables.ts";
import type { World } from "../world.ts";
import type { Monitor, View, Violation } from "./monitor.ts";
import type { Sink, TraceEntry } from "./trace.ts";

/** What there is to know of a kind of record: no state, for it is the same in every world. */
interface KnownKind {
  readonly hash: number;
  readonly records: RecordHasher;
}
const knownKinds = new Map<string, KnownKind>();

function meet(kind: string): KnownKind {
  const known = { hash: hashString(kind), records: new RecordHasher() };
  knownKinds.set(kind, known);
  return known;
}

export class Recorder<P extends Protocol> {
  private readonly w: World<P>;
  private h1 = 0x6a09e667;
  private h2 = 0x3c6ef372;
  private sub = 0;
  private cause = 0;
  private readonly listeners: Listeners;
  private readonly all: boolean;
  private readonly wantsSteps: boolean;
  private window: Window<P> | undefined;
  violations: readonly Violation[] = [];
  /** Sees every entry; not part of the state. */
  sink: Sink | undefined;
  /** Counts of executed steps by id, when somebody wants coverage. */
  coverage: Uint32Array | undefined;
  /** Counts of notes and of what was ignored, likewise. */
  marks: Map<string, number> | undefined;

  constructor(w: World<P>) {
    this.w = w;
    this.listeners = w.tables.listeners;
    this.all = this.listeners.everything.length > 0;
    this.wantsSteps = this.wants("step");
  }

  goOnAs(other: Recorder<P>): void {
    this.h1 = other.h1;
    this.h2 = other.h2;
    this.violations = other.violations;
  }

  get hash(): string {
    return hex(this.h1, this.h2);
  }

  wants(kind: string): boolean {
    return this.sink !== undefined || this.all || this.listeners.byKind.has(kind);
  }

  event(e: Event, seq: number, now: number): void {
    this.sub = 0;
    this.cause = e.cause;
    this.h1 = mix(mix(this.h1, now | 0), Math.imul(seq, 31) + e.cause);
    this.h2 = mix(mix(this.h2, e.kind + e.mount * 16 + e.who * 4096), this.h1 ^ (now / 4294967296));
    if (this.sink !== undefined || this.all) {
      this.entry(e.mount, kindNames[e.kind] ?? "?", { who: e.who, body: e.body });
    }
  }

  stepped(mount: number, program: string, label: string, step: BoundStep<P>): void {
    this.h1 = mix(this.h1, step.hash);
    if (this.coverage !== undefined) this.coverage[step.id] = (this.coverage[step.id] ?? 0) + 1;
    if (this.wantsSteps || this.sink !== undefined) this.entry(mount, "step", { program, label });
  }

  record(mount: number, kind: string, data: object): void {
    const known = knownKinds.get(kind) ?? meet(kind);
    this.h1 = mix(this.h1, known.hash ^ mount);
    this.h2 = mix(this.h2, known.records.hash(data));
    this.entry(mount, kind, data);
    if (this.w.cues.length > 0) hear(this.w, kind, { mount, data });
  }

  mark(mount: number, kind: "note" | "ignored", text: string): void {
    this.h1 = mix(this.h1, hashString(text) ^ mount);
    if (this.marks !== undefined) this.marks.set(text, (this.marks.get(text) ?? 0) + 1);
    if (this.wants(kind)) this.entry(mount, kind, { text });
  }

  violate(promise: string, place: string, text: string, mount: number): void {
    const { seq, now: at } = this.w;
    this.violations = [...this.violations, { promise, place, text, seq, at, mount }];
    this.h1 = mix(this.h1, hashString(promise));
    const data = { promise, place, text };
    this.sink?.add({ seq, sub: this.sub++, at, mount, kind: "violation", cause: seq, data });
  }

  /** Shows it to whoever wants that kind; when nobody does, nothing is made of it. */
  entry(mount: number, kind: string, data: object): void {
    const { byKind, everything } = this.listeners;
    const who = byKind.get(kind) ?? everything;
    if (this.sink === undefined && who.length === 0) return;
    const { seq, now: at } = this.w;
    const entry: TraceEntry = { seq, sub: this.sub++, at, mount, kind, cause: this.cause, data };
    this.sink?.add(entry);
    const { monitors } = this.w.tables;
    for (let i = 0; i < who.length; i++) {
      const n = who[i] as number;
      const monitor = monitors[n] as Monitor<P>;
      monitor.on(entry, this.w.monitorState(n), this.view(monitor, mount));
    }
  }

  /** Asks the monitors to look at the world: nothing is under way. */
  quiet(): void {
    this.w.tables.monitors.forEach((m, i) => {
      m.quiet?.(this.w.monitorState(i), this.view(m, -1));
    });
  }

  /** Asks those who look at the world whatever is under way. */
  look(): void {
    this.w.tables.monitors.forEach((m, i) => {
      m.look?.(this.w.monitorState(i), this.view(m, -1));
    });
  }

  private view(monitor: Monitor<P>, mount: number): View<P> {
    this.window ??= new Window(this.w);
    this.window.promise = monitor.promise;
    this.window.mount = mount;
    return this.window;
  }
}

/** What a monitor sees; one object per recorder, told before each call whose turn it is. */
class Window<P extends Protocol> implements View<P> {
  promise = "";
  mount = -1;
  private readonly w: World<P>;

  constructor(w: World<P>) {
    this.w = w;
  }
  get now(): number {
    return this.w.now;
  }
  get mountCount(): number {
    return this.w.mountCount;
  }
  peekMount(id: number): MountData<P> {
    return this.w.peekMount(id);
  }
  violate(place: string, text: string): void {
    this.w.trace.violate(this.promise, place, text, this.mount);
  }
}
