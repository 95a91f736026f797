// What the tracepoints of net.c print, with the names and fields of the recordings of the real
// system: so one monitor reads both.

import type { Errno, Out, Rid } from "../core/index.ts";
import { get, numberOf } from "../core/index.ts";
import type { NetLock } from "../lock/types.ts";
import type {
  ConnEvent,
  ConnFlags,
  ConnHandle,
  Greeting,
  MessageEvent,
  MessageFields,
  MessageSend,
  NetMessage,
  NetMount,
  NetProtocol,
} from "./types.ts";

type NetOut = Out<NetProtocol>;

/** EXPAND_EACH_NET_ERRNO: what can cross the wire, and its number. */
export const netErrors: ReadonlyMap<Errno, number> = new Map([
  ["ENOENT", 1],
  ["ENOMEM", 2],
  ["EIO", 3],
  ["ENOSPC", 4],
  ["EINVAL", 5],
  ["ENOLINK", 6],
]);

const flagNames: readonly (readonly [keyof ConnFlags, string])[] = [
  ["validGreeting", "valid_greeting"],
  ["established", "established"],
  ["shuttingDown", "shutting_down"],
  ["sawGreeting", "saw_greeting"],
  ["sawFarewell", "saw_farewell"],
  ["reconnWait", "reconn_wait"],
  ["reconnFreeing", "reconn_freeing"],
];

function textOf(flags: ConnFlags): string {
  let text = "";
  for (const [flag, name] of flagNames) {
    if (flags[flag]) text = text === "" ? name : `${text}|${name}`;
  }
  return text;
}

export function emitConn(m: NetMount, out: NetOut, kind: ConnEvent, h: ConnHandle): void {
  const c = get(m.net.conns, h);
  out.emit({
    kind,
    conn: numberOf(h),
    flags: textOf(c.flags),
    conn_rid: c.rid,
    greeting_id: c.greetingId,
    accepted: c.listening !== undefined,
    next_send_seq: c.nextSendSeq,
    next_send_id: c.nextSendId,
    recv_seq: c.recvSeq,
  });
}

export function emitMessage(
  m: NetMount,
  out: NetOut,
  what: {
    readonly kind: MessageEvent;
    readonly conn: ConnHandle;
    readonly message: NetMessage;
    /** The request that a response has found. */
    readonly asked?: MessageSend;
  },
): void {
  const { kind, conn, message, asked } = what;
  const c = get(m.net.conns, conn);
  const { seq, id, cmd, error } = message;
  const side = c.listening === undefined ? "client" : "server";
  const record: { readonly kind: MessageEvent } & MessageFields = {
    kind,
    conn: numberOf(conn),
    side,
    rid: side === "client" ? m.super.rid : clientOf(c.rid, message),
    seq,
    recv_seq: message.recvSeq,
    id,
    cmd,
    resp: message.response ? 1 : 0,
    err: error === undefined ? 0 : (netErrors.get(error) ?? 0),
  };
  const keys = keysOf(message, asked);
  out.emit(keys === undefined ? record : { ...record, ...keys });
}

function keysOf({ data }: NetMessage, asked: MessageSend | undefined) {
  if (asked?.cmd !== "LOCK" || data === undefined || asked.data === undefined) return undefined;
  return { key: (data as NetLock).key, asked_key: (asked.data as NetLock).key };
}

/** A server knows the rid of a connection once it is greeted: till then the greeting says it. */
function clientOf(rid: Rid, { cmd, data }: NetMessage): Rid {
  const greets = cmd === "GREETING" && data !== undefined;
  return greets ? (data as Greeting).rid : rid;
}
