// A mount that has a client and nothing else. The network under it is played: it writes down what
// the client asks of it, and each test says how attempts end and what is answered when.

import { build, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { putBlock } from "../../../sim/engine/device.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import { mainApi } from "../../../src/api.ts";
import { clientPrograms } from "../../../src/client/index.ts";
import {
  type Address,
  type AnyProgram,
  done,
  type Errno,
  fail,
  program,
  type Rid,
  us,
} from "../../../src/core/index.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Mount } from "../../../src/mount/types.ts";
import type { ResponseArgs, SubmitArgs } from "../../../src/net/types.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";
import { emptySuper } from "../../../src/server/super.ts";

export const RID = 7 as Rid;
export const MS = 1000;
export const SECOND = 1_000_000;
const SERVER = 77 as Address;
const CONN = { id: 3, generation: 1 };

/** How the network behaves, and what was asked of it. */
interface Play {
  sinError: Errno | undefined;
  connectError: Errno | undefined;
  connectTakesUs: number;
  connects: number[];
  sent: SubmitArgs[];
  shutdowns: number;
  freed: boolean;
  /** What the network was told of each answered greeting: whether the server is another one. */
  newServers: boolean[];
}
interface Played extends Scoutfs {
  readonly State: Mount & { play: Play };
}
export type ClientWorld = World<Played>;

const none = { waits: {}, source: "(test)" } as const;

const sin = program<Played>()({
  ...none,
  name: "scoutfs_quorum_server_sin",
  start: "find",
  locals: () => ({}),
  steps: {
    find(_l, m) {
      const { sinError } = m.play;
      return sinError === undefined ? done({ value: SERVER }) : fail(sinError);
    },
  },
});

const allocConn = program<Played>()({
  ...none,
  name: "scoutfs_net_alloc_conn",
  start: "allocate",
  locals: () => ({}),
  steps: { allocate: (_l) => done({ value: { ...CONN } }) },
});

const connect = program<Played>()({
  ...none,
  name: "scoutfs_net_connect",
  start: "begin",
  locals: ({ timeout }: { readonly timeout: number }) => ({ timeout }),
  steps: {
    begin(l, m, out) {
      m.play.connects.push(out.now);
      return { sleep: us(Math.min(m.play.connectTakesUs, l.timeout)), then: "end" };
    },
    end: (_l, m) => (m.play.connectError === undefined ? done() : fail(m.play.connectError)),
  },
});

const submit = program<Played>()({
  ...none,
  name: "submit_send",
  start: "submit",
  locals: (args: SubmitArgs) => ({ args }),
  steps: {
    submit({ args }, m) {
      if (m.super.forcingUnmount) return fail("ENOLINK");
      m.play.sent.push({ ...args });
      return done({ value: m.play.sent.length });
    },
  },
});

/** The end of a socket, whoever asked for it: what waits is ended under forced unmount. */
const shutdown = program<Played>()({
  ...none,
  name: "scoutfs_net_shutdown",
  start: "shut",
  locals: () => ({}),
  steps: {
    shut(_l, m) {
      m.play.shutdowns++;
      return "drain";
    },
    drain(_l, m, out) {
      const first = m.super.forcingUnmount ? m.play.sent.shift() : undefined;
      if (first === undefined) {
        out.api.notifyDownLocked(m, out as never, "client_notify_down", { conn: CONN, rid: RID });
        return done();
      }
      const { respFunc, respData } = first;
      if (respFunc === undefined) return "drain";
      const args = { conn: CONN, data: undefined, error: "ECONNABORTED", respData } as const;
      return { call: respFunc, args, then: "drain" };
    },
  },
});

const freeConn = program<Played>()({
  ...none,
  name: "scoutfs_net_free_conn",
  start: "shut",
  locals: () => ({}),
  steps: {
    shut: (_l) => ({ call: "scoutfs_net_shutdown", args: { conn: CONN }, then: "free" }),
    free(_l, m) {
      m.play.freed = true;
      return done();
    },
  },
});

export interface Seen {
  readonly kind: string;
  readonly at: number;
  readonly data: { readonly [field: string]: unknown };
}
const witness: Monitor<Played, Seen[]> = {
  promise: "(test)",
  wants: ["*"],
  start: () => [],
  on({ kind, at, data }, state) {
    const { kind: _kind, ...fields } = data as Seen["data"];
    state.push({ kind, at, data: fields });
  },
};

export const seen = (w: ClientWorld, kind: string): Seen[] =>
  (w.monitorState(0) as Seen[]).filter((x) => x.kind === kind);

function netClientGreeting(m: Mount, _out: unknown, _conn: unknown, isNew: boolean): void {
  (m as Played["State"]).play.newServers.push(isNew);
}

export const notes = (w: ClientWorld): unknown[] => seen(w, "note").map(({ data }) => data.text);

export function clientWorld(play: Partial<Play> = {}, slot = -1): ClientWorld {
  const rest = { connects: [], sent: [], shutdowns: 0, freed: false, newServers: [] };
  const state = {
    ...mountState({ rid: RID, quorumSlotNr: slot }),
    play: { sinError: undefined, connectError: undefined, connectTakesUs: 0, ...rest, ...play },
  };
  const programs = [...clientPrograms, sin, allocConn, connect, submit, shutdown, freeConn];
  return build<Played>({
    programs: programs as unknown as AnyProgram<Played>[],
    rules: main,
    api: { ...mainApi, netClientGreeting, sysfsStored: () => undefined },
    chooser: seeded("client"),
    hosts: 1,
    mounts: [{ host: 0, name: "m0", state }],
    monitors: [witness],
  });
}

export const stateOf = (w: ClientWorld): Played["State"] => w.mount(0).state;
export const playOf = (w: ClientWorld): Play => stateOf(w).play;
export const commands = (w: ClientWorld): string[] => playOf(w).sent.map(({ cmd }) => cmd);

export function setUp(w: ClientWorld, forUs = 0): void {
  start(w, 0, "scoutfs_client_setup");
  w.runFor(forUs === 0 ? MS : forUs);
}

type Response = Pick<ResponseArgs, "data" | "error">;
/** The server answers, or the drain of a shutdown does. */
export function answer(w: ClientWorld, respFunc: string, response: Partial<Response> = {}): void {
  const args = { conn: { ...CONN }, data: undefined, error: undefined, respData: undefined };
  start(w, 0, respFunc, { ...args, ...response });
}
/** A server of that term lets the client in. */
export function greet(w: ClientWorld, serverTerm: number): void {
  const data = { serverTerm, rid: RID, farewell: false, quorum: false };
  answer(w, "client_greeting", { data });
  w.runFor(MS);
}
/** The socket breaks. */
export function breakSocket(w: ClientWorld): void {
  start(w, 0, "client_notify_down", { conn: { ...CONN }, rid: RID });
  w.runFor(MS);
}

/** The server has, or no longer has, the item of this mount on the device. */
export function putItem(w: ClientWorld, rids: readonly number[]): void {
  const mountedClients = rids.map((rid) => ({ rid: rid as Rid, address: SERVER, quorum: false }));
  putBlock(w.device(), "server.super", {
    kind: "super",
    super: { ...emptySuper(), mountedClients },
  });
}

export function hold(w: ClientWorld, programName: string, label: string): Hold {
  const until = { is: "released" } as const;
  const it: Hold = { program: programName, label, until, mount: -1, held: [], open: false };
  w.holds.push(it);
  return it;
}
export const release = (w: ClientWorld, it: Hold): void => open(w, it);
export const reaches = (w: ClientWorld, it: Hold): boolean =>
  w.runUntil(() => it.held.length > 0, w.now + SECOND);
export const isGone = (w: ClientWorld): boolean => !stateOf(w).parts.includes("client");
