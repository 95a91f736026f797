// A small real world for fencing: servers with their fence requests, targets that can be unmounted
// by force, agents, and their sysfs and hosts bound to the engine.

import { build, planAt, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { wakeQueue } from "../../../sim/engine/kernel/tasks.ts";
import { MemorySink } from "../../../sim/engine/trace/trace.ts";
import type { World } from "../../../sim/engine/world.ts";
import {
  type Address,
  type AnyProgram,
  address,
  done,
  type HostId,
  type MountId,
  type Out,
  type Protocol,
  program,
  type Rid,
  us,
} from "../../../src/core/index.ts";
import {
  fenceApi,
  fenceDirs,
  fenceRules,
  fenceState,
  hostOfIp,
  isStoring,
  openStore,
  readFenceFile,
  ridText,
} from "../../../src/fence/api.ts";
import { fencePrograms } from "../../../src/fence/index.ts";
import type {
  FenceApi,
  FenceCalls,
  FenceFile,
  FenceMount,
  FenceNeedsApi,
  FenceRules,
} from "../../../src/fence/types.ts";
import { fencedRules, fencedState } from "../../../src/fenced/api.ts";
import { fencedPrograms } from "../../../src/fenced/index.ts";
import type {
  AgentOptions,
  FencedApi,
  FencedCalls,
  FencedMount,
  FencedRules,
  HostApi,
  SysfsApi,
  SysfsDir,
} from "../../../src/fenced/types.ts";

interface Target {
  readonly rid: Rid;
  readonly device: string;
  dir: boolean;
  mounted: boolean;
  forced: boolean;
  umount: "none" | "running" | "done" | "failed";
  /** It is in use: the umount fails, though it is forced. */
  busy: boolean;
  readonly umountUs: number;
}

export interface Fencing extends Protocol {
  State: FenceMount & FencedMount & { target: Target };
  Rules: FenceRules & FencedRules;
  Api: FenceApi & FenceNeedsApi<Fencing> & FencedApi<Fencing>;
  Calls: FenceCalls & FencedCalls & { umount: { agent: MountId }; wait_all: { for: number } };
  Datagram: never;
  Message: never;
  Block: never;
  Record: { readonly kind: string };
  Queue: never;
  WaitQueue: "fence.waitq" | "fence.sysfs" | "fenced.waitq";
  Mutex: "fence.mutex";
}
type W = World<Fencing>;

const umount = program<Fencing>()({
  name: "umount",
  source: "(test)",
  start: "force",
  locals: (a: { agent: MountId }) => a,
  waits: {},
  steps: {
    force(_l, m) {
      m.target.forced = true;
      if (m.target.busy) return "end";
      m.target.mounted = false;
      return { sleep: us(m.target.umountUs), then: "putSuper" };
    },
    putSuper(_l, m) {
      m.target.dir = false;
      return "end";
    },
    end(l, m, out) {
      m.target.umount = m.target.busy ? "failed" : "done";
      out.api.sysfsStored(out, l.agent);
      return done();
    },
  },
});

export const nameOf = (n: number): string => `f.1.r.${ridText(n as Rid)}`;

function findBy(w: W, out: Out<Fencing>, isIt: (t: Target) => boolean): number | undefined {
  const host = w.peekMount(out.mount).host;
  for (let id = 0; id < w.mountCount; id++) {
    const m = w.peekMount(id);
    if (m.alive && m.host === host && isIt(m.state.target)) return id;
  }
  return undefined;
}

function sysfs(world: () => W): SysfsApi<Fencing> {
  const owner = (out: Out<Fencing>, { mount }: SysfsDir) =>
    findBy(world(), out, (t) => t.dir && ridName(t) === mount);
  const ridName = (t: Target) => nameOf(t.rid);
  return {
    mounts(out) {
      const names: string[] = [];
      findBy(world(), out, (t) => {
        if (t.dir) names.push(ridName(t));
        return false;
      });
      return names.sort((a, b) => (a < b ? -1 : 1));
    },
    requests(out, mount) {
      const id = owner(out, { mount });
      return id === undefined ? [] : fenceDirs(world().peekMount(id).state);
    },
    isDir(out, dir) {
      const id = owner(out, dir);
      if (id === undefined || dir.request === undefined) return id !== undefined;
      return fenceDirs(world().peekMount(id).state).includes(dir.request);
    },
    read(out, dir, file) {
      const id = owner(out, dir);
      if (id === undefined) return undefined;
      const m = world().peekMount(id).state;
      if (dir.request !== undefined) {
        return readFenceFile(m, out.now, { request: dir.request, file: file as FenceFile });
      }
      return file === "rid" ? ridText(m.target.rid) : m.target.device;
    },
    write(out, dir, file) {
      const id = owner(out, dir);
      if (id === undefined || dir.request === undefined) return undefined;
      const fence = openStore(world().mount(id).state, out.mount, { request: dir.request, file });
      if (fence === undefined) return undefined;
      start(world(), id, `${file}_store`, { fence, writer: out.mount });
      return { mount: id as MountId, fence };
    },
    isolate(out, dir) {
      const id = owner(out, dir);
      if (id !== undefined) world().mount(id).state.target.forced = true;
    },
    isStoring: (out, { mount, fence }) =>
      isStoring(world().peekMount(mount).state, fence, out.mount),
  };
}

function host(world: () => W): HostApi<Fencing> {
  const byDevice = (out: Out<Fencing>, device: string) =>
    findBy(world(), out, (t) => t.mounted && t.device === device);
  return {
    findMount: (out, device) => (byDevice(out, device) === undefined ? "" : `/mnt/${device}`),
    forceUmount(out, target) {
      const id = byDevice(out, target.slice("/mnt/".length));
      if (id === undefined) return false;
      world().mount(id).state.target.umount = "running";
      start(world(), id, "umount", { agent: out.mount });
      return true;
    },
    umountState(out, target) {
      const id = findBy(world(), out, (t) => `/mnt/${t.device}` === target);
      const state = id === undefined ? "failed" : world().peekMount(id).state.target.umount;
      return state === "none" ? "failed" : state;
    },
    cutPower(_out, ip) {
      const id = hostOfIp(ip);
      if (id === undefined) return false;
      planAt(world(), 1, { do: "power off", mount: id });
      return true;
    },
    isOff: (_out, ip) => !world().peekHost(hostOfIp(ip) as number).up,
  };
}

export interface FencingOptions {
  readonly agent?: Partial<AgentOptions>;
  readonly rules?: Partial<Fencing["Rules"]>;
  readonly seed?: string;
  readonly umountUs?: number;
}

export const SERVER = 0;
export const AGENT = 1;
export const TARGET = 2;
export const OTHER = 3;
export const RID = { server: 10, agent: 0, target: 0x22, other: 0x33 } as const;

/** Slot 0 the server, 1 its agent, 2 and 3 targets: all on host 0, but 3 on host 1 for power. */
export function fencingWorld(o: FencingOptions = {}) {
  let w: W | undefined;
  const world = (): W => w as W;
  const away = o.agent?.run === "power" ? 1 : 0;
  const state = (rid: number, device: string) => ({
    fence: fenceState(),
    fenced: fencedState(o.agent),
    target: {
      rid: rid as Rid,
      device,
      dir: rid !== 0,
      mounted: rid !== 0,
      forced: false,
      umount: "none" as const,
      busy: false,
      umountUs: o.umountUs ?? 1000,
    },
  });
  const trace = new MemorySink(100_000);
  w = build<Fencing>({
    programs: [...fencePrograms, ...fencedPrograms, umount] as unknown as AnyProgram<Fencing>[],
    rules: { ...fenceRules, ...fencedRules, ...o.rules },
    api: {
      ...fenceApi,
      sysfsStored: (_out, writer) => wakeQueue(world(), writer, "fenced.waitq"),
      sysfs: sysfs(world),
      host: host(world),
    },
    chooser: seeded(o.seed ?? "fencing"),
    hosts: 2,
    mounts: [
      { host: 0, name: "server", state: state(RID.server, "7:0") },
      { host: 0, name: "agent", state: state(RID.agent, "") },
      { host: 0, name: "target", state: state(RID.target, "7:2") },
      { host: away, name: "other", state: state(RID.other, "7:3") },
    ],
    plan: new Map([
      ["power off", (at: W, action: { mount: number }) => powerOff(at, action.mount)],
    ]) as never,
  });
  fenceApi.fenceSetup(w.mount(SERVER).state, 0);
  w.trace.sink = trace;
  start(w, AGENT, "scoutfs_fenced");
  return { w, trace };
}

export const addressOf = (hostId: number): Address => address(hostId as HostId, 6000);

/** Asks for a rid to be fenced, by whose server it is. */
export function fence(w: W, rid: number, hostId = 0): void {
  const args = { rid: rid as Rid, address: addressOf(hostId), reason: "client_reconnect" };
  start(w, SERVER, "scoutfs_fence_start", args);
}

export const targetOf = (w: W, mount: number): Target => w.mount(mount).state.target;
export const answered = (w: W) => fenceApi.fenceNext(w.peekMount(SERVER).state, w.out);
