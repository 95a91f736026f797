// The world of one twin: one mount of the model and nobody else. What others do to it comes from
// the recording: datagrams are put into its socket, blocks of the device are written. A task is
// preempted after every step, so that the acceptor may choose who goes on.

import { mainApi } from "../../../src/api.ts";
import type { AnyProgram, Protocol, Rid } from "../../../src/core/index.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Cmd, RequestSide } from "../../../src/net/types.ts";
import { programs } from "../../../src/programs.ts";
import { CONFIG_BLOCK } from "../../../src/quorum/config.ts";
import { main as rules } from "../../../src/rules.ts";
import { emptySuper } from "../../../src/server/super.ts";
import { build, start } from "../../engine/build.ts";
import { putBlock } from "../../engine/device.ts";
import { UNBOUNDED } from "../../engine/machine.ts";
import type { Frame } from "../../engine/state/state.ts";
import type { World } from "../../engine/world.ts";
import { guided } from "./clock.ts";
import { answered, type Ledger } from "./messages.ts";
import { probed, probedApi, recordProbe } from "./probes.ts";
import type { Receipts } from "./receipts.ts";
import { ME, slotAddress } from "./slots.ts";
import { type TwinPart, twinPrograms } from "./stand-ins.ts";
import { onTwinSockets } from "./streams.ts";
import type { Mounted } from "./timeline.ts";

// biome-ignore lint/suspicious/noExplicitAny: a twin looks into the state of every folder
export type TwinWorld = World<any>;

/** A datagram that some mount of the recording sent. */
export interface Sent {
  readonly at: number;
  /** Its slot, -1 where the recording does not tell; to: -1 for all others. */
  readonly from: number;
  readonly to: number;
  readonly type: unknown;
  readonly term: unknown;
}

export interface TwinOptions {
  readonly name: string;
  readonly rid: number;
  /** -1: no quorum member. */
  readonly slot: number;
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  /** Programs to follow with instead of the plain model. */
  readonly model?: TwinModel;
  /** When the recording ends. */
  readonly endAt: number;
  /** What all mounts sent, in order. */
  readonly sent: readonly Sent[];
  readonly ledger: Ledger;
  /** By connection and sending side (`inOrder` in compare.ts): what was sent on it, in order. */
  readonly streams: ReadonlyMap<string, readonly string[]>;
  readonly receipts: Receipts;
}

const slowDevice = {
  readMin: 0,
  readMax: UNBOUNDED,
  landMin: 0,
  landMax: UNBOUNDED,
  completeMin: 0,
  completeMax: UNBOUNDED,
};

const replaced = new Set(twinPrograms.map((p) => p.name as string));
/** The programs of the model with probes on them, and what stands in for the rest. */
const bind = (model: TwinModel) =>
  probed(
    [...model.filter((p) => !replaced.has(p.name)), ...twinPrograms].map((p) =>
      onTwinSockets(p as unknown as AnyProgram<Protocol>),
    ),
  );

// biome-ignore lint/suspicious/noExplicitAny: programs of every folder, or their mutants
export type TwinModel = readonly AnyProgram<any>[];

const main = bind(programs);
const api = probedApi({
  ...mainApi,
  sysfsStored: () => undefined,
  transRestartSyncDeadline: () => undefined,
  requestFunction: (side: RequestSide, cmd: Cmd) =>
    cmd.startsWith("LOCK") || (side === "server" && answered.includes(cmd))
      ? (mainApi.requestFunction(side, cmd) ?? "twin request")
      : "twin request",
});

export function twinWorld(o: TwinOptions): TwinWorld {
  const state = mountState({
    rid: o.rid as Rid,
    quorumSlotNr: o.slot,
    quorumHeartbeatTimeoutMs: o.heartbeatTimeoutMs,
  });
  const anyTime = { min: 0, max: UNBOUNDED };
  const w: TwinWorld = build({
    programs: o.model === undefined ? main : bind(o.model),
    rules,
    api,
    chooser: guided,
    hosts: 1,
    mounts: [
      {
        host: 0,
        name: o.name,
        state: { ...state, twin: { socks: [], owed: [], bound: [] } satisfies TwinPart },
      },
    ],
    monitors: [recordProbe],
    scheduling: { start: anyTime, preemptWithin: 0 },
    ordering: { preempt: Number.POSITIVE_INFINITY },
    net: { sameHost: { datagramsCut: true } },
    device: slowDevice,
    bounds: { timeUs: Number.MAX_SAFE_INTEGER },
  });
  const slots = Array.from({ length: o.slots }, (_, n) => slotAddress(n));
  putBlock<unknown>(w.device(), CONFIG_BLOCK, { kind: "quorum_config", slots });
  start(w, ME, "scoutfs_fill_super");
  return w;
}

/** Who is mounted, as somebody else has committed it. */
export function putSuper(w: TwinWorld, mounted: readonly Mounted[]): void {
  const mountedClients = mounted.map(({ rid, quorum, slot }) => ({
    rid,
    quorum,
    address: slotAddress(slot),
  }));
  putBlock<unknown>(w.device(), "server.super", {
    kind: "super",
    super: { ...emptySuper(), mountedClients },
  });
}

/** The place of every task, as `program @ label`. */
export function places(w: TwinWorld): string[] {
  const crashed = w.violations.map(({ place, text }) => `crashed at ${place}: ${text}`);
  const standing = w
    .peekMount(ME)
    .tasks.flatMap((task) => (task === undefined ? [] : [stackOf(task.frames)]));
  return [...crashed, ...standing];
}

const stackOf = (frames: readonly Frame[]): string =>
  frames.map(({ program, label }) => `${program} @ ${label}`).join(" > ");
