// The socket slots of a mount. Promise: a new socket takes the lowest free slot, so that equal
// histories give equal ids, and the use of one that was closed is a CRASH.

import {
  address,
  Crash,
  type Errno,
  type HostId,
  type Protocol,
  type SocketId,
} from "../../../src/core/index.ts";
import type { Machine } from "../machine.ts";
import type { MountData, Socket } from "../state/state.ts";
import type { Binding } from "./net.ts";

interface NewSocket {
  readonly kind: Socket["kind"];
  readonly port: number;
  readonly stream?: number;
  readonly end?: 0 | 1;
}

export function openSocket<P extends Protocol>(m: MountData<P>, s: NewSocket): number {
  const { sockets } = m;
  let id = 0;
  while (id < sockets.length && sockets[id] !== undefined) id++;
  sockets[id] = {
    kind: s.kind,
    generation: m.nextGeneration++,
    port: s.port,
    inbox: [],
    listening: false,
    stream: s.stream ?? -1,
    end: s.end ?? 0,
  };
  return id;
}

/** A socket on a port of this mount's host, unless the port is taken. */
export function openPort<P extends Protocol>(
  m: MountData<P>,
  s: NewSocket & { readonly mount: number },
  ports: Map<number, Binding>,
): SocketId | Errno {
  const here = address(m.host as HostId, s.port);
  if (ports.has(here)) return "EADDRINUSE";
  const socket = openSocket(m, s);
  ports.set(here, { mount: s.mount, socket });
  return socket as SocketId;
}

export function socketOf<P extends Protocol>(
  m: MountData<P>,
  id: number,
  kind: Socket["kind"],
): Socket {
  const socket = m.sockets[id];
  if (socket === undefined) throw new Crash(`expected socket ${id} to be open, it was closed`);
  if (socket.kind !== kind) {
    throw new Crash(`expected socket ${id} to be a ${kind}, it is a ${socket.kind}`);
  }
  return socket;
}

/** Frees the slot; whoever parks on it tries again. */
export function freeSocket<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  id: number,
): void {
  machine.mount(mount).sockets[id] = undefined;
  machine.wakeSocket(mount, id);
}
