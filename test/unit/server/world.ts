// Worlds of the whole protocol for the server's worker and for mounts: a host for each mount, the
// device, and no agent but the test. Either mounts are made by hand as far as a server needs, or
// nothing is mounted yet.

import { withVariants } from "../../../sim/cluster/world/variants.ts";
import { build, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { putBlock } from "../../../sim/engine/device.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import { mainApi } from "../../../src/api.ts";
import type { AnyProgram, HostId, Rid } from "../../../src/core/index.ts";
import { address, done, each, get, program } from "../../../src/core/index.ts";
import { fenceApi } from "../../../src/fence/api.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { allocConn } from "../../../src/net/connections.ts";
import type { Cmd, ConnHandle, Data, MessageSend, RequestName } from "../../../src/net/types.ts";
import { programs } from "../../../src/programs.ts";
import type { Calls, Scoutfs } from "../../../src/protocol.ts";
import { emptyQuorumBlock } from "../../../src/quorum/blocks.ts";
import { CONFIG_BLOCK, quorumBlockName } from "../../../src/quorum/config.ts";
import { quorumStatus } from "../../../src/quorum/roles.ts";
import type { QuorumConfig } from "../../../src/quorum/types.ts";
import { main } from "../../../src/rules.ts";
import { emptySuper, type SuperBlock } from "../../../src/server/super.ts";
import type { ServerStatus } from "../../../src/server/types.ts";
import type { Variant } from "../../../src/variants/types.ts";

interface TestWhole extends Scoutfs {
  readonly Calls: Calls & {
    elected: { term: number };
    take_port: object;
    ask_server: AskArgs;
    accept_stand_in: { greeted: number };
  };
}
interface AskArgs {
  readonly request: string;
  readonly args: object;
}
export type WholeWorld = World<TestWhole>;

const PORT = 9000;
/** Where stand-in connections come from. */
export const PEER = address(5 as HostId, 4321);
export const RID = 100;
export const SECOND = 1_000_000;

const at = (slot: number) => address(slot as HostId, PORT);
const configOf = (slots: number): QuorumConfig => ({
  kind: "quorum_config",
  slots: Array.from({ length: slots }, (_, slot) => at(slot)),
});

const elected = program<TestWhole>()({
  name: "elected",
  source: "(stands for the quorum worker that starts its server)",
  start: "start",
  locals: ({ term }: { term: number }) => ({ term }),
  waits: {},
  steps: {
    start(l, m, out) {
      const config = m.quorum.info?.config;
      if (config !== undefined) out.api.serverStart(m, out as never, { config, term: l.term });
      return done();
    },
  },
});

/** Runs a function of the server and says how it ended. */
const askServer = program<TestWhole>()({
  name: "ask_server",
  source: "(stands for the work that processes a message)",
  start: "call",
  locals: (a: AskArgs) => a,
  waits: {},
  steps: {
    call: (l) => ({ call: l.request, args: l.args, then: "answered" }) as never,
    answered(l, _m, out, { error }) {
      out.emit({ kind: "test.returned", request: l.request, error } as never);
      return done();
    },
  },
});

const accept = program<TestWhole>()({
  name: "accept_stand_in",
  source: "(stands for the listen worker: a connection without a socket)",
  start: "accept",
  locals: ({ greeted }: { greeted: number }) => ({ greeted }),
  waits: {},
  steps: {
    accept(l, m, out) {
      const listener = m.server.conn;
      if (listener === undefined) return done({ error: "ENOTCONN" });
      const h = allocConn(m, out as never, {
        reqFuncs: "server",
        notifyUp: "server_notify_up",
        notifyDown: "server_notify_down",
      });
      const c = get(m.net.conns, h);
      c.listening = { ...listener };
      c.rid = l.greeted as Rid;
      c.infoListed = l.greeted !== 0;
      c.peer = PEER;
      c.lastPeer = PEER;
      if (c.infoListed) m.server.clients.push(c.rid);
      get(m.net.conns, listener).accepted.push(h);
      return done();
    },
  },
});

/** Connections that have no socket keep what they would send. */
const keepMessages = program<Scoutfs>()({
  name: "scoutfs_net_send_worker",
  source: "(stands for the send worker of connections without a socket)",
  start: "keep",
  locals: (_a: { readonly of: number }) => ({}),
  waits: {},
  steps: { keep: (_l) => done() },
}) as unknown as AnyProgram<Scoutfs>;

const takePort = program<TestWhole>()({
  name: "take_port",
  source: "(stands for another process of the host)",
  start: "bind",
  locals: () => ({}),
  waits: {},
  steps: {
    bind(_l, _m, out) {
      out.bind(PORT);
      return done();
    },
  },
});

interface Seen {
  readonly kind: string;
  readonly at: number;
  readonly mount: number;
  readonly data: { readonly [field: string]: unknown };
}

/** Keeps what happened, for the tests to ask. */
const witness: Monitor<TestWhole, Seen[]> = {
  promise: "(test)",
  wants: ["*"],
  start: () => [],
  on({ kind, at, mount, data }, state) {
    state.push({ kind, at, mount, data: data as Seen["data"] });
  },
};

export const seen = (w: WholeWorld, kind: string): Seen[] =>
  (w.monitorState(0) as Seen[]).filter((x) => x.kind === kind);
/** The statuses that a server went through, with the cause of the last change. */
export const statuses = (w: WholeWorld): unknown[] =>
  seen(w, "server.status").map(({ data }) => data.to);
export const causes = (w: WholeWorld): unknown[] =>
  seen(w, "server.status").map(({ data }) => data.cause);

export interface WorldOptions {
  readonly mounts: number;
  /** The first of the mounts are quorum members. */
  readonly slots?: number;
  readonly seed?: string;
  /** Takes the place of the program of that name. */
  readonly instead?: AnyProgram<Scoutfs>;
  readonly variants?: readonly Variant[];
}

/** Nothing is mounted. */
export function wholeWorld(o: WorldOptions): WholeWorld {
  const slots = o.slots ?? o.mounts;
  const state = (n: number) =>
    mountState({ rid: (RID + n) as Rid, quorumSlotNr: n < slots ? n : -1 });
  const { instead } = o;
  const plain = programs.map((p) =>
    instead !== undefined && p.name === instead.name ? instead : p,
  );
  const bound = withVariants({ programs: plain, rules: main }, o.variants ?? []);
  const w = build<TestWhole>({
    programs: [
      ...bound.programs,
      elected,
      takePort,
      askServer,
      accept,
    ] as unknown as AnyProgram<TestWhole>[],
    rules: bound.rules,
    api: {
      ...mainApi,
      sysfsStored: () => undefined,
    },
    chooser: seeded(o.seed ?? "whole"),
    hosts: o.mounts,
    jiffiesSince: Array(o.mounts).fill(0),
    mounts: Array.from({ length: o.mounts }, (_, n) => ({
      host: n,
      name: `m${n}`,
      state: state(n),
    })),
    monitors: [witness],
  });
  putBlock(w.device(), CONFIG_BLOCK, configOf(slots));
  return w;
}

/** Slot 0 of two is ready to start its server, but has no quorum worker. */
export function serverWorld(seed = "server", variants: readonly Variant[] = []): WholeWorld {
  const w = wholeWorld({ mounts: 1, slots: 2, seed, instead: keepMessages, variants });
  const m = stateOf(w);
  m.quorum.info = {
    config: configOf(2),
    slot: 0,
    votesNeeded: 1,
    socket: undefined,
    shutdown: false,
    show: quorumStatus(),
  };
  fenceApi.fenceSetup(m, 0);
  for (const name of ["scoutfs_net_setup", "scoutfs_server_setup"]) start(w, 0, name);
  w.runFor(1000);
  return w;
}

export const stateOf = (w: WholeWorld, mount = 0): Mount => w.mount(mount).state;
export const elect = (w: WholeWorld, term: number): number => start(w, 0, "elected", { term });
export const isStatus = (w: WholeWorld, status: ServerStatus, mount = 0): boolean =>
  w.peekMount(mount).state.server.status === status;
/** Whether it came to that within `withinUs`. */
export const becomes = (w: WholeWorld, status: ServerStatus, withinUs = SECOND): boolean =>
  w.runUntil(() => isStatus(w, status), w.now + withinUs);

export function putSuper(w: WholeWorld, change: Partial<SuperBlock>): void {
  putBlock(w.device(), "server.super", { kind: "super", super: { ...emptySuper(), ...change } });
}
/** The mount that had slot 1 was elected and has never stopped. */
export function putLeader(w: WholeWorld, rid: number, term: number): void {
  const ELECT = { ...emptyQuorumBlock.events.ELECT, writeNr: 1, rid: rid as Rid, term };
  const events = { ...emptyQuorumBlock.events, ELECT };
  putBlock(w.device(), quorumBlockName(1), { ...emptyQuorumBlock, events });
}

/** An accepted connection, of a client that has greeted when a rid is given. */
export function accepted(w: WholeWorld, greeted = 0): ConnHandle {
  start(w, 0, "accept_stand_in", { greeted });
  w.runFor(1000);
  const { net, server } = stateOf(w);
  const handle = server.conn && get(net.conns, server.conn).accepted.at(-1);
  if (handle === undefined) throw new Error("the server does not listen");
  return { ...handle };
}
/** Starts any function of the server; `returned` tells how it ended. */
export const call = (w: WholeWorld, request: string, args: object): number =>
  start(w, 0, "ask_server", { request, args });
let lastId = 10;
/** A request as the client of that connection sends it; its id. */
export function request(
  w: WholeWorld,
  conn: ConnHandle,
  { name, cmd, data }: { readonly name: RequestName; readonly cmd: Cmd; readonly data?: Data },
): number {
  lastId++;
  call(w, name, { conn: { ...conn }, cmd, id: lastId, data });
  return lastId;
}
/** The errors that functions of that name have returned, in order. */
export const returned = (w: WholeWorld, name: string): unknown[] =>
  seen(w, "test.returned").flatMap(({ data }) => (data.request === name ? [data.error] : []));
/** What the server has queued for a connection. */
export function sentTo(w: WholeWorld, conn: ConnHandle): MessageSend[] {
  const { sendQueue, resendQueue } = get(stateOf(w).net.conns, conn);
  return [...sendQueue, ...resendQueue].sort((a, b) => a.seq - b.seq);
}

export const REQUESTS = {
  ALLOC_INODES: "server_alloc_inodes",
  GET_LOG_TREES: "server_get_log_trees",
  COMMIT_LOG_TREES: "server_commit_log_trees",
  SRCH_GET_COMPACT: "server_srch_get_compact",
  SRCH_COMMIT_COMPACT: "server_srch_commit_compact",
  GET_ROOTS: "server_get_roots",
  GET_LAST_SEQ: "server_get_last_seq",
  GET_VOLOPT: "server_get_volopt",
  SET_VOLOPT: "server_set_volopt",
  CLEAR_VOLOPT: "server_clear_volopt",
  RESIZE_DEVICES: "server_resize_devices",
  STATFS: "server_statfs",
} as const satisfies Partial<Record<Cmd, RequestName>>;

/** The one response to a request, once it has come. */
export function ask(w: WholeWorld, conn: ConnHandle, cmd: keyof typeof REQUESTS, data?: Data) {
  const id = request(w, conn, { name: REQUESTS[cmd], cmd, data });
  w.runFor(SECOND);
  const [answer, ...others] = sentTo(w, conn).filter((msend) => msend.id === id);
  if (answer?.cmd !== cmd || !answer.response || others.length > 0) {
    throw new Error(`expected one response to ${cmd}`);
  }
  return { error: answer.error, data: answer.data };
}
/** Starts the server; a client that has greeted. */
export function upWithClient(w: WholeWorld): ConnHandle {
  elect(w, 3);
  if (!becomes(w, "UP")) throw new Error("the server does not come up");
  return accepted(w, 40);
}

export const fencedRids = (w: WholeWorld): number[] =>
  [...each(stateOf(w).fence.fences)].map(([, { rid }]) => rid);
/** The agent's answer to every request. */
export function answerFences(w: WholeWorld, answer: "fenced" | "error" = "fenced"): void {
  for (const [fence] of [...each(stateOf(w).fence.fences)]) {
    start(w, 0, `${answer}_store`, { fence, writer: 0 });
  }
}
export function hold(w: WholeWorld, programName: string, label: string): Hold {
  const until = { is: "released" } as const;
  const it: Hold = { program: programName, label, until, mount: -1, held: [], open: false };
  w.holds.push(it);
  return it;
}
export const release = (w: WholeWorld, it: Hold): void => open(w, it);
/** Runs until somebody is held there. */
export const reaches = (w: WholeWorld, it: Hold): boolean =>
  w.runUntil(() => it.held.length > 0, w.now + SECOND);
