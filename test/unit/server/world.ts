// Worlds of the whole protocol for the server's worker and for mounts: a host for each mount, the
// device, and no agent but the test. Either mounts are made by hand as far as a server needs, or
// nothing is mounted yet.

import { build, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { putBlock } from "../../../sim/engine/device.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import { mainApi } from "../../../src/api.ts";
import type { AnyProgram, HostId, Rid } from "../../../src/core/index.ts";
import { address, done, each, program } from "../../../src/core/index.ts";
import { fenceApi } from "../../../src/fence/api.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { programs } from "../../../src/programs.ts";
import type { Calls, Scoutfs } from "../../../src/protocol.ts";
import { emptyQuorumBlock } from "../../../src/quorum/blocks.ts";
import { CONFIG_BLOCK, quorumBlockName } from "../../../src/quorum/config.ts";
import { quorumStatus } from "../../../src/quorum/roles.ts";
import type { QuorumConfig } from "../../../src/quorum/types.ts";
import { main } from "../../../src/rules.ts";
import { emptySuper, type SuperBlock } from "../../../src/server/super.ts";
import type { ServerStatus } from "../../../src/server/types.ts";

interface TestWhole extends Scoutfs {
  readonly Calls: Calls & { elected: { term: number }; take_port: object };
}
export type WholeWorld = World<TestWhole>;

const PORT = 9000;
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
  (w.monitorStates()[0] as Seen[]).filter((x) => x.kind === kind);
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
}

/** Nothing is mounted. */
export function wholeWorld(o: WorldOptions): WholeWorld {
  const slots = o.slots ?? o.mounts;
  const state = (n: number) =>
    mountState({ rid: (RID + n) as Rid, quorumSlotNr: n < slots ? n : -1 });
  const { instead } = o;
  const plain = programs.map((p) => (p.name === instead?.name ? instead : p));
  const w = build<TestWhole>({
    programs: [...plain, elected, takePort] as unknown as AnyProgram<TestWhole>[],
    rules: main,
    api: {
      ...mainApi,
      sysfsStored: () => undefined,
    },
    chooser: seeded(o.seed ?? "whole"),
    hosts: o.mounts,
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
export function serverWorld(seed = "server"): WholeWorld {
  const w = wholeWorld({ mounts: 1, slots: 2, seed });
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
