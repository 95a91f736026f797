// Building a world: hosts, mounts with an empty kernel, bound tables. What a mount starts with is
// the caller's to say.

import type { AnyProgram, Protocol } from "../../src/core/index.ts";
import type { Chooser } from "./chooser.ts";
import { createDevice, type DeviceOptions } from "./device.ts";
import { Kind } from "./event.ts";
import { createTask, wakeTask } from "./kernel/tasks.ts";
import { createNet, type NetOptions } from "./network/net.ts";
import type { HostData, MountData } from "./state/state.ts";
import {
  type Bounds,
  bindPrograms,
  defaultBounds,
  defaultScheduling,
  listenersOf,
  type Scheduling,
} from "./tables.ts";
import type { Monitor } from "./trace/monitor.ts";
import { World } from "./world.ts";

export interface Blueprint<P extends Protocol> {
  readonly programs: readonly AnyProgram<P>[];
  readonly rules: P["Rules"];
  readonly api: P["Api"];
  readonly chooser: Chooser;
  readonly hosts: number;
  readonly cpus?: number;
  readonly mounts: readonly {
    readonly host: number;
    readonly name: string;
    readonly state: P["State"];
    readonly userspace?: boolean;
  }[];
  /** By host, how long before the run it counted jiffy 0; exact timers unless told. */
  readonly jiffiesSince?: readonly number[];
  readonly net?: NetOptions;
  readonly device?: Partial<DeviceOptions>;
  readonly monitors?: readonly Monitor<P>[];
  readonly plan?: ReadonlyMap<string, (world: never, action: never) => void>;
  readonly bounds?: Partial<Bounds>;
  readonly scheduling?: Scheduling;
  /** Latencies become order, with these budgets: for exhaustive search. */
  readonly ordering?: Readonly<Record<string, number>>;
}

const CPUS = 4;

export const emptyHost = (cpus: number, jiffiesSince?: number): HostData => ({
  up: true,
  paused: false,
  held: [],
  cpus,
  slowPermille: 1000,
  clockPermille: 1000,
  jiffiesSince,
  boots: 1,
});

export const emptyMount = <P extends Protocol>(
  host: number,
  name: string,
  state: P["State"],
  userspace = false,
): MountData<P> => ({
  host,
  name,
  userspace,
  alive: true,
  state,
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

export function build<P extends Protocol>(b: Blueprint<P>): World<P> {
  return new World<P>({
    tables: {
      programs: bindPrograms<P>(b.programs),
      rules: b.rules,
      api: b.api,
      monitors: b.monitors ?? [],
      listeners: listenersOf(b.monitors ?? []),
      plan: b.plan ?? new Map(),
      bounds: { ...defaultBounds, ...b.bounds },
      scheduling: b.scheduling ?? defaultScheduling,
    },
    chooser: b.chooser,
    hosts: Array.from({ length: b.hosts }, (_, host) =>
      emptyHost(b.cpus ?? CPUS, b.jiffiesSince?.[host]),
    ),
    mounts: b.mounts.map((m) => emptyMount<P>(m.host, m.name, m.state, m.userspace)),
    net: createNet(b.net ?? {}),
    device: createDevice<P["Block"]>(b.device ?? {}),
    ...(b.ordering === undefined ? {} : { ordering: b.ordering }),
  });
}

/** Starts a program on a mount from outside; it runs after the usual start delay. */
export function start<P extends Protocol>(
  w: World<P>,
  mount: number,
  program: string,
  args: unknown = {},
): number {
  const slot = createTask(w, mount, { program, args, work: "", atomic: false });
  wakeTask(w, mount, slot);
  return slot;
}

/** Puts an action of the plan at a time from now. */
export function planAt<P extends Protocol>(
  w: World<P>,
  afterUs: number,
  action: { readonly do: string; readonly mount?: number },
): void {
  const mount = action.mount ?? -1;
  w.scheduleAfter({ kind: Kind.plan, mount, who: 0, gen: 0, body: action }, afterUs);
}
