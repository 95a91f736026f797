// The other side of `inOrder` in compare.ts: what a mount sent is vouched for by whoever received
// it. A stream makes nothing up: what was received had been sent before, in the same order.

import { messageOf, streamOf } from "./compare.ts";
import type { Item } from "./timeline.ts";

export interface Receipt {
  readonly at: number;
  readonly message: string;
}

/** By stream: what was received on it, in order. */
export type Receipts = ReadonlyMap<string, readonly Receipt[]>;

const isOwn = ({ of, kind }: Item, wanted: string): boolean => of === "own" && kind === wanted;
const senderOf = ({ fields }: Item) => (fields.side === "client" ? "server" : "client");

function byStream(items: readonly Item[], kind: string, keyOf: (item: Item) => string) {
  const found = new Map<string, { item: Item; index: number }[]>();
  items.forEach((item, index) => {
    if (!isOwn(item, kind)) return;
    const key = keyOf(item);
    const known = found.get(key);
    if (known === undefined) found.set(key, [{ item, index }]);
    else known.push({ item, index });
  });
  return found;
}
const sentBy = (items: readonly Item[]) =>
  byStream(items, "net_send_message", (item) => streamOf(item, item.fields.side));

/** What all mounts received of what that one sent; items of all of them, in order. */
export function receiptsOf(all: readonly Item[]): (items: readonly Item[]) => Receipts {
  const received = byStream(all, "net_recv_message", (item) => streamOf(item, senderOf(item)));
  return (items) => {
    const own = new Map<string, Receipt[]>();
    for (const key of sentBy(items).keys()) {
      const list = received.get(key) ?? [];
      own.set(
        key,
        list.map(({ item }) => ({ at: item.at, message: messageOf(item) })),
      );
    }
    return own;
  };
}

/** Events of two processors may be printed in the other order. */
const PRINTED_US = 1_000;

const known = new WeakMap<readonly Item[], number>();

/** The index of the first item that comes after somebody has received what is not sent by then, or
 *  that sends something else than was received; beyond the last one without any. */
export function unsentAt(receipts: Receipts, items: readonly Item[]): number {
  const before = known.get(items);
  if (before !== undefined) return before;
  const sent = sentBy(items);
  const ends: { readonly at: number; readonly sentAt: number }[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (const [key, list] of receipts) {
    const sends = sent.get(key) ?? [];
    list.forEach(({ at, message }, i) => {
      const one = sends[i];
      if (one !== undefined && messageOf(one.item) !== message) first = Math.min(first, one.index);
      ends.push({ at: at + PRINTED_US, sentAt: one?.index ?? Number.POSITIVE_INFINITY });
    });
  }
  ends.sort((a, b) => a.at - b.at);
  let owing = -1;
  let next = 0;
  for (let i = 0; i < items.length && i < first; i++) {
    const item = items[i];
    if (item?.of !== "own") continue;
    for (let end = ends[next]; end !== undefined && end.at < item.at; end = ends[++next]) {
      owing = Math.max(owing, end.sentAt);
    }
    if (owing > i) first = i;
  }
  known.set(items, first);
  return first;
}
