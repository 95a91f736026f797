// What tells one event from another: what the model shows is compared field by field with what was
// recorded, and what was received with what was sent.

import { twinKinds } from "./kinds.ts";
import type { Seen } from "./probes.ts";
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
    if (field === "recv_seq" && got === Number(want) + 1 && isSend) {
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

const messageOf = ({ fields: f }: Item): string =>
  `${f.seq} ${f.recv_seq} ${f.id} ${f.cmd} ${f.resp} ${f.err}`;
const streamOf = ({ fields }: Item, sender: unknown): string => `${fields.cport} ${sender}`;

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

/** A stream loses nothing and keeps its order: what is received next was sent next. */
export function inOrder({ streams }: TwinOptions, items: readonly Item[], index: number): boolean {
  const item = items[index];
  if (item === undefined) return false;
  const key = streamOf(item, item.fields.side === "client" ? "server" : "client");
  const sent = streams.get(key) ?? [];
  let before = 0;
  for (let i = 0; i < index; i++) {
    const other = items[i];
    if (other?.of !== "own" || other.kind !== "net_recv_message") continue;
    if (other.fields.cport === item.fields.cport && other.fields.side === item.fields.side)
      before++;
  }
  return sent[before] === messageOf(item);
}
