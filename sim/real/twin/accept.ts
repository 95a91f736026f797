// Whether the model can do what its twin did. Keeps every world in which the mount may be, merged
// by fingerprint: none is thrown away while it could explain what was recorded. For each recorded
// event these go on by themselves, in every order, over steps that show nothing, until one shows
// that very event. When no world can, the recording is rejected there, with what they could have
// shown instead.

import { emptySuper } from "../../../src/server/super.ts";
import { putBlock } from "../../engine/device.ts";
import { readingAfter, readingBefore } from "./clock.ts";
import { inject } from "./inputs.ts";
import { mayDrive, twinKinds } from "./kinds.ts";
import { printOf } from "./print.ts";
import type { Seen } from "./probes.ts";
import { overdue, settle } from "./settle.ts";
import { type Clock, perform, possible } from "./step.ts";
import type { Item, Mounted, Timeline } from "./timeline.ts";
import { used } from "./tolerances.ts";
import { places, slotAddress, type TwinOptions, type TwinWorld, twinWorld } from "./world.ts";

export interface Rejection {
  readonly item: Item;
  readonly index: number;
  /** What the worlds could have shown next, as text, without repeats. */
  readonly instead: readonly string[];
  /** Where the tasks of one of the worlds stand. */
  readonly places: readonly string[];
  readonly why: string;
}

/** Worlds that one mount may be in at once; more are dropped, and that is counted. */
const MOST_WORLDS = 300;
const MOST_STATES = 3_000;
const MOST_ALONE = 100;

export interface Counts {
  accepted: number;
  /** Worlds beyond the bound: one of them might have been the right one. */
  dropped: number;
  most: number;
}

export class Acceptor {
  worlds: TwinWorld[];
  rejection: Rejection | undefined;
  readonly counts: Counts = { accepted: 0, dropped: 0, most: 1 };
  private since = 0;
  private clock: Clock = { at: 0, since: 0, worker: 0, timeout: 0 };
  readonly items: readonly Item[];
  readonly o: TwinOptions;

  /** Of a timeline, or to go on as another one does, with other items. */
  constructor(
    from: Acceptor | { readonly o: TwinOptions; readonly timeline: Timeline },
    items?: readonly Item[],
  ) {
    this.o = from.o;
    if (from instanceof Acceptor) {
      this.items = items ?? from.items;
      this.worlds = from.worlds.map((w) => w.clone());
      Object.assign(this.counts, from.counts);
      this.since = from.since;
      this.clock = from.clock;
      return;
    }
    const { timeline } = from;
    this.items = timeline.items;
    const w = twinWorld(from.o);
    for (const [slot, block] of timeline.blocks) {
      putBlock<unknown>(w.device(), `quorum.${slot}`, block);
    }
    putSuper(w, timeline.mounted);
    const first = this.items[0]?.at ?? 0;
    this.clock = this.firstClock(first);
    this.since = Math.min(first, this.clock.worker);
    w.now = this.since;
    this.worlds = [w];
  }

  /** Takes the item at that index; false when it is rejected. */
  take(index: number): boolean {
    const item = this.items[index];
    if (item === undefined || this.rejection !== undefined) return false;
    if (item.of === "other") this.other(item);
    else this.own(item, index);
    this.counts.most = Math.max(this.counts.most, this.worlds.length);
    return this.rejection === undefined;
  }

  /** After the last item: by the end of the recording nothing may be left that should have come. */
  close(): boolean {
    const index = this.items.length - 1;
    const item = this.items[index];
    if (item === undefined || this.rejection !== undefined) return false;
    return this.dropOverdue({ ...item, at: this.o.endAt }, index);
  }

  private own(item: Item, index: number): void {
    const kind = twinKinds[item.kind];
    this.clock = { ...this.clock, at: item.at, since: this.since };
    const { role } = kind ?? { role: "unmodelled" };
    if (!this.dropOverdue(item, index)) return;
    if (item.kind === "quorum_recv_message" && !wasSent(this.o, item)) {
      this.reject(item, index, [], "none of the others sent it");
      return;
    }
    if (role === "received") this.inject(item);
    let next = role === "input" ? this.injected(item, index) : this.shown(item, index);
    if (next.length === 0 && mayDrive(item.kind, item.fields)) {
      this.rejection = undefined;
      this.inject(item);
      next = this.shown(item, index);
    }
    if (next.length === 0) return;
    this.worlds = next;
    this.since = item.at;
    this.counts.accepted++;
    if (kind?.worker === true) this.clock = this.clockAfter(index);
  }

  /** Worlds in which a task has not gone on for too long are none that the mount was in. */
  private dropOverdue(item: Item, index: number): boolean {
    const all = this.worlds.map((w) => settle(w, this.clock));
    this.worlds = all.filter((w) => overdue(w, item.at) === undefined);
    if (this.worlds.length > 0) return true;
    const waits = all.map((w) => overdue(w, item.at)).find((place) => place !== undefined);
    this.worlds = all;
    this.reject(item, index, [], `the model would have gone on before: ${waits}`);
    return false;
  }

  private reject(item: Item, index: number, instead: readonly string[], why: string): void {
    const [standing] = this.worlds;
    const stand = standing === undefined ? [] : places(standing);
    this.rejection = { item, index, instead, places: stand, why };
  }

  private inject(item: Item): void {
    this.worlds = this.worlds.map((w) => settle(w, this.clock));
    for (const w of this.worlds) inject(w, item, this.o);
  }

  /** Every world that can come to show the item, just after it has. */
  private shown(item: Item, index: number): TwinWorld[] {
    const next: TwinWorld[] = [];
    const instead = new Set<string>();
    const kept = new Set<string>();
    this.explore((w, seen) => {
      const wrong = differs(item, seen);
      if (wrong !== undefined) instead.add(wrong);
      else this.keep(next, kept, w);
    });
    if (next.length === 0) {
      const stuck = instead.size === 0;
      const why = stuck ? "the model does nothing more by itself" : "the model does something else";
      this.reject(item, index, [...instead], why);
    }
    return next;
  }

  /** An input that shows nothing may come at any point of what goes on. */
  private injected(item: Item, index: number): TwinWorld[] {
    const next: TwinWorld[] = [];
    const kept = new Set<string>();
    this.explore(
      () => {},
      (w) => {
        for (const other of inject(w.clone(), item, this.o)) this.keep(next, kept, other);
      },
    );
    if (next.length === 0) this.reject(item, index, [], "nobody can do that to the model here");
    return next;
  }

  private keep(list: TwinWorld[], kept: Set<string>, w: TwinWorld): void {
    const print = printOf(w);
    if (kept.has(print)) return;
    kept.add(print);
    if (list.length < MOST_WORLDS) list.push(w);
    else this.counts.dropped++;
  }

  /** All that the worlds can do without showing anything, and what each would show then. */
  private explore(
    onSeen: (w: TwinWorld, seen: Seen) => void,
    onState: (w: TwinWorld) => void = () => {},
  ): void {
    const visited = new Set<string>();
    const stack = this.worlds.map((w) => settle(w, this.clock));
    this.worlds = stack.slice();
    // One world that can only go one way needs no print, unless it goes on for long.
    let alone = stack.length === 1 ? MOST_ALONE : 0;
    while (stack.length > 0) {
      const w = stack.pop() as TwinWorld;
      onState(w);
      const events = possible(w, this.clock.at);
      for (let i = 0; i < events.length; i++) {
        const event = events[i];
        if (event === undefined) continue;
        let mine = w.clone();
        const seen = perform(mine, event, this.clock);
        const [first, second] = seen;
        if (first !== undefined && second !== undefined) {
          const both = `${first.kind} and ${second.kind}`;
          throw new Error(`one step shows ${both}: split it, for a twin follows one at a time`);
        }
        if (first !== undefined) {
          onSeen(mine, first);
          continue;
        }
        mine = settle(mine, this.clock);
        if (--alone < 0 || events.length > 1 || visited.size > 0) {
          const print = printOf(mine);
          if (visited.has(print)) continue;
          visited.add(print);
        }
        if (visited.size < MOST_STATES) stack.push(mine);
        else this.counts.dropped++;
      }
    }
  }

  private other(item: Item): void {
    const slot = item.fields.slot as number;
    if (item.block !== undefined) {
      for (const w of this.worlds) putBlock<unknown>(w.device(), `quorum.${slot}`, item.block);
    }
    if (item.mounted !== undefined) for (const w of this.worlds) putSuper(w, item.mounted);
    if (item.kind === "fenced_store" || item.kind === "quorum_send_message") this.maybe(item);
  }

  /** It may have reached this mount, or not. */
  private maybe(item: Item): void {
    const next = [...this.worlds];
    const kept = new Set(next.map((w) => printOf(w)));
    for (const w of this.worlds) {
      for (const other of inject(w.clone(), item, this.o)) this.keep(next, kept, other);
    }
    this.worlds = next;
  }

  // ---- the clock of the quorum worker ---------------------------------------------------------

  private firstClock(at: number): Clock {
    const first = this.items.find((i) => i.of === "own" && twinKinds[i.kind]?.worker === true);
    const { timeout } = this.nextTurn(0);
    const us = this.o.heartbeatTimeoutMs * 1000;
    const worker = first === undefined ? at : readingBefore(first.at, timeout, us);
    return { at, since: at, worker, timeout };
  }

  private clockAfter(index: number): Clock {
    const from = this.items[index]?.at ?? 0;
    let to = from;
    let acts = false;
    for (let i = index + 1; i < this.items.length; i++) {
      const item = this.items[i];
      if (item?.of !== "own" || twinKinds[item.kind]?.worker !== true) continue;
      to = item.at;
      acts = item.kind === "quorum_send_message";
      break;
    }
    const { timeout, leads } = this.nextTurn(index + 1);
    const heartbeatTimeoutUs = this.o.heartbeatTimeoutMs * 1000;
    const due = (this.items[index]?.fields.timeout as number | undefined) ?? timeout;
    const window = { from, to, timeout, leads, heartbeatTimeoutUs, due, acts };
    const worker = readingAfter(window);
    if (worker !== from) used("clock between records");
    return { at: from, since: from, worker, timeout };
  }

  private nextTurn(from: number): { readonly timeout: number; readonly leads: boolean } {
    for (let i = from; i < this.items.length; i++) {
      const item = this.items[i];
      if (item?.of !== "own" || item.kind !== "quorum_loop") continue;
      return { timeout: item.fields.timeout as number, leads: item.fields.role === "leader" };
    }
    return { timeout: 0, leads: false };
  }
}

function putSuper(w: TwinWorld, mounted: readonly Mounted[]): void {
  const mountedClients = mounted.map(({ rid, quorum, slot }) => ({
    rid,
    quorum,
    address: slotAddress(slot),
  }));
  putBlock<unknown>(w.device(), "server.super", {
    kind: "super",
    super: { ...emptySuper(), mountedClients },
  });
}

/** How long a datagram may lie in a socket before the worker takes it. */
const LONGEST_WAIT_US = 2_000_000;

/** The network makes nothing up: what is received was sent, to this slot or to all. */
function wasSent({ sent, slot }: TwinOptions, { at, fields }: Item): boolean {
  return sent.some(
    (s) =>
      (s.from === fields.slot || s.from === -1) &&
      (s.to === -1 || s.to === slot) &&
      s.type === fields.type &&
      s.term === fields.term &&
      s.at <= at &&
      s.at >= at - LONGEST_WAIT_US,
  );
}

/** What is wrong with it as an answer to the item, or undefined. */
function differs(item: Item, seen: Seen): string | undefined {
  if (seen.kind !== item.kind) return textOf(seen.kind, seen.fields);
  for (const field of twinKinds[item.kind]?.compare ?? []) {
    const want = item.fields[field];
    const got = seen.fields[field];
    if (want !== got) return textOf(seen.kind, seen.fields);
  }
  return undefined;
}

export function textOf(kind: string, fields: Readonly<Record<string, unknown>>): string {
  const compare = twinKinds[kind]?.compare ?? [];
  const shown = compare.map((f) => `${f}=${String(fields[f])}`);
  return [kind, ...shown].join(" ");
}
