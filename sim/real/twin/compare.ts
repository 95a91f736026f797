// What tells one event from another: what the model shows is compared field by field with what was
// recorded, and what was received with what was sent.

import { twinKinds } from "./kinds.ts";
import type { Seen } from "./probes.ts";
import type { Whose } from "./streams.ts";
import type { Item } from "./timeline.ts";
import { used } from "./tolerances.ts";
import type { TwinOptions } from "./world.ts";

/** How long a datagram may lie in a socket before the worker takes it. */
const LONGEST_WAIT_US = 2_000_000;

/** The network makes nothing up: what is received was sent, to this slot or to all. */
export function wasSent({ sent, slot }: TwinOptions, { at, fields }: Item): boolean {
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
export function differs(item: Item, seen: Seen): string | undefined {
  if (seen.kind !== item.kind) return textOf(seen.kind, seen.fields);
  const isSend = item.kind === "net_send_message";
  for (const field of twinKinds[item.kind]?.compare ?? []) {
    const want = item.fields[field];
    const got = seen.fields[field];
    if (want === got) continue;
    if (
      field === "recv_seq" &&
      isSend &&
      got === item.fields.raised &&
      Number(want) < Number(got)
    ) {
      used("recv_seq is read while it is raised");
      continue;
    }
    return textOf(seen.kind, seen.fields);
  }
  return undefined;
}

export function textOf(kind: string, fields: Readonly<Record<string, unknown>>): string {
  const compare = twinKinds[kind]?.compare ?? [];
  const shown = compare.map((f) => `${f}=${String(fields[f])}`);
  return [kind, ...shown].join(" ");
}

export const messageOf = ({ fields: f }: Item): string =>
  `${f.seq} ${f.recv_seq} ${f.id} ${f.cmd} ${f.resp} ${f.err}`;
/** Whose it is matters: a port is used again once its mount has gone. */
export const streamOf = ({ fields }: Item, sender: unknown): string =>
  `${fields.cport} ${fields.rid} ${sender}`;

/** What was sent on every connection, by all mounts. */
export function streamsOf(items: readonly Item[]): Map<string, string[]> {
  const streams = new Map<string, string[]>();
  for (const item of items) {
    const key = streamOf(item, item.fields.side);
    const known = streams.get(key);
    if (known === undefined) streams.set(key, [messageOf(item)]);
    else known.push(messageOf(item));
  }
  return streams;
}

/** Of each receive: how many came on the same stream before it. */
const positions = new WeakMap<readonly Item[], Int32Array>();
function positionsOf(items: readonly Item[]): Int32Array {
  const known = positions.get(items);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  const found = new Int32Array(items.length);
  items.forEach((item, i) => {
    if (item.of !== "own" || item.kind !== "net_recv_message") return;
    const key = streamOf(item, item.fields.side);
    found[i] = counts.get(key) ?? 0;
    counts.set(key, (found[i] ?? 0) + 1);
  });
  positions.set(items, found);
  return found;
}

/** A stream loses nothing and keeps its order: what is received next was sent next. */
export function inOrder({ streams }: TwinOptions, items: readonly Item[], index: number): boolean {
  const item = items[index];
  if (item === undefined) return false;
  const key = streamOf(item, item.fields.side === "client" ? "server" : "client");
  return streams.get(key)?.[positionsOf(items)[index] ?? 0] === messageOf(item);
}

/** How many messages are received on the connection whose opening is next, to its end. */
export function countComing(items: readonly Item[], from: number, { port, accepted }: Whose) {
  const side = accepted ? "server" : "client";
  const opens = accepted ? "conn_accept" : "conn_connect_complete";
  let count = 0;
  let opened = 0;
  for (let i = from; i < items.length; i++) {
    const { of, kind, fields } = items[i] as Item;
    if (of !== "own" || fields.cport !== port) continue;
    if (kind === opens && ++opened > 1) break;
    if (kind === "net_recv_message" && fields.side === side) count++;
  }
  return count;
}
