// Watches a run for what its events depend on. The world is bound anew to programs and monitors
// that see all state through a membrane; what they do is the same, and the hash of the run shows
// it. Of the kernel's own state it knows tasks, messages and blocks; work items and timers are
// reached through what queued or armed them.

import type { Out, Protocol } from "../../src/core/index.ts";
import type { BoundProgram, Tables } from "../engine/tables.ts";
import type { Monitor, View } from "../engine/trace/monitor.ts";
import type { Sink, TraceEntry } from "../engine/trace/trace.ts";
import type { World } from "../engine/world.ts";
import { Membrane } from "./membrane.ts";
import { Graph, LastWrites } from "./slice.ts";

/** Of an event's turn: that of the protocol, or that of the n-th monitor. */
const PROTOCOL = 0;

export class Watch<P extends Protocol> implements Sink {
  readonly entries: TraceEntry[] = [];
  /** The turn in which each violation was found. */
  readonly violatedIn: number[] = [];
  private readonly w: World<P>;
  private readonly width: number;
  private readonly graph = new Graph();
  private readonly writes = new LastWrites();
  private readonly membrane: Membrane;
  private turn = 0;
  private readonly lastOfTask = new Map<string, number>();
  private readonly arrivals = new WeakMap<object, number>();
  private readonly lastOfStream = new Map<number, number>();
  private readonly landed = new Map<string, number>();

  /** The world must not have begun, and nobody else may look into it. */
  constructor(w: World<P>) {
    this.w = w;
    this.width = w.tables.monitors.length + 1;
    this.membrane = new Membrane({
      read: (target, key) => this.dependsOn(this.writes.of(target, key)),
      wrote: (target, key) => this.writes.wrote(target, key, this.turn),
    });
    w.trace.sink = this;
    const { programs, monitors } = w.tables;
    const tables: Tables<P> = {
      ...w.tables,
      programs: new Map([...programs].map(([name, p]) => [name, this.watched(p)])),
      monitors: monitors.map((m, i) => this.watchedMonitor(m, i + 1)),
    };
    (w as { tables: Tables<P> }).tables = tables;
  }

  private dependsOn(node: number | undefined): void {
    if (node !== undefined) this.graph.add(this.turn, node);
  }

  // ---- the programs ------------------------------------------------------------------------

  private watched(p: BoundProgram<P>): BoundProgram<P> {
    const { membrane } = this;
    const steps = Object.entries(p.steps).map(([label, step]) => {
      const run: typeof step.run = (l, m, out, ret) =>
        membrane.bare(step.run(membrane.wrap(l), membrane.wrap(m), this.verbs(out), ret));
      return [label, { ...step, run }] as const;
    });
    const waits = Object.entries(p.waits).map(([name, wait]) => {
      const until: typeof wait.until = (l, m, out) =>
        wait.until(membrane.wrap(l), membrane.wrap(m), this.verbs(out));
      return [name, { ...wait, until }] as const;
    });
    return { ...p, steps: Object.fromEntries(steps), waits: Object.fromEntries(waits) };
  }

  private glass: { readonly out: Out<P>; readonly verbs: Out<P> } | undefined;

  /** The verbs take what is without glass; neighbours are called as they are. */
  private verbs(out: Out<P>): Out<P> {
    if (this.glass?.out === out) return this.glass.verbs;
    const verbs = new Proxy(out, {
      get: (target, key) => {
        const verb: unknown = Reflect.get(target, key);
        if (typeof verb !== "function") return verb;
        return (...args: unknown[]) => {
          const bare = args.map((arg) => this.membrane.bare(arg));
          const said: unknown = verb.apply(target, bare);
          this.heard(String(key), bare, said);
          return said;
        };
      },
    });
    this.glass = { out, verbs };
    return verbs;
  }

  /** What a verb tells of the network is due to what arrived there last. */
  private heard(verb: string, [socket]: readonly unknown[], said: unknown): void {
    if (!ASK_A_SOCKET.has(verb)) return;
    if (typeof said === "object" && said !== null) {
      const what = "message" in said ? (said.message as object) : said;
      this.dependsOn(this.arrivals.get(what));
    }
    const stream = this.w.peekMount(this.w.out.mount).sockets[socket as number]?.stream;
    if (stream !== undefined) this.dependsOn(this.lastOfStream.get(stream));
  }

  // ---- the monitors ------------------------------------------------------------------------

  private watchedMonitor(m: Monitor<P>, n: number): Monitor<P> {
    const { membrane } = this;
    const within = (view: View<P>, act: (seen: View<P>) => void): void => {
      const before = this.turn;
      this.turn = this.w.seq * this.width + n;
      this.dependsOn(this.w.seq * this.width + PROTOCOL);
      act(this.seen(view));
      this.turn = before;
    };
    const { quiet, look } = m;
    return {
      ...m,
      on: (e, state, view) => within(view, (seen) => m.on(e, membrane.wrap(state), seen)),
      ...(quiet && {
        quiet: (state, view) => within(view, (seen) => quiet.call(m, membrane.wrap(state), seen)),
      }),
      ...(look && {
        look: (state, view) => within(view, (seen) => look.call(m, membrane.wrap(state), seen)),
      }),
    };
  }

  private seen(view: View<P>): View<P> {
    return {
      now: view.now,
      mountCount: view.mountCount,
      peekMount: (id) => this.membrane.wrap(view.peekMount(id)),
      violate: (place, text) => view.violate(place, text),
    };
  }

  // ---- the trace ---------------------------------------------------------------------------

  add(entry: TraceEntry): void {
    this.entries.push(entry);
    if (entry.kind === "violation") this.violatedIn.push(this.turn);
    else if (entry.kind === "io") this.onIo(entry);
    else if (entry.sub === 0 && entry.seq > 0) this.begin(entry);
  }

  private begin({ seq, kind, cause, mount, data }: TraceEntry): void {
    const node = seq * this.width + PROTOCOL;
    this.turn = node;
    if (cause > 0) this.graph.add(node, cause * this.width + PROTOCOL);
    const { who, body } = data as { readonly who: number; readonly body: unknown };
    if (kind === "run" || kind === "timeout") {
      const generation = this.w.peekMount(mount).tasks[who]?.generation ?? -1;
      const task = `${mount} ${who} ${generation}`;
      this.dependsOn(this.lastOfTask.get(task));
      this.lastOfTask.set(task, node);
    }
    if (kind === "stream") this.lastOfStream.set(who, node);
    if (typeof body !== "object" || body === null) return;
    if (kind === "datagram") this.arrivals.set(body, node);
    const { message } = body as { readonly message?: unknown };
    if (kind === "stream" && typeof message === "object" && message !== null) {
      this.arrivals.set(message, node);
    }
  }

  /** A read is due to the write of the version that it found. */
  private onIo({ data }: TraceEntry): void {
    const { did, op, block, version } = data as Io;
    if (did !== "land") return;
    const key = `${block} ${version}`;
    if (op === "write") this.landed.set(key, this.turn);
    else this.dependsOn(this.landed.get(key));
  }

  /** The events on which these turns depend, theirs too. */
  sliceOf(turns: Iterable<number>): Set<number> {
    const nodes = this.graph.reachedFrom(turns);
    return new Set([...nodes].map((node) => Math.floor(node / this.width)));
  }

  /** The turn in which a task last ran. */
  turnOf(mount: number, slot: number): number | undefined {
    const generation = this.w.peekMount(mount).tasks[slot]?.generation ?? -1;
    return this.lastOfTask.get(`${mount} ${slot} ${generation}`);
  }
}

interface Io {
  readonly did: string;
  readonly op: string;
  readonly block: string;
  readonly version: number;
}

const ASK_A_SOCKET: ReadonlySet<string> = new Set([
  ...["receive", "receiveDatagram", "stateOf", "accept", "send"],
]);
