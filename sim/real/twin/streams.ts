// The sockets of a twin. Whoever is at the other end is in the recording: what came from there is
// put into a socket at the moment when the mount showed that it had it, and what the mount sends
// goes nowhere, for it is compared as it is sent. So a mount that is connected to its own server is
// no different from others. The programs of net.c get verbs that work on these sockets.

import type { Address, AnyProgram, Errno, SocketId, StreamState } from "../../../src/core/index.ts";
import type { NetMessage } from "../../../src/net/types.ts";
import { Verbs, worldOf } from "../../engine/kernel/verbs.ts";
import { ME, slotAddress } from "./slots.ts";
import type { TwinWorld } from "./world.ts";

/** Of a connection: the client's port, and what will be received from it. */
export interface Client {
  readonly port: number;
  readonly left: number;
}

export interface Sock {
  life: "listening" | "connecting" | "open" | "ended" | "shut" | "broken";
  /** Which end of its connection it is. */
  readonly accepted: boolean;
  /** The client's port, by which the recording tells one connection from another. */
  port: number;
  inbox: NetMessage[];
  /** Messages that the recording has the mount receive from it later: they are on the way, and the
   *  end of the stream is behind them. */
  left: number;
  /** Of a listener: clients that have not been accepted yet. */
  backlog: Client[];
}

/** Datagram sockets have the numbers below. */
const FIRST = 100;

// biome-ignore lint/suspicious/noExplicitAny: verbs and programs of any protocol
type Any = any;

const closed = { port: 0, accepted: false, left: 0 } as const;

const socksOf = (out: Any): (Sock | undefined)[] =>
  (worldOf(out) as TwinWorld).mount(ME).state.twin.socks;

function open(
  socks: (Sock | undefined)[],
  { life, port, accepted, left }: Pick<Sock, "life" | "port" | "accepted" | "left">,
): SocketId {
  let id = 0;
  while (socks[id] !== undefined) id++;
  socks[id] = { life, port, accepted, inbox: [], left, backlog: [] };
  return (id + FIRST) as SocketId;
}

function sockOf(out: Any, id: SocketId): Sock {
  const sock = socksOf(out)[id - FIRST];
  if (sock === undefined) throw new Error(`socket ${id} of a twin is closed`);
  return sock;
}

const wake = (out: Any, id: SocketId): void =>
  (worldOf(out) as TwinWorld).wakeSocket(ME, id as number);

const verbs = {
  bind(this: Any, port: number): SocketId | Errno {
    const socks = socksOf(this);
    const isTaken = socks.some((s) => s?.life === "listening" && s.port === port);
    return isTaken ? "EADDRINUSE" : open(socks, { ...closed, life: "listening", port });
  },
  listen(): void {},
  accept(this: Any, id: SocketId): SocketId | Errno | undefined {
    const sock = sockOf(this, id);
    if (sock.life !== "listening") return "EINVAL";
    const client = sock.backlog.shift();
    if (client === undefined) return undefined;
    return open(socksOf(this), { life: "open", accepted: true, ...client });
  },
  connect(this: Any, _to: Address, _timeout: number): SocketId {
    return open(socksOf(this), { ...closed, life: "connecting" });
  },
  stateOf(this: Any, id: SocketId): StreamState {
    const { life } = sockOf(this, id);
    if (life === "broken") return { broken: "ECONNREFUSED" };
    if (life === "ended") return "peer-closed";
    return life === "open" || life === "listening" ? "established" : life;
  },
  peerOf: (_id: SocketId): Address => slotAddress(0),
  setUserTimeout(): void {},
  send(this: Any, id: SocketId): boolean | Errno {
    const { life } = sockOf(this, id);
    if (life === "broken") return "ECONNRESET";
    return life === "shut" ? "EPIPE" : true;
  },
  receive(this: Any, id: SocketId) {
    const sock = sockOf(this, id);
    const message = sock.inbox.shift();
    if (message !== undefined) return { message };
    if (sock.life === "broken") return "ECONNRESET";
    return sock.life === "open" || sock.left > 0 ? undefined : "end";
  },
  shutdown(this: Any, id: SocketId): void {
    const sock = sockOf(this, id);
    sock.life = sock.life === "connecting" ? "broken" : "shut";
    wake(this, id);
  },
  close(this: Any, id: SocketId): void {
    socksOf(this)[id - FIRST] = undefined;
    wake(this, id);
  },
};

function map(all: Record<string, Any>, f: (one: Any, name: string) => Any): Record<string, Any> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, f(one, name)]));
}

/** The verbs of a world with the sockets of a twin in place of its own. Made for one step: most
 *  worlds live for so few of them that an object that inherits from their verbs costs more. */
class TwinVerbs {
  readonly out: Any;
  constructor(out: object) {
    this.out = out;
  }
}
/** All but the sockets is asked of the world's own. */
function asked(name: string, { value }: PropertyDescriptor): PropertyDescriptor {
  if (value === undefined) return { get: ownOf(name) };
  return {
    value(this: TwinVerbs, ...args: Any[]) {
      return this.out[name](...args);
    },
  };
}
const ownOf = (name: string) =>
  function get(this: TwinVerbs): unknown {
    return this.out[name];
  };
Object.defineProperties(TwinVerbs.prototype, {
  ...map(Object.getOwnPropertyDescriptors(Verbs.prototype), (own, name) => asked(name, own)),
  ...map(verbs, (value) => ({ value })),
  w: { get: ownOf("w") },
});

const users = new Set([
  ...["scoutfs_net_connect_worker", "scoutfs_net_listen_worker", "scoutfs_net_bind"],
  ...["scoutfs_net_send_worker", "scoutfs_net_recv_worker", "scoutfs_net_shutdown_worker"],
]);

/** The program with the sockets of a twin, if it uses any. */
export function onTwinSockets(p: AnyProgram<Any>): AnyProgram<Any> {
  if (!users.has(p.name)) return p;
  const steps = map(
    p.steps,
    (step) => (l: Any, m: Any, out: Any, ret: Any) => step(l, m, new TwinVerbs(out), ret),
  );
  const waits = map(p.waits, (wait) => ({
    ...wait,
    until: (l: Any, m: Any, out: Any) => wait.until(l, m, new TwinVerbs(out)),
  }));
  return { ...p, steps, waits } as AnyProgram<Any>;
}

// ---- what others do to them ---------------------------------------------------------------------

const listOf = (w: TwinWorld): (Sock | undefined)[] => w.peekMount(ME).state.twin.socks;

/** Changes the socket for which that holds, and wakes who waits for it; false without one. */
function change(w: TwinWorld, isIt: (sock: Sock) => boolean, how: (sock: Sock) => void): boolean {
  const at = listOf(w).findIndex((sock) => sock !== undefined && isIt(sock));
  const sock: Sock | undefined = at < 0 ? undefined : w.mount(ME).state.twin.socks[at];
  if (sock === undefined) return false;
  how(sock);
  w.wakeSocket(ME, at + FIRST);
  return true;
}

/** Which end of a connection to that port of a client. */
export interface Whose {
  readonly accepted: boolean;
  readonly port: number;
}

const isOf =
  ({ accepted, port }: Whose) =>
  (sock: Sock): boolean =>
    sock.port === port && sock.accepted === accepted && sock.life !== "listening";

/** Whether a receive would find the end of the stream, or nothing at all. */
export const hasNothing = (w: TwinWorld, sock: number): boolean =>
  (listOf(w)[sock - FIRST]?.inbox.length ?? 0) === 0;

/** The end of the stream, if anything. */
export function nothingComes(w: TwinWorld, id: number | undefined): boolean {
  const sock = listOf(w)[(id ?? 0) - FIRST];
  return sock === undefined || (sock.inbox.length === 0 && sock.left === 0);
}

export const connected = (w: TwinWorld, { port, left }: Client): boolean =>
  change(
    w,
    (sock) => sock.life === "connecting",
    (sock) => {
      sock.life = "open";
      sock.port = port;
      sock.left = left;
    },
  );

export const refused = (w: TwinWorld): boolean =>
  change(
    w,
    (sock) => sock.life === "connecting",
    (sock) => {
      sock.life = "broken";
    },
  );

export const arrives = (w: TwinWorld, client: Client): boolean =>
  change(
    w,
    (sock) => sock.life === "listening",
    (sock) => {
      sock.backlog.push({ ...client });
    },
  );

export const received = (w: TwinWorld, whose: Whose, message: NetMessage): boolean =>
  change(w, isOf(whose), (sock) => {
    sock.inbox.push(message);
    sock.left--;
  });

/** The peer closes it, or the network breaks it. */
export function ends(w: TwinWorld, whose: Whose): boolean {
  const isIt = isOf(whose);
  return change(
    w,
    (sock) => sock.life === "open" && isIt(sock),
    (sock) => {
      sock.life = "ended";
    },
  );
}
