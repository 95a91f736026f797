// A small world for quorum.c: real workers, datagrams and blocks, a server that only comes up and
// goes down, and an agent that takes a while to fence.

import { build, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { peekBlock, putBlock } from "../../../sim/engine/device.ts";
import type { NetOptions } from "../../../sim/engine/network/net.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import type { AnyProgram, HostId, Protocol, Rid, Us } from "../../../src/core/index.ts";
import { address, done, fail, ms, program, seconds } from "../../../src/core/index.ts";
import { quorumApi } from "../../../src/quorum/api.ts";
import { CONFIG_BLOCK, quorumBlockName } from "../../../src/quorum/config.ts";
import { quorumPrograms } from "../../../src/quorum/programs.ts";
import { quorumRules } from "../../../src/quorum/rules.ts";
import { quorumState } from "../../../src/quorum/state.ts";
import type {
  QuorumApi,
  QuorumBlock,
  QuorumBlocks,
  QuorumCalls,
  QuorumConfig,
  QuorumMessage,
  QuorumMount,
  QuorumNeeds,
  QuorumNeedsApi,
  QuorumRecord,
  QuorumRules,
  QuorumStatus,
} from "../../../src/quorum/types.ts";

type Status = "DOWN" | "STARTING" | "UP" | "STOPPING";

export interface TestMount extends QuorumMount {
  readonly super: QuorumMount["super"] & { rid: Rid };
  readonly server: {
    status: Status;
    term: number;
    config: QuorumConfig | undefined;
    startTime: Us;
    stopTime: Us;
  };
  readonly fence: { time: Us; pending: boolean };
}

export interface TestQuorum extends Protocol {
  State: TestMount;
  Rules: QuorumRules;
  Api: QuorumApi & QuorumNeedsApi<TestQuorum>;
  Calls: QuorumCalls & QuorumNeeds & { server_worker: { of: number } };
  Datagram: QuorumMessage;
  Message: never;
  Block: QuorumBlocks;
  Record:
    | QuorumRecord
    | { readonly kind: "server"; readonly status: Status; readonly term: number }
    | { readonly kind: "fence"; readonly rid: Rid };
  Queue: "quorum.workq" | "server.wq";
  WaitQueue: "server.waitq";
  Mutex: never;
}

const serverWorker = program<TestQuorum>()({
  name: "server_worker",
  source: "(test)",
  start: "fence",
  locals: (_a: { of: number }) => ({}),
  waits: {
    stopping: {
      on: (_l) => "server.waitq",
      until: (_l, m) => m.server.status === "STOPPING",
      blames: (_l) => ({ who: "the quorum worker", because: "it has not stopped the server" }),
    },
  },
  steps: {
    fence(_l, m) {
      const { config, term } = m.server;
      if (config === undefined) return done();
      return { call: "scoutfs_quorum_fence_leaders", args: { config, term }, then: "fenced" };
    },
    fenced: (_l, m, _out, ret) =>
      ret.error === undefined ? { sleep: m.server.startTime, then: "up" } : "down",
    up(_l, m, out) {
      if (m.server.status === "STARTING") {
        m.server.status = "UP";
        out.emit({ kind: "server", status: "UP", term: m.server.term });
      }
      return { wait: "stopping", then: "stop" };
    },
    stop: (_l, m) => ({ sleep: m.server.stopTime, then: "down" }),
    down(_l, m, out) {
      m.server.status = "DOWN";
      out.emit({ kind: "server", status: "DOWN", term: m.server.term });
      return done();
    },
  },
});

const stopServer = program<TestQuorum>()({
  name: "stop_server",
  source: "(test)",
  start: "stop",
  locals: (_a: { cause: string }) => ({}),
  waits: {},
  steps: {
    stop(_l, m, out) {
      if (m.server.status === "STARTING" || m.server.status === "UP") m.server.status = "STOPPING";
      out.wake("server.waitq");
      return done();
    },
  },
});

const stopWait = program<TestQuorum>()({
  name: "scoutfs_server_stop_wait",
  source: "(test)",
  start: "stop",
  locals: ({ cause }: { cause: string }) => ({ cause }),
  waits: {},
  steps: {
    stop: (l) => ({ call: "stop_server", args: { cause: l.cause }, then: "flush" }),
    flush: (_l) => ({ flush: ["server_worker", 0], then: "done" }),
    done: (_l) => done(),
  },
});

const fenceStart = program<TestQuorum>()({
  name: "scoutfs_fence_start",
  source: "(test)",
  start: "start",
  locals: ({ rid }: QuorumNeeds["scoutfs_fence_start"]) => ({ rid }),
  waits: {},
  steps: {
    start(l, m, out) {
      out.emit({ kind: "fence", rid: l.rid });
      m.fence.pending = true;
      return done();
    },
  },
});

const waitFenced = program<TestQuorum>()({
  name: "scoutfs_fence_wait_fenced",
  source: "(test)",
  start: "wait",
  locals: ({ timeout }: QuorumNeeds["scoutfs_fence_wait_fenced"]) => ({ timeout }),
  waits: {},
  steps: {
    wait(l, m) {
      if (!m.fence.pending) return done();
      m.fence.pending = false;
      const { time } = m.fence;
      return time > l.timeout
        ? { sleep: l.timeout, then: "late" }
        : { sleep: time, then: "fenced" };
    },
    fenced: (_l) => done(),
    late: (_l) => fail("ETIMEDOUT"),
  },
});

const stubs: readonly AnyProgram<TestQuorum>[] = [
  serverWorker,
  stopServer,
  stopWait,
  fenceStart,
  waitFenced,
];
/** (The two protocols name each other through `out.api`: more than the checker follows.) */
export const testPrograms = [
  ...(quorumPrograms as unknown as readonly AnyProgram<TestQuorum>[]),
  ...stubs,
];

export const testApi: TestQuorum["Api"] = {
  ...quorumApi,
  serverStart(m, out, { config, term }) {
    const { server } = m;
    if (server.status !== "DOWN") return;
    server.status = "STARTING";
    server.config = config;
    server.term = term;
    out.queueWork("server.wq", ["server_worker", 0]);
  },
  serverIsRunning: ({ server: { status } }) => status === "STARTING" || status === "UP",
  serverIsUp: ({ server: { status } }) => status === "UP",
  serverIsDown: ({ server: { status } }) => status === "DOWN",
};

export interface Happening {
  readonly at: number;
  readonly mount: number;
  readonly what: TestQuorum["Record"];
}

const KINDS: readonly TestQuorum["Record"]["kind"][] = [
  "quorum_send_message",
  "quorum_recv_message",
  "quorum_block_event",
  "quorum_block_event_ret",
  "fence_leaders_ret",
  "quorum_worker_exit",
  "server",
  "fence",
];

/** Keeps what happened, for the tests to ask. */
const witness: Monitor<TestQuorum, Happening[]> = {
  promise: "(test)",
  wants: KINDS,
  start: () => [],
  on(entry, state) {
    const what = { ...(entry.data as object), kind: entry.kind } as TestQuorum["Record"];
    state.push({ at: entry.at, mount: entry.mount, what });
  },
};

const PORT = 9000;
const HEARTBEAT_TIMEOUT_MS = 10_000;

export interface Options {
  readonly slots: number;
  /** Fewer mounts than slots leave the last ones empty; more are no members. */
  readonly mounts?: number;
  readonly seed?: string;
  readonly rules?: Partial<QuorumRules>;
  readonly programs?: readonly AnyProgram<TestQuorum>[];
  readonly heartbeatTimeoutMs?: number;
  readonly fenceTime?: Us;
  readonly startTime?: Us;
  readonly phases?: readonly Us[];
  readonly net?: NetOptions;
}

export type QuorumWorld = World<TestQuorum>;

const mountState = (o: Options, slot: number): TestMount => ({
  super: { forcingUnmount: false, rid: (1000 + slot) as Rid },
  options: {
    quorumSlotNr: slot < o.slots ? slot : -1,
    quorumHeartbeatTimeoutMs: o.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS,
  },
  quorum: quorumState(),
  server: {
    status: "DOWN",
    term: 0,
    config: undefined,
    startTime: o.startTime ?? ms(20),
    stopTime: ms(5),
  },
  fence: { time: o.fenceTime ?? ms(1000), pending: false },
});

/** A host with a mount for each slot; nothing is mounted yet. */
export function quorumWorld(o: Options): QuorumWorld {
  const mounts = o.mounts ?? o.slots;
  const w = build<TestQuorum>({
    programs: o.programs ?? testPrograms,
    rules: { ...quorumRules, ...o.rules },
    api: testApi,
    chooser: seeded(o.seed ?? "quorum"),
    hosts: Math.max(mounts, o.slots),
    jiffiesSince: o.phases ?? Array(Math.max(mounts, o.slots)).fill(0),
    mounts: Array.from({ length: mounts }, (_, slot) => ({
      host: slot,
      name: `m${slot}`,
      state: mountState(o, slot),
    })),
    monitors: [witness],
    ...(o.net === undefined ? {} : { net: o.net }),
  });
  const slots = Array.from({ length: o.slots }, (_, slot) => address(slot as HostId, PORT));
  putBlock(w.device(), CONFIG_BLOCK, { kind: "quorum_config", slots });
  return w;
}

export function mountOne(w: QuorumWorld, slot: number): void {
  const m = w.mount(slot);
  if (!m.queues.has("server.wq")) {
    m.queues.set("server.wq", {
      maxActive: 4,
      active: 0,
      waiting: [],
      draining: 0,
      watchers: [],
    });
  }
  start(w, slot, "scoutfs_quorum_setup");
}
export function mountAll(w: QuorumWorld): void {
  for (let slot = 0; slot < w.mountCount; slot++) mountOne(w, slot);
}
export const unmountOne = (w: QuorumWorld, slot: number): void => {
  start(w, slot, "scoutfs_quorum_destroy");
};
export const force = (w: QuorumWorld, slot: number): void => {
  w.mount(slot).state.super.forcingUnmount = true;
};
/** The same slot again, with a new rid. */
export function remount(w: QuorumWorld, slot: number): void {
  const { super: sup } = w.mount(slot).state;
  sup.forcingUnmount = false;
  sup.rid = (sup.rid + 1000) as Rid;
  mountOne(w, slot);
}

/** The server's own end, as after an error of its own. */
export function stopOwnServer(w: QuorumWorld, slot: number): void {
  start(w, slot, "stop_server", { cause: "test" });
}

export const happened = (w: QuorumWorld): readonly Happening[] => w.monitorState(0) as Happening[];
export const blockOf = (w: QuorumWorld, slot: number): QuorumBlock =>
  peekBlock(w.peekDevice(), quorumBlockName(slot)) as QuorumBlock;
export const shown = (w: QuorumWorld, slot: number): QuorumStatus | undefined =>
  w.peekMount(slot).state.quorum.info?.show;

/** The mount whose server is up in the greatest term. */
export function leader(w: QuorumWorld): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < w.mountCount; i++) {
    const { server } = w.peekMount(i).state;
    if (server.status !== "UP") continue;
    if (best === undefined || server.term > w.peekMount(best).state.server.term) best = i;
  }
  return best;
}

/** Runs until a server is up and its FENCE is on disk; the mount of it. */
export function runUntilLeader(w: QuorumWorld, except?: number, within = seconds(60)): number {
  const isLed = () => {
    const slot = leader(w);
    if (slot === undefined || slot === except) return false;
    const { FENCE, ELECT } = blockOf(w, slot).events;
    return FENCE.term === ELECT.term && shown(w, slot)?.role === "leader";
  };
  if (!w.runUntil(isLed, w.now + within)) throw new Error(`no leader until ${w.now} us`);
  return leader(w) as number;
}

type OfKind<K extends string> = Extract<TestQuorum["Record"], { kind: K }>;
export function only<K extends TestQuorum["Record"]["kind"]>(
  w: QuorumWorld,
  kind: K,
): { at: number; mount: number; what: OfKind<K> }[] {
  return happened(w).filter((h) => h.what.kind === kind) as {
    at: number;
    mount: number;
    what: OfKind<K>;
  }[];
}
/** Terms whose ELECT reached a block, in order. */
export const elections = (w: QuorumWorld) =>
  only(w, "quorum_block_event_ret").filter((h) => h.what.event === "ELECT" && h.what.ret === 0);
