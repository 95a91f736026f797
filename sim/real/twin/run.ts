// Runs a twin of every mount of a recording: what each was given drives a mount of the model, which
// must show what it showed.

import type { Recording } from "../types.ts";
import { Acceptor } from "./accept.ts";
import { streamsOf } from "./compare.ts";
import { ledgerOf } from "./messages.ts";
import { receiptsOf } from "./receipts.ts";
import { forget, patience } from "./settle.ts";
import { slotCount, type Timeline, timelines } from "./timeline.ts";
import type { Sent, TwinOptions } from "./world.ts";

export interface Twin {
  readonly o: TwinOptions;
  readonly timeline: Timeline;
}

/** What the mounts sent to one another. */
function sentIn(all: readonly Timeline[]): Sent[] {
  return all
    .flatMap(({ slot, items }) =>
      items
        .filter(({ of, kind }) => of === "own" && kind === "quorum_send_message")
        .map(({ at, fields: { term, type, slot: to } }) => ({
          ...{ at, term, type },
          ...{ from: slot, to: Number(to) },
        })),
    )
    .sort((a, b) => a.at - b.at);
}

/** In which slots the mount may be: a name that does not tell leaves all of them. */
function slotsOf({ slot, items }: Timeline, slots: number): number[] {
  const isMember = items.some(({ of, kind }) => of === "own" && kind === "quorum_block_event");
  return slot >= 0 || !isMember ? [slot] : Array.from({ length: slots }, (_, n) => n);
}

const net = ["net_send_message", "net_recv_message"];

/** Those of each mount: one, or one for each slot that it may have. */
export function twinsOf(r: Recording): Twin[][] {
  const all = timelines(r);
  const sent = sentIn(all);
  const lines = all
    .flatMap(({ items }) => items)
    .filter(({ of, kind }) => of === "own" && net.includes(kind))
    .sort((a, b) => a.line - b.line);
  const streams = streamsOf(lines.filter(({ kind }) => kind === "net_send_message"));
  const receipts = receiptsOf(lines);
  const { heartbeatTimeoutMs } = r;
  const slots = slotCount(r);
  const endAt = r.entries[r.entries.length - 1]?.at ?? 0;
  return all.map((timeline) => {
    const { name, rid } = timeline;
    const ledger = ledgerOf(timeline.items);
    const mine = receipts(timeline.items);
    return slotsOf(timeline, slots).map((slot) => ({
      o: {
        name,
        rid,
        slot,
        slots,
        heartbeatTimeoutMs,
        endAt,
        sent,
        ledger,
        streams,
        receipts: mine,
      },
      timeline,
    }));
  });
}

/** A rejected twin goes back by one or two of these, to try more orders. */
const CHECKPOINT = 16;

/** Follows the mount to its end or to what the model cannot do. Which steps race is known well
 *  enough for most of the way; where that leads nowhere, more is tried from shortly before. */
export function follow(twin: Twin): Acceptor {
  forget();
  let a = new Acceptor(twin);
  a.bold = true;
  let [older, newer] = [
    { a: new Acceptor(a), at: 0 },
    { a: new Acceptor(a), at: 0 },
  ];
  for (let i = 0; i < a.items.length; i++) {
    if (i % CHECKPOINT === 0) [older, newer] = [newer, { a: new Acceptor(a), at: i }];
    if (a.take(i)) continue;
    let again = carefully(older.a, older.at, i);
    if (again.rejection !== undefined) {
      const rejected = again;
      patience.on = true;
      again = carefully(older.a, older.at, i);
      patience.on = false;
      if (again.rejection !== undefined) return rejected;
    }
    a = again;
    a.bold = true;
    [older, newer] = [newer, { a: new Acceptor(a), at: i + 1 }];
  }
  a.close();
  return a;
}

function carefully(from: Acceptor, at: number, to: number): Acceptor {
  const a = new Acceptor(from);
  for (let i = at; i <= to; i++) if (!a.take(i)) break;
  return a;
}

/** The best of what a mount may be. */
export function followAny(twins: readonly Twin[]): Acceptor {
  const tried: Acceptor[] = [];
  for (const twin of twins) {
    const a = follow(twin);
    if (a.rejection === undefined) return a;
    tried.push(a);
  }
  const best = tried.sort((a, b) => b.counts.accepted - a.counts.accepted)[0];
  if (best === undefined) throw new Error("a mount has no twin: give one or more");
  return best;
}
