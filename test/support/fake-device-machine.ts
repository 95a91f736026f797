// A machine with just enough around the device and the hosts to test them alone: a list of events,
// tasks that only wait, and draws that a test sets by hand (0 and "no" unless it does).

import {
  createDevice,
  type Device,
  type DeviceOptions,
  onIo,
  startIo,
} from "../../sim/engine/device.ts";
import { type Event, Kind } from "../../sim/engine/event.ts";
import { heldBack } from "../../sim/engine/hosts.ts";
import type { Delay, Machine, Scheduled } from "../../sim/engine/machine.ts";
import { createNet } from "../../sim/engine/network/net.ts";
import type { HostData, MountData, Task } from "../../sim/engine/state/state.ts";
import type { Io, Protocol } from "../../src/core/index.ts";

export interface Blocks extends Protocol {
  readonly Block: string;
}

interface Setup {
  /** The host of each mount. */
  readonly hostOf?: readonly number[];
  readonly options?: Partial<DeviceOptions>;
}

const emptyMount = (host: number, id: number): MountData<Blocks> => ({
  host,
  name: `m${id}`,
  alive: true,
  userspace: false,
  state: {},
  tasks: [],
  results: new Map(),
  nextGeneration: 1,
  preemptWithin: undefined,
  priorities: undefined,
  waiters: new Map(),
  mutexes: new Map(),
  works: new Map(),
  queues: new Map(),
  timers: new Map(),
  sockets: [],
});

export const emptyHost = (): HostData => ({
  up: true,
  paused: false,
  held: [],
  cpus: 4,
  slowPermille: 1000,
  clockPermille: 1000,
  jiffiesSince: undefined,
  boots: 1,
});

export function fakeMachine({ hostOf = [0, 1], options = {} }: Setup = {}) {
  const hosts = Array.from({ length: Math.max(...hostOf) + 1 }, emptyHost);
  const mounts = hostOf.map(emptyMount);
  const net = createNet({});
  const device: Device<string> = createDevice(options);
  let pending: Event[] = [];
  let order = 0;
  /** Draws by the reason given for them; each is used up. */
  const draws = new Map<string, number[]>();
  const told: string[] = [];
  const ran: string[] = [];
  const records: { mount: number; kind: string; data: { did?: string } }[] = [];

  const push = (e: Scheduled, delay: number) => {
    const at = machine.now + delay;
    pending.push({ ...e, at, by: at, order: order++, cause: 0 });
  };
  const machine = {
    tables: {} as Machine<Blocks>["tables"],
    now: 0,
    ordering: false,
    mountCount: mounts.length,
    mount: (id: number) => mounts[id] as MountData<Blocks>,
    host: (id: number) => hosts[id] as HostData,
    net: () => net,
    device: () => device,
    pick: (_who: number, why: string, _n: number) => draws.get(why)?.shift() ?? 0,
    chance: (_who: number, why: string, permille: number) =>
      permille === 1000 || (draws.get(why)?.shift() ?? 0) === 1,
    schedule: (e: Scheduled, delay: Delay, _who: number, why: string) =>
      push(e, delay.min + machine.pick(0, why, delay.max - delay.min + 1)),
    scheduleAfter: push,
    record: (mount: number, kind: string, data: object) => {
      records.push({ mount, kind, data: { ...data } });
    },
    ready: (mount: number, task: number, ret: { value?: unknown; error?: string | undefined }) => {
      const t = mounts[mount]?.tasks[task] as Task;
      t.resume++;
      told.push(`${machine.now} m${mount} ${ret.error ?? ret.value ?? "ok"}`);
    },
    wakeSocket: () => {},
    tooMuch: (what: string): never => {
      throw new Error(`too much: ${what}`);
    },
  };
  const real: Machine<Blocks> = machine as unknown as Machine<Blocks>;

  const dispatch = (e: Event) => {
    if (e.mount >= 0 && heldBack(real, e)) return;
    if (e.kind === Kind.io) onIo(real, e);
    else ran.push(`${machine.now} ${e.kind === Kind.plan ? "plan" : `m${e.mount}`} ${e.body}`);
  };
  /** Runs what is due within that time. */
  const run = (forUs: number) => {
    const until = machine.now + forUs;
    for (;;) {
      pending = pending.toSorted((a, b) => a.at - b.at || a.order - b.order);
      const next = pending[0];
      if (next === undefined || next.at > until) break;
      pending.shift();
      machine.now = next.at;
      dispatch(next);
    }
    machine.now = until;
  };
  /** A new task of the mount issues the I/O and parks. */
  const issue = (mount: number, io: Io<string>) => {
    const m = mounts[mount] as MountData<Blocks>;
    m.tasks.push({ generation: m.nextGeneration++, resume: 0 } as Task);
    startIo(real, mount, m.tasks.length - 1, io);
  };
  return {
    machine: real,
    device,
    draws,
    told,
    ran,
    records,
    run,
    write: (mount: number, block: string, content: string) =>
      issue(mount, { op: "write", block, content }),
    read: (mount: number, block: string) => issue(mount, { op: "read", block }),
    /** Something happens to that mount after a while. */
    happens: (mount: number, body: string, afterUs: number) =>
      push({ kind: Kind.timer, mount, who: 0, gen: 0, body }, afterUs),
    ios: () => records.filter((r) => r.kind === "io").map((r) => `m${r.mount} ${r.data.did}`),
  };
}
