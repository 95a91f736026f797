// Whether the model can do what its twin did. Keeps every world in which the mount may be, merged
// by fingerprint: none is thrown away while it could explain what was recorded. For each recorded
// event these go on by themselves (explore.ts) until one shows that very event. When no world can,
// the recording is rejected there, with what they could have shown instead.

import { putBlock } from "../../engine/device.ts";
import type { Event } from "../../engine/event.ts";
import { countComing, differs, inOrder, textOf, wasSent } from "./compare.ts";
import { explore, type Ways } from "./explore.ts";
import { type Coming, inject, type Lookahead } from "./inputs.ts";
import { mayDrive, twinKinds } from "./kinds.ts";
import { submitWhatIsDue } from "./messages.ts";
import { owedFirst, owesOther, payOwed } from "./owed.ts";
import { printOf } from "./print.ts";
import type { Seen } from "./probes.ts";
import { unsentAt } from "./receipts.ts";
import { mayShow, overdue, settle } from "./settle.ts";
import { type Clock, isConnectTurn, perform, possible } from "./step.ts";
import type { Item, Timeline } from "./timeline.ts";
import { bind, mayBe, type Who, whoDoes } from "./who.ts";
import { clockAfter, firstClock } from "./worker-clock.ts";
import { places, putSuper, type TwinOptions, type TwinWorld, twinWorld } from "./world.ts";

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
/** How long a turn may take to look at the blocks. */
const LOOK_US = 100_000;

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
  /** Goes on in place where there seems to be one way only; a rejection may then be wrong. */
  bold = false;
  private clock: Clock;
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
    this.clock = firstClock(this, first);
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
    if (item.kind === "net_recv_message" && !inOrder(this.o, this.items, index)) {
      this.reject(item, index, [], "that is not what its peer sent next");
      return;
    }
    if (index >= unsentAt(this.o.receipts, this.items)) {
      this.reject(item, index, [], "a peer has received what was not sent by then");
      return;
    }
    this.submit(item, index);
    if (role === "received") this.inject(item, index);
    const next = role === "input" ? this.injected(item, index) : this.answered(item, index);
    if (next.length === 0) return;
    this.worlds = next;
    this.since = item.at;
    this.counts.accepted++;
    if (kind?.worker === true) this.clock = clockAfter(this, index);
  }

  /** First only what is known to show such an event, or not known to show others, is tried. */
  private answered(item: Item, index: number): TwinWorld[] {
    const drives = mayDrive(item.kind, item.fields);
    let next = this.shown(item, index, "likely");
    for (let i = 0; next.length === 0 && i < 2; i++) {
      if (i === 0 && drives) this.inject(item, index);
      this.rejection = undefined;
      next = this.shown(item, index, i === 0 && drives ? "likely" : "all");
    }
    return next;
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

  private inject(item: Item, index: number): void {
    const how = this.how(index);
    const worlds = this.worlds.flatMap((w) => inject(settle(w, this.clock), item, how));
    if (worlds.length > 0) this.worlds = worlds;
  }

  /** The operations that must have come before the item. */
  private submit(item: Item, index: number): void {
    const goOn = (w: TwinWorld) => settle(w, this.clock);
    const how = { ledger: this.o.ledger, goOn };
    // One step shows both, and what it shows is of the first moment.
    const isFirst = item.kind === "client_notify_down";
    const fields = isFirst ? this.after(index)("conn_shutdown_complete") : item.fields;
    const due = fields === undefined ? item : { ...item, fields };
    this.worlds = this.worlds.map((w) => submitWhatIsDue(w, due, how));
  }

  private how(index: number) {
    const coming: Coming = (port, accepted) => countComing(this.items, index, { port, accepted });
    return { o: this.o, next: this.after(index), coming };
  }

  private after(index: number): Lookahead {
    return (kind, isIt) => {
      for (let i = index; i < this.items.length; i++) {
        const item = this.items[i];
        if (item?.kind !== kind || item.of !== "own") continue;
        if (isIt?.(item.fields) !== false) return item.fields;
      }
      return undefined;
    };
  }

  /** Every world that can come to show the item, just after it has. */
  private shown(item: Item, index: number, what: "likely" | "all"): TwinWorld[] {
    const next: TwinWorld[] = [];
    const instead = new Set<string>();
    const kept = new Set<string>();
    const others: TwinWorld[] = [];
    for (const w of this.worlds) {
      const paid = payOwed(w, item);
      if (paid !== undefined) this.keep(next, kept, paid);
      else if (!owesOther(w, item)) others.push(w);
    }
    if (others.length === 0) return next.length > 0 ? next : this.rejected(item, index, instead);
    this.worlds = others;
    const mayGo = what === "likely" && this.bold && next.length === 0;
    const bold = mayGo ? this.oneWay(item) : undefined;
    if (bold !== undefined) return [bold];
    const text = textOf(item.kind, item.fields);
    const onSeen = (w: TwinWorld, seen: Seen, who: Who | undefined) => {
      const wrong = differs(item, seen);
      if (wrong !== undefined) instead.add(wrong);
      else if (!mayBe(w, who, item)) instead.add(`${text} by another task`);
      else {
        bind(w, who, item);
        this.keep(next, kept, w);
      }
    };
    const kind = what === "likely" ? item.kind : undefined;
    this.explore({ thread: item.task, kind, onSeen });
    return next.length > 0 ? next : this.rejected(item, index, instead);
  }

  private rejected(item: Item, index: number, instead: Set<string>): TwinWorld[] {
    for (const w of this.worlds) {
      for (const { kind, fields } of owedFirst(w)) instead.add(textOf(kind, fields));
    }
    const stuck = instead.size === 0;
    const why = stuck ? "the model does nothing more by itself" : "the model does something else";
    this.reject(item, index, [...instead], why);
    return [];
  }

  /** An input that shows nothing may come at any point of what goes on. */
  private injected(item: Item, index: number): TwinWorld[] {
    const next: TwinWorld[] = [];
    const kept = new Set<string>();
    const how = this.how(index);
    const onState = (w: TwinWorld) => {
      for (const other of inject(w.clone(), item, how)) this.keep(next, kept, other);
    };
    this.explore({ thread: "", onSeen: () => {}, onState });
    if (next.length === 0) this.reject(item, index, [], "nobody can do that to the model here");
    return next;
  }

  /** Where one task is known to show such an event and no other step races, it goes on in place: if
   *  that was wrong, the twin goes back to where it was sure and looks at everything. */
  private oneWay(item: Item): TwinWorld | undefined {
    const [w] = this.worlds;
    if (w === undefined || this.worlds.length > 1) return undefined;
    let only: Event | undefined;
    for (const event of possible(w, this.clock)) {
      const shows = mayShow(w, event, item.kind);
      if (shows === false) continue;
      if (shows === undefined || only !== undefined) return undefined;
      only = event;
    }
    if (only === undefined) return undefined;
    const starts = whoDoes(w, only);
    const seen = perform(w, only, this.clock, item.task);
    if (seen === undefined || differs(item, seen) !== undefined) return undefined;
    const who = starts ?? whoDoes(w, only);
    if (!mayBe(w, who, item)) return undefined;
    bind(w, who, item);
    return w;
  }

  /** The first needs no print until there is a second. */
  private keep(list: TwinWorld[], kept: Set<string>, w: TwinWorld): void {
    const [first] = list;
    if (first === undefined) {
      list.push(w);
      return;
    }
    if (kept.size === 0) kept.add(printOf(first));
    const print = printOf(w);
    if (kept.has(print)) return;
    kept.add(print);
    if (list.length < MOST_WORLDS) list.push(w);
    else this.counts.dropped++;
  }

  private explore(ways: Ways): void {
    this.worlds = this.worlds.map((w) => settle(w, this.clock));
    this.counts.dropped += explore(this.worlds, this.clock, ways);
  }

  private other(item: Item): void {
    const slot = item.fields.slot as number;
    if (item.block !== undefined) {
      this.lookBefore(item.at);
      for (const w of this.worlds) putBlock<unknown>(w.device(), `quorum.${slot}`, item.block);
    }
    if (item.mounted !== undefined) for (const w of this.worlds) putSuper(w, item.mounted);
    if (item.kind === "fenced_store" || item.kind === "quorum_send_message") this.maybe(item);
  }

  /** Reads of the blocks that were due come before a change of one of them, or, where they are only
   *  just due, after it: those of a turn that has begun and of a client whose turn is due. */
  private lookBefore(at: number): void {
    const clock = { ...this.clock, at };
    const kept = new Set<string>();
    const next: TwinWorld[] = [];
    const isRecent = at - this.since <= LOOK_US;
    for (const w of this.worlds) {
      if (isRecent) this.keep(next, kept, w);
      const settled = settle(isRecent ? w.clone() : w, clock);
      const due = possible(settled, clock).find((e) => isConnectTurn(e));
      this.keep(next, kept, settled);
      if (due === undefined) continue;
      const other = settled.clone();
      perform(other, due, clock);
      this.keep(next, kept, settle(other, clock));
    }
    this.worlds = next;
  }

  /** It may have reached this mount, or not. */
  private maybe(item: Item): void {
    const next = [...this.worlds];
    const how = { o: this.o, next: () => undefined, coming: () => 0 };
    const others = this.worlds.flatMap((w) => inject(w.clone(), item, how));
    if (others.length === 0) return;
    const kept = new Set(next.map((w) => printOf(w)));
    for (const other of others) this.keep(next, kept, other);
    this.worlds = next;
  }
}
