// A small real world for the connections: net.c on every mount, over the engine's streams, under a
// table of request functions made by hand. Mount 0 listens, the others connect. Each program here
// stands for a piece of server.c or client.c and says what it sees in notes.

import { withVariants } from "../../../sim/cluster/world/variants.ts";
import { build, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { NetOptions } from "../../../sim/engine/network/net.ts";
import * as streams from "../../../sim/engine/network/streams.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import { mainApi } from "../../../src/api.ts";
import type { AnyProgram, HostId, Out, Rid, SocketId, Us } from "../../../src/core/index.ts";
import { address, done, fail, get, ms, program, seconds } from "../../../src/core/index.ts";
import type { NetLock } from "../../../src/lock/types.ts";
import { mountState } from "../../../src/mount/state.ts";
import { netApi } from "../../../src/net/api.ts";
import { netPrograms } from "../../../src/net/index.ts";
import type {
  Cmd,
  Connection,
  ConnHandle,
  Data,
  Greeting,
  NetMessage,
  NotifyArgs,
  RequestArgs,
  RequestName,
  ResponseArgs,
  ServerGreeting,
  SubmitArgs,
} from "../../../src/net/types.ts";
import type { Calls, Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";
import type { Variant } from "../../../src/variants/types.ts";

interface TestCalls extends Omit<Calls, "scoutfs_fence_start"> {
  scoutfs_fence_start: { rid: Rid };
  test_listen: object;
  test_connect: { timeout: Us; to?: number };
  test_ask: { cmd: Cmd; data: Data };
}
export interface NetTest extends Scoutfs {
  readonly Calls: TestCalls & Calls;
}
export type NetWorld = World<NetTest>;

export const PORT = 9000;
export const SECOND = 1_000_000;
export const TERM = 1;
const RID = 100;
const plainly = (out: Out<NetTest>): Out<Scoutfs> => out as unknown as Out<Scoutfs>;

export const request = (conn: ConnHandle, over: Partial<SubmitArgs>): SubmitArgs => ({
  conn,
  rid: 0 as Rid,
  cmd: "ALLOC_INODES",
  response: false,
  id: 0,
  error: undefined,
  data: undefined,
  respFunc: undefined,
  respData: undefined,
  ...over,
});

// ---- the server's side --------------------------------------------------------------------------

const listen = program<NetTest>()({
  name: "test_listen",
  source: "(stands for the start of a server)",
  start: "alloc",
  locals: () => ({ conn: undefined as ConnHandle | undefined }),
  waits: {},
  steps: {
    alloc: (_l) => ({
      call: "scoutfs_net_alloc_conn",
      args: { reqFuncs: "server", notifyUp: "server_notify_up", notifyDown: "server_notify_down" },
      then: "bind",
    }),
    bind(l, m, out, { value }) {
      l.conn = value as ConnHandle;
      m.server.conn = { ...l.conn };
      return {
        call: "scoutfs_net_bind",
        args: { conn: l.conn, address: out.here(PORT) },
        then: "listen",
      };
    },
    listen: (l) => ({
      call: "scoutfs_net_listen",
      args: { conn: l.conn as ConnHandle },
      then: "leave",
    }),
    leave: (_l) => done(),
  },
});

/** The response is queued before messages may go, as there. */
const serverGreeting = program<NetTest>()({
  name: "server_greeting",
  source: "(stands for server.c:server_greeting)",
  start: "respond",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: {
    respond(l) {
      const { rid } = l.data as Greeting;
      const data: Greeting = { serverTerm: TERM, rid, farewell: false, quorum: false };
      const response = { cmd: "GREETING", response: true, id: l.id, data } as const;
      return { call: "submit_send", args: request(l.conn, response), then: "greet" };
    },
    greet(l) {
      const { serverTerm, rid, farewell } = l.data as Greeting;
      const args: ServerGreeting = {
        conn: l.conn,
        rid,
        greetingId: l.id,
        reconnecting: serverTerm !== 0,
        firstContact: serverTerm !== TERM,
        farewell,
      };
      return { call: "scoutfs_net_server_greeting", args, then: "leave" };
    },
    leave: (_l) => done(),
  },
});

/** Takes as many milliseconds as are asked for, then answers with that number. */
const allocInodes = program<NetTest>()({
  name: "server_alloc_inodes",
  source: "(stands for a request that takes its time)",
  start: "begin",
  locals: (args: RequestArgs) => ({ ...args, ms: (args.data as { count: number }).count }),
  waits: {},
  steps: {
    begin(l, _m, out) {
      out.note(`begins ${l.ms}`);
      return { sleep: ms(l.ms), then: "respond" };
    },
    respond(l, _m, out) {
      out.note(`handled ${l.ms}`);
      const response = { response: true, id: l.id, data: { ino: l.ms, nr: 1 } };
      return { call: "submit_send", args: request(l.conn, response), then: "leave" };
    },
    leave: (_l) => done(),
  },
});

const farewell = program<NetTest>()({
  name: "server_farewell",
  source: "(stands for a request that breaks its connection)",
  start: "refuse",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: { refuse: (_l) => fail("EIO") },
});

// ---- the client's side --------------------------------------------------------------------------

const connect = program<NetTest>()({
  name: "test_connect",
  source: "(stands for client.c:scoutfs_client_connect_worker)",
  start: "alloc",
  locals: (args: TestCalls["test_connect"]) => args,
  waits: {},
  steps: {
    alloc(_l, m) {
      if (m.client.conn !== undefined) return "connect";
      const args = {
        reqFuncs: "client",
        notifyUp: undefined,
        notifyDown: "client_notify_down",
      } as const;
      return { call: "scoutfs_net_alloc_conn", args, then: "take" };
    },
    take(_l, m, _out, { value }) {
      m.client.conn = { ...(value as ConnHandle) };
      return "connect";
    },
    connect(l, m) {
      const conn = m.client.conn as ConnHandle;
      const args = { conn, address: address((l.to ?? 0) as HostId, PORT), timeout: l.timeout };
      return { call: "scoutfs_net_connect", args, then: "greet" };
    },
    greet(_l, m, out, { error }) {
      out.note(`connect: ${error ?? "done"}`);
      if (error !== undefined) return done();
      const data: Greeting = {
        serverTerm: m.client.serverTerm,
        rid: m.super.rid,
        farewell: false,
        quorum: false,
      };
      const greeting = { cmd: "GREETING", data, respFunc: "client_greeting" } as const;
      const args = request(m.client.conn as ConnHandle, greeting);
      return { call: "submit_send", args, then: "leave" };
    },
    leave: (_l) => done(),
  },
});

const clientGreeting = program<NetTest>()({
  name: "client_greeting",
  source: "(stands for client.c:client_greeting)",
  start: "greet",
  locals: (args: ResponseArgs) => args,
  waits: {},
  steps: {
    greet(l, m, out) {
      const { serverTerm } = l.data as Greeting;
      out.api.netClientGreeting(m, plainly(out), l.conn, serverTerm !== m.client.serverTerm);
      m.client.serverTerm = serverTerm;
      return done();
    },
  },
});

/** Takes as many milliseconds as the lock's write_seq says. */
const clientLock = program<NetTest>()({
  name: "client_lock",
  source: "(stands for client.c:client_lock, the invalidation of a lock)",
  start: "begin",
  locals: (args: RequestArgs) => ({ ...args, lock: args.data as NetLock }),
  waits: {},
  steps: {
    begin(l, _m, out) {
      out.note(`key ${l.lock.key} begins ${l.lock.writeSeq}`);
      return { sleep: ms(l.lock.writeSeq), then: "end" };
    },
    end(l, _m, out) {
      out.note(`key ${l.lock.key} ends ${l.lock.writeSeq}`);
      return done();
    },
  },
});

const ask = program<NetTest>()({
  name: "test_ask",
  source: "(stands for a system call that needs the server)",
  start: "ask",
  locals: (args: TestCalls["test_ask"]) => args,
  waits: {},
  steps: {
    ask(l, m) {
      const args = { conn: m.client.conn as ConnHandle, cmd: l.cmd, data: l.data };
      return { call: "scoutfs_net_sync_request", args, then: "answered" };
    },
    answered(_l, _m, out, { value, error }) {
      const ino = (value as { ino?: number } | undefined)?.ino;
      out.note(`answer: ${error ?? ino ?? "empty"}`);
      return done();
    },
  },
});

const notify = (name: "server_notify_up" | "server_notify_down") =>
  program<NetTest>()({
    name,
    source: `(stands for server.c:${name})`,
    start: "note",
    locals: (args: NotifyArgs) => args,
    waits: {},
    steps: {
      note(l, _m, out) {
        out.note(`${name} ${l.rid}`);
        return done();
      },
    },
  });

const fence = program<NetTest>()({
  name: "scoutfs_fence_start",
  source: "(stands for fence.c:scoutfs_fence_start)",
  start: "note",
  locals: (args: { rid: Rid }) => args,
  waits: {},
  steps: {
    note(l, _m, out) {
      out.note(`fence ${l.rid}`);
      return done();
    },
  },
});

const reqFuncs: Partial<Record<Cmd, RequestName>> = {
  GREETING: "server_greeting",
  ALLOC_INODES: "server_alloc_inodes",
  LOCK: "client_lock",
  FAREWELL: "server_farewell",
};

interface Seen {
  readonly kind: string;
  readonly at: number;
  readonly mount: number;
  readonly data: Readonly<Record<string, unknown>>;
}
const witness: Monitor<NetTest, Seen[]> = {
  promise: "(test)",
  wants: ["*"],
  start: () => [],
  on({ kind, at, mount, data }, state) {
    state.push({ kind, at, mount, data: data as Seen["data"] });
  },
};

export interface NetWorldOptions {
  /** The first listens, unless told otherwise. */
  readonly mounts?: number;
  readonly listens?: false;
  readonly seed?: string;
  readonly net?: NetOptions;
  readonly variants?: readonly Variant[];
}

/** A host for each mount; whoever listens does so by the time this returns. */
export function netWorld(o: NetWorldOptions = {}): NetWorld {
  const mounts = o.mounts ?? 2;
  const own = [listen, serverGreeting, allocInodes, farewell, connect, clientGreeting, clientLock];
  const bound = withVariants(
    { programs: netPrograms as unknown as AnyProgram<Scoutfs>[], rules: main },
    o.variants ?? [],
  );
  const w = build<NetTest>({
    programs: [
      ...bound.programs,
      ...own,
      ...[ask, fence, notify("server_notify_up"), notify("server_notify_down")],
    ] as unknown as AnyProgram<NetTest>[],
    rules: bound.rules,
    api: {
      ...mainApi,
      ...netApi,
      sysfsStored: () => undefined,
      requestFunction: (_side, cmd) => reqFuncs[cmd],
      notifyDownLocked: (_m, out, name) => out.note(name),
    },
    chooser: seeded(o.seed ?? "net"),
    hosts: mounts,
    mounts: Array.from({ length: mounts }, (_, n) => ({
      host: n,
      name: `m${n}`,
      state: mountState({ rid: (RID + n) as Rid }),
    })),
    monitors: [witness],
    ...(o.net === undefined ? {} : { net: o.net }),
  });
  for (let n = 0; n < mounts; n++) start(w, n, "scoutfs_net_setup");
  w.runFor(1000);
  if (o.listens !== false) start(w, 0, "test_listen");
  w.runFor(1000);
  return w;
}

// ---- what a test does and asks ------------------------------------------------------------------

/** Connects a mount and lets the greetings pass. */
export function connected(w: NetWorld, mount = 1): void {
  start(w, mount, "test_connect", { timeout: seconds(1) });
  w.runFor(20_000);
}
export const askFor = (w: NetWorld, count: number, mount = 1): number =>
  start(w, mount, "test_ask", { cmd: "ALLOC_INODES", data: { count } });
export const clientConn = (w: NetWorld, mount = 1): ConnHandle =>
  w.mount(mount).state.client.conn as ConnHandle;
export const client = (w: NetWorld, mount = 1): Connection =>
  get(w.mount(mount).state.net.conns, clientConn(w, mount));
export const listenerConn = (w: NetWorld): ConnHandle => w.mount(0).state.server.conn as ConnHandle;
export const listener = (w: NetWorld): Connection =>
  get(w.mount(0).state.net.conns, listenerConn(w));
/** What the listener has accepted, in that order. */
export const accepted = (w: NetWorld): Connection[] =>
  listener(w).accepted.map((h) => get(w.mount(0).state.net.conns, h));

/** The notes of a mount that begin so. */
export const notes = (w: NetWorld, begins = "", mount = -1): string[] =>
  seen(w, "note", mount)
    .map(({ data }) => String(data.text))
    .filter((text) => text.startsWith(begins));
export const seen = (w: NetWorld, kind: string, mount = -1): Seen[] =>
  (w.monitorState(0) as Seen[]).filter(
    (x) => x.kind === kind && (mount === -1 || x.mount === mount),
  );

export function hold(w: NetWorld, programName: string, label: string, mount = -1): Hold {
  const until = { is: "released" } as const;
  const it: Hold = { program: programName, label, until, mount, held: [], open: false };
  w.holds.push(it);
  return it;
}
export const release = (w: NetWorld, it: Hold): void => open(w, it);

const message = (over: Partial<NetMessage>): NetMessage => ({
  seq: 50,
  recvSeq: 0,
  id: 50,
  cmd: "ALLOC_INODES",
  response: false,
  error: undefined,
  data: { count: 1 },
  ...over,
});
/** Puts messages into the socket of an end, behind what its send worker has sent. */
export function inject(w: NetWorld, mount: number, ...messages: Partial<NetMessage>[]): void {
  const c = mount === 0 ? accepted(w)[0] : client(w, mount);
  for (const it of messages) streams.send(w, mount, c?.sock as SocketId, message(it));
}
