// Which chain of connections a message belongs to. A server instance is one start of a server; a
// lineage is the chain of connections of one rid with one server instance.
//
// The end of the server knows both once it has received a greeting. The end of the client is told
// by the response to it, which carries the id of the greeting. A connection that takes over the
// state of the one before goes on with its lineage; one that does not, begins the next, which shows
// with its first message: it is looked at only after the greeting has been processed. Where it was
// refused, the connection has no rid yet, and what comes behind it belongs to no lineage.

import { type Fields, fieldsOf, kindOf } from "./entries.ts";
import type { Seen } from "./types.ts";

interface Socket {
  readonly rid: number;
  /** `mount.start`. */
  readonly server: string;
  moved: boolean;
  /** Of its lineage; "" until a message shows which that is. */
  lineage: string;
}

export interface Lineages {
  /** By server mount: how many servers it has started. */
  starts: Record<number, number>;
  /** By mount and connection of the server's end: see `socketOf`. */
  readonly sockets: Map<number, Socket>;
  /** By rid and id: the socket on which a greeting came. */
  greetings: Record<string, number>;
  /** By rid: the socket whose greeting was answered last. */
  ofClient: Record<number, number>;
  /** By rid and server: how many lineages there were. */
  epochs: Record<string, number>;
}

export const lineages = (): Lineages => ({
  ...{ starts: {}, sockets: new Map(), greetings: {}, ofClient: {}, epochs: {} },
});

/** Give these to `wanted`. */
export const lineageKinds: readonly string[] = [
  ...["server_start", "server_work_exit", "net_recv_message", "conn_reconn_migrate", "dead"],
];

const NO_SOCKET = -1;
/** The rid of a connection that has none yet. */
export const NOBODY = 0;
/** More than any number of a connection. */
const CONNECTIONS = 2 ** 40;

/** One number for both. The model numbers connections; a recording has the client's port, which is
 *  the peer's there. */
const socketOf = ({ mount }: Seen, { conn, cport, peer }: Fields): number =>
  mount * CONNECTIONS + (conn ?? cport ?? Number(peer?.split(":")[1] ?? 0));

/** Until a message shows, it is that of the lineage before. */
function nameOf(s: Lineages, { rid, server, lineage }: Socket): string {
  if (lineage !== "") return lineage;
  const whole = `${rid}@${server}`;
  return `${whole}.${s.epochs[whole] ?? 0}`;
}

/** That in which a client is, as long as its server has not ended. */
export function lineageOfClient(s: Lineages, rid: number): string | undefined {
  const socket = s.sockets.get(s.ofClient[rid] ?? NO_SOCKET);
  return socket && nameOf(s, socket);
}

/** Undefined for what is sent before there is one. */
export function lineageOf(s: Lineages, entry: Seen): string | undefined {
  const f = fieldsOf(entry);
  if (f.side !== "server") return lineageOfClient(s, f.rid ?? 0);
  if (f.rid === NOBODY) return undefined;
  const socket = s.sockets.get(socketOf(entry, f));
  return socket && nameOf(s, socket);
}

const serverOf = (s: Lineages, mount: number): string => `${mount}.${s.starts[mount] ?? 0}`;

/** Of a server's entry that names a rid but no connection. */
export function lineageAt(s: Lineages, entry: Seen): string {
  const whole = `${fieldsOf(entry).rid ?? 0}@${serverOf(s, entry.mount)}`;
  return `${whole}.${s.epochs[whole] ?? 0}`;
}

/** Forgets what only an earlier server of this mount had. */
function serverEnds(s: Lineages, mount: number): void {
  for (const [key, { server }] of s.sockets) {
    if (server.startsWith(`${mount}.`)) s.sockets.delete(key);
  }
  for (const whole of Object.keys(s.epochs)) {
    if (whole.includes(`@${mount}.`)) delete s.epochs[whole];
  }
}

function greets(s: Lineages, entry: Seen, f: Fields): void {
  const rid = f.rid ?? 0;
  const greeting = `${rid}:${f.id}`;
  if (f.side === "client") {
    const socket = s.greetings[greeting];
    if (socket !== undefined) s.ofClient[rid] = socket;
    delete s.greetings[greeting];
    return;
  }
  const key = socketOf(entry, f);
  s.sockets.set(key, { rid, server: serverOf(s, entry.mount), moved: false, lineage: "" });
  s.greetings[greeting] = key;
}

function settle(s: Lineages, socket: Socket): void {
  const whole = `${socket.rid}@${socket.server}`;
  const last = s.epochs[whole] ?? -1;
  const epoch = socket.moved && last >= 0 ? last : last + 1;
  s.epochs[whole] = epoch;
  socket.lineage = `${whole}.${epoch}`;
}

/** Keeps up with an entry; call it before asking for the entry's lineage. */
export function followLineages(s: Lineages, entry: Seen): void {
  const f = fieldsOf(entry);
  switch (kindOf(entry)) {
    case "server_start":
      serverEnds(s, entry.mount);
      s.starts[entry.mount] = (s.starts[entry.mount] ?? 0) + 1;
      break;
    case "dead":
    case "server_work_exit":
      serverEnds(s, entry.mount);
      break;
    case "conn_reconn_migrate": {
      const socket = s.sockets.get(socketOf(entry, f));
      if (socket !== undefined) socket.moved = true;
      break;
    }
    case "net_recv_message": {
      if (f.cmd === "GREETING") greets(s, entry, f);
      else if (f.side === "server" && f.rid !== NOBODY) {
        const socket = s.sockets.get(socketOf(entry, f));
        if (socket?.lineage === "") settle(s, socket);
      }
      break;
    }
  }
}

/** Which way a message goes: its sender's side. */
export const sentBy = ({ kind, data }: Seen): "client" | "server" => {
  const { side = "client" } = data as Fields;
  const isReceiver = !["net_send_message", "net.submit", "net.failed"].includes(kind);
  if (!isReceiver) return side;
  return side === "client" ? "server" : "client";
};

/** Of a number kept by lineage and direction: forgets the lineages of servers that are gone. */
export function forgetEnded<T>(s: Lineages, kept: Record<string, T>): void {
  for (const key of Object.keys(kept)) {
    const [, mount = "", start = ""] = /@(\d+)\.(\d+)\./.exec(key) ?? [];
    if (s.starts[Number(mount)] !== Number(start)) delete kept[key];
  }
}
