// The first small protocol on which the machine is proved: a lease service. Clients ask a server
// for a lease on a key, use it for a while and give it back; the server writes each grant to its
// disk before it answers, and takes a lease back when its time is over. Messages, timers and disk
// writes, and one promise: a key has one owner at a time.

import { type Blueprint, build, start } from "../../sim/engine/build.ts";
import { type Chooser, seeded } from "../../sim/engine/chooser.ts";
import type { Monitor } from "../../sim/engine/trace/monitor.ts";
import type { World } from "../../sim/engine/world.ts";
import {
  type Address,
  type AnyProgram,
  address,
  done,
  type HostId,
  ms,
  type Protocol,
  program,
  type SocketId,
  unreachable,
  us,
} from "../../src/core/index.ts";

export interface Grant {
  readonly key: number;
  readonly client: Address;
  /** The how-manieth grant of the key: an answer to an older one is stale. */
  readonly turn: number;
}

export type Message =
  /** A client wants the key; the server owes a grant, in its turn. */
  | { readonly is: "acquire"; readonly key: number }
  /** The server's answer, written to its disk before. */
  | { readonly is: "granted"; readonly key: number; readonly turn: number }
  /** The client is through; nothing is owed. */
  | { readonly is: "release"; readonly key: number; readonly turn: number };

interface LeaseState {
  server: {
    readonly grants: Map<number, Grant>;
    readonly queue: Map<number, Address[]>;
    turn: number;
    socket: SocketId;
    /** Keys whose grant has to be written and answered, in order. */
    readonly toWrite: number[];
  };
  client: { holding: number; turn: number; rounds: number; socket: SocketId };
}

export interface Rules {
  /** Whether an expired lease may go to the next while its owner may still use it. */
  leaseUs(): number;
  useUs(): number;
}

type Record =
  | { readonly kind: "own"; readonly key: number; readonly turn: number }
  | { readonly kind: "drop"; readonly key: number; readonly turn: number };

export interface Leases extends Protocol {
  State: LeaseState;
  Rules: Rules;
  Api: object;
  Calls: {
    lease_server: { port: number };
    lease_writer: { of: number };
    lease_expiry: { of: number };
    lease_client: { server: Address; keys: number; port: number };
  };
  Datagram: Message;
  Message: never;
  Block: Grant;
  Record: Record;
  Queue: "writes";
  WaitQueue: "none";
  Mutex: "none";
}

export const SERVER_PORT = 7000;

function enqueue(m: LeaseState, key: number, client: Address): void {
  const queue = m.server.queue.get(key);
  if (queue === undefined) m.server.queue.set(key, [client]);
  else if (!queue.includes(client)) queue.push(client);
}

/** Receives one message a turn and hands what needs the disk to the writer. */
export const server = program<Leases>()({
  name: "lease_server",
  source: "(test)",
  start: "open",
  locals: (a: { port: number }) => ({
    port: a.port,
    from: 0 as Address,
    message: undefined as Message | undefined,
  }),
  waits: {
    datagram: {
      on: (_l, m) => ["socket", m.server.socket],
      until(l, m, out) {
        const received = out.receiveDatagram(m.server.socket);
        if (received === undefined) return false;
        l.message = received.body;
        l.from = received.from;
        return true;
      },
      blames: () => ({ who: "the clients", because: "none of them has asked for anything" }),
    },
  },
  steps: {
    open(l, m, out) {
      const socket = out.openDatagrams(l.port);
      if (typeof socket === "string") return done({ error: socket });
      m.server.socket = socket;
      out.createQueue("writes", 1);
      return "receive";
    },
    receive: (_l) => ({ wait: "datagram", then: "handle" }),
    handle(l, m, out) {
      const { message } = l;
      l.message = undefined;
      if (message === undefined) return "receive";
      switch (message.is) {
        case "acquire":
          enqueue(m, message.key, l.from);
          if (!m.server.grants.has(message.key)) {
            m.server.toWrite.push(message.key);
            out.queueWork("writes", "lease_writer");
          }
          return "receive";
        case "release": {
          const grant = m.server.grants.get(message.key);
          if (grant?.turn !== message.turn) {
            out.ignored("the release is of an older turn");
            return "receive";
          }
          m.server.grants.delete(message.key);
          m.server.toWrite.push(message.key);
          out.queueWork("writes", "lease_writer");
          return "receive";
        }
        case "granted":
          return "receive";
        default:
          return unreachable(message);
      }
    },
  },
});

/** Grants go to the disk first, then to the client. */
export const writer = program<Leases>()({
  name: "lease_writer",
  source: "(test)",
  start: "take",
  locals: () => ({ grant: undefined as Grant | undefined }),
  waits: {},
  steps: {
    take(l, m) {
      const key = m.server.toWrite.shift();
      if (key === undefined) return done();
      const queue = m.server.queue.get(key);
      const client = queue?.[0];
      if (client === undefined || m.server.grants.has(key)) return "take";
      queue?.shift();
      l.grant = { key, client, turn: ++m.server.turn };
      m.server.grants.set(key, l.grant);
      return { io: { op: "write", block: `grant ${key}`, content: l.grant }, then: "written" };
    },
    written(l, m, out, ret) {
      const { grant } = l;
      if (grant === undefined) return "take";
      if (ret.error !== undefined) {
        m.server.grants.delete(grant.key);
        out.note("a grant could not be written");
        return "take";
      }
      const { key, turn, client } = grant;
      out.sendDatagram(m.server.socket, client, { is: "granted", key, turn });
      out.armTimer(["lease_expiry", key], us(out.rules.leaseUs()));
      return "take";
    },
  },
});

export const expiry = program<Leases>()({
  name: "lease_expiry",
  source: "(test)",
  start: "expire",
  locals: (a: { of: number }) => ({ key: a.of }),
  waits: {},
  steps: {
    expire(l, m, out) {
      if (m.server.grants.delete(l.key)) {
        out.note("a lease ran out");
        m.server.toWrite.push(l.key);
        out.queueWork("writes", "lease_writer");
      }
      return done();
    },
  },
});

export const client = program<Leases>()({
  name: "lease_client",
  source: "(test)",
  start: "open",
  locals: (a: { server: Address; keys: number; port: number }) => ({ ...a, key: 0, turn: 0 }),
  waits: {
    grant: {
      on: (_l, m) => ["socket", m.client.socket],
      until(l, m, out) {
        const received = out.receiveDatagram(m.client.socket);
        if (received === undefined || received.body.is !== "granted") return false;
        if (received.body.key !== l.key) return false;
        l.turn = received.body.turn;
        return true;
      },
      blames: (l) => ({ who: "lease_server", because: `key ${l.key} is not granted yet` }),
    },
  },
  steps: {
    open(l, m, out) {
      const socket = out.openDatagrams(l.port);
      if (typeof socket === "string") return done({ error: socket });
      m.client.socket = socket;
      return "ask";
    },
    ask(l, m, out) {
      l.key = out.pick("key", l.keys);
      out.sendDatagram(m.client.socket, l.server, { is: "acquire", key: l.key });
      return "await";
    },
    await: (_l) => ({ wait: "grant", then: "use", timeout: { after: ms(20), then: "ask" } }),
    use(l, m, out) {
      m.client.holding = l.key;
      m.client.turn = l.turn;
      out.emit({ kind: "own", key: l.key, turn: l.turn });
      return { sleep: us(out.rules.useUs()), then: "giveBack" };
    },
    giveBack(l, m, out) {
      out.emit({ kind: "drop", key: l.key, turn: l.turn });
      m.client.holding = -1;
      m.client.rounds++;
      out.sendDatagram(m.client.socket, l.server, { is: "release", key: l.key, turn: l.turn });
      return "ask";
    },
  },
});

/** One owner of a key at a time. */
export const oneOwner: Monitor<Leases, Map<number, number>> = {
  promise: "ONE",
  wants: ["own", "drop"],
  start: () => new Map(),
  on(entry, owners, view) {
    const { key } = entry.data as { key: number };
    const owner = owners.get(key);
    if (entry.kind === "drop") {
      if (owner === entry.mount) owners.delete(key);
    } else if (owner !== undefined) {
      view.violate(`key ${key}`, `mount ${entry.mount} got key ${key}, mount ${owner} has it`);
    } else owners.set(key, entry.mount);
  },
};

export const programs: readonly AnyProgram<Leases>[] = [server, writer, expiry, client];
/** A client is through long before its lease ends. */
export const sound: Rules = { leaseUs: () => 50_000, useUs: () => 300 };
/** A client that uses what it no longer has. */
export const overstaying: Rules = { leaseUs: () => 2_000, useUs: () => 3_000 };

const leaseState = (): LeaseState => ({
  server: {
    grants: new Map(),
    queue: new Map(),
    turn: 0,
    socket: 0 as SocketId,
    toWrite: [],
  },
  client: { holding: -1, turn: 0, rounds: 0, socket: 0 as SocketId },
});

export interface LeaseOptions {
  readonly clients: number;
  readonly keys: number;
  readonly seed?: string;
  readonly chooser?: Chooser;
  readonly rules?: Rules;
  readonly monitors?: readonly Monitor<Leases>[];
  readonly blueprint?: Partial<Blueprint<Leases>>;
}

/** A server on host 0 and a client on each of the others, all started. */
export function leaseWorld(o: LeaseOptions): World<Leases> {
  const w = build<Leases>({
    programs,
    rules: o.rules ?? sound,
    api: {},
    chooser: o.chooser ?? seeded(o.seed ?? "leases"),
    hosts: o.clients + 1,
    mounts: Array.from({ length: o.clients + 1 }, (_, host) => ({
      host,
      name: host === 0 ? "server" : `client${host}`,
      state: leaseState(),
    })),
    monitors: o.monitors ?? [oneOwner],
    ...o.blueprint,
  });
  start(w, 0, "lease_server", { port: SERVER_PORT });
  const to = address(0 as HostId, SERVER_PORT);
  for (let c = 1; c <= o.clients; c++) {
    start(w, c, "lease_client", { server: to, keys: o.keys, port: 8000 + c });
  }
  return w;
}
