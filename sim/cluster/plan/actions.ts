// What each kind of step of a plan does to a cluster. Each looks whether it is possible at that
// moment, and says of the mounts that it touches that they may be fenced from now on.

import { RESTART_SEC } from "../../../src/fenced/api.ts";
import { planAt, start } from "../../engine/build.ts";
import { scaled, slowestIoUs } from "../../engine/device.ts";
import * as hosts from "../../engine/hosts.ts";
import { latestStartUs } from "../../engine/kernel/priorities.ts";
import { setPreemption, signal } from "../../engine/kernel/tasks.ts";
import { resetOpenedBy, resetStreams } from "../../engine/network/streams.ts";
import { killAgent, setAgent } from "../world/agents.ts";
import { type ClusterOptions, deviceOf, remount } from "../world/cluster.ts";
import type { ClusterMount, ClusterWorld } from "../world/types.ts";
import {
  blame,
  blameAwaited,
  blameNewcomer,
  EVERY_HOST,
  isNearlyStill,
  RECOVERY_LEAVES_US,
} from "./blame.ts";
import { load } from "./load.ts";
import { type Fault, networkFaults, type Passing } from "./network.ts";
import type { Plan, PlanStep } from "./types.ts";

type Step<D extends PlanStep["do"]> = Extract<PlanStep, { readonly do: D }>;
type Actions = Map<string, (w: never, s: never) => void>;
type OnHost = { readonly host: number };
type OnMount = { readonly mount: number };

const HEALTHY = 1000;

/** The latest incarnation of the n-th mount. */
function latest(w: ClusterWorld, n: number): number {
  for (let id = w.mountCount - 1; id >= 0; id--) {
    if (w.peekMount(id).state.slot.device === deviceOf(n)) return id;
  }
  return -1;
}

/** The mount whose server runs, or the newest that lives. */
function leader(w: ClusterWorld): number {
  let newest = 0;
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, state } = w.peekMount(id);
    if (!alive || state.slot.rid === 0 || !state.slot.inSysfs) continue;
    if (state.server.status === "UP" || state.server.status === "STARTING") return id;
    newest = id;
  }
  return newest;
}

/** It is mounted, comes or goes: nobody can mount it again meanwhile. */
export const holdsItsPlace = ({ slot }: ClusterMount): boolean =>
  slot.inSysfs || slot.mount === "running";

/** Which of the mounts left last. */
function leftLast(w: ClusterWorld, mounts: number): number {
  let found = 0;
  let last = 0;
  for (let n = 0; n < mounts; n++) {
    const { left } = w.peekMount(latest(w, n)).state.slot;
    if (left <= last) continue;
    last = left;
    found = n;
  }
  return found;
}

/** Which of the mounts began last. */
const newcomer = (w: ClusterWorld): number => {
  let newest = 0;
  for (let id = 0; id < w.mountCount; id++) {
    if (w.peekMount(id).state.slot.mount === "running") newest = id;
  }
  return newest;
};

const mountOf = (w: ClusterWorld, n: number): number => (n < 0 ? leader(w) : latest(w, n));
const hostOf = (w: ClusterWorld, host: number): number =>
  host < 0 ? w.peekMount(leader(w)).host : host;

const set = <S>(map: Actions, name: string, act: (w: ClusterWorld, s: S) => void) =>
  map.set(name, act as never);

function comings(map: Actions, plan: Plan, o: ClusterOptions): void {
  const leave = (w: ClusterWorld, n: number, force: boolean) => {
    const id = mountOf(w, n);
    if (w.peekMount(id).alive && w.peekMount(id).state.slot.mounted) {
      start(w, id, "leave_mount", { force });
    }
  };
  set(map, "mount", (w, { n }: Step<"mount">) => {
    const nth = n < 0 ? leftLast(w, plan.cluster.mounts) : n;
    const id = latest(w, nth);
    const { state, alive } = w.peekMount(id);
    if (!w.peekHost(nth % plan.cluster.hosts).up || (alive && holdsItsPlace(state))) return;
    if (alive && state.slot.mount === "none") start(w, id, "mount");
    else remount(w, o, nth);
    const comes = latest(w, nth);
    w.mount(comes).state.slot.mount = "running";
    blameNewcomer(w, comes);
  });
  set(map, "umount", (w, { n }: Step<"umount">) => leave(w, n, false));
  set(map, "force-umount", (w, { n }: Step<"force-umount">) => leave(w, n, true));
  set(map, "interrupt-mount", (w, { n }: Step<"interrupt-mount">) => {
    const id = n < 0 ? newcomer(w) : latest(w, n);
    const { alive, tasks } = w.peekMount(id);
    const slot = tasks.findIndex((task) => task?.name === "mount");
    if (alive && slot >= 0) signal(w, id, slot);
  });
  set(map, "heartbeat-timeout", (w, { n, ms }: Step<"heartbeat-timeout">) => {
    const id = mountOf(w, n);
    if (!w.peekMount(id).state.slot.inSysfs) return;
    w.mount(id).state.options.quorumHeartbeatTimeoutMs = ms;
    w.record(id, "heartbeat_timeout", { heartbeatTimeoutMs: ms });
  });
}

/** As long as others are waited for (net.c: CLIENT_RECONNECT_TIMEOUT_MS). A host that stands still
 *  for so long is a network that is cut, for all that it had to do with: a server that wakes then
 *  may find its timers due before the answers that have come meanwhile. */
const SILENCE_US = 20_000_000;

/** Faults that end by themselves. */
const faults: Readonly<Record<string, Fault>> = {
  ...networkFaults,
  pause: {
    touches: "host",
    touchesAll: (_w, { forUs }) => forUs >= SILENCE_US,
    begin: (w, { host }) => hosts.pause(w, host),
    end: (w, { host }) => hosts.resume(w, host),
  },
  "stall-io": {
    touches: "host",
    touchesAwaited: (_w, { forUs }) => forUs >= RECOVERY_LEAVES_US,
    begin: (w, { host }) => hosts.stallIo(w, host),
    end: (w, { host }) => hosts.releaseIo(w, host),
  },
  slow: {
    touches: "host",
    touchesAll: (w, { forUs, permille = HEALTHY }) =>
      forUs >= SILENCE_US && isNearlyStill(latestStartUs(w), permille),
    begin: (w, { host, permille = HEALTHY }) => hosts.setSlow(w, host, permille),
    end: (w, { host }) => hosts.setSlow(w, host, HEALTHY),
    echoesUs: (w, { permille = HEALTHY }) => scaled(latestStartUs(w), permille),
  },
  "slow-io": {
    touches: "host",
    touchesAwaited: (w, { forUs, permille = HEALTHY }) =>
      forUs >= RECOVERY_LEAVES_US && isNearlyStill(slowestIoUs(w.peekDevice()), permille),
    begin: (w, { host, permille = HEALTHY }) => hosts.slowIo(w, host, permille),
    end: (w, { host }) => hosts.slowIo(w, host, HEALTHY),
    echoesUs: (w, { permille = HEALTHY }) => scaled(slowestIoUs(w.peekDevice()), permille),
  },
  "fail-io": {
    touches: "host",
    begin: (w, { host, permille = 0 }) => hosts.failIo(w, host, permille),
    end: (w, { host }) => hosts.failIo(w, host, 0),
  },
  "agent-fails": {
    touches: "nobody",
    begin: (w, { host }) => setAgent(w, host, { habit: "failing" }),
    end: (w, { host }) => setAgent(w, host, { habit: "honest" }),
  },
  "agent-down": {
    touches: "nobody",
    begin: (w, { host }) => killAgent(w, host),
    end: (w, { host }) => planAt(w, 0, { do: "start-agent", host } as never),
  },
  "late-write": {
    touches: "host",
    begin: (w, { host }) => hosts.holdWrite(w, host),
    end: (w, { host }) => hosts.releaseWrites(w, host),
  },
};

/** A failed device update ends a quorum worker for good: nothing is owed after it. */
const LASTING = ["fail-io"];

function passing(map: Actions, name: string, fault: Fault): void {
  const { touches, touchesAll, touchesAwaited } = fault;
  set(map, name, (w, step: Passing) => {
    const host = hostOf(w, step.host);
    w.record(-1, "unfair", { host });
    const isAll = touches === "all" || touchesAll?.(w, step) === true;
    if (touches !== "nobody") blame(w, isAll ? EVERY_HOST : host);
    if (touchesAwaited?.(w, step) === true) blameAwaited(w, host);
    const peer = step.peer === undefined ? {} : { peer: hostOf(w, step.peer) };
    const passing: Passing = { ...step, host, ...peer };
    fault.begin(w, passing);
    planAt(w, step.forUs, { ...passing, do: `end ${name}` } as never);
  });
  const isOver = (w: ClusterWorld, { host }: Passing): void => {
    if (!LASTING.includes(name)) w.record(-1, "fair", { host });
  };
  set(map, `echo of ${name}`, isOver);
  set(map, `end ${name}`, (w, passing: Passing) => {
    fault.end(w, passing);
    const echoesUs = fault.echoesUs?.(w, passing) ?? 0;
    if (echoesUs === 0) isOver(w, passing);
    else planAt(w, echoesUs, { ...passing, do: `echo of ${name}` } as never);
  });
}

function power(map: Actions, plan: Plan): void {
  const bootAfter = (w: ClusterWorld, host: number, forUs: number) => {
    if (forUs > 0) planAt(w, forUs, { do: "power-on", host } as never);
  };
  /** Without `forUs` it is the fence agent's doing. */
  set(map, "power-off", (w, step: { readonly host: number; readonly forUs?: number }) => {
    const host = hostOf(w, step.host);
    if (!w.peekHost(host).up) return;
    blame(w, host);
    hosts.powerOff(w, host);
    hosts.settleWrites(w, host);
    bootAfter(w, host, step.forUs ?? plan.cluster.rebootUs);
  });
  set(map, "power-on", (w, { host }: OnHost) => {
    hosts.powerOn(w, host);
    planAt(w, RESTART_SEC, { do: "start-agent", host } as never);
  });
}

/** scoutfs bears that a connection breaks: the client has so long to come back. Whoever breaks it
 *  again meanwhile takes that time from it. */
const RECONNECT_US = 20_000_000;

function resets(map: Actions, plan: Plan): void {
  const breaks = plan.steps.filter((s) => s.do === "reset-streams" || s.do === "reset-client");
  /** Somebody may be fenced for it: there was another one shortly before. */
  const isOneOfMany = ({ atUs }: { readonly atUs: number }) =>
    (breaks.length > 1 && breaks.some((s) => s.upon !== undefined)) ||
    breaks.filter((s) => s.atUs <= atUs && s.atUs >= atUs - RECONNECT_US).length > 1;
  set(map, "reset-streams", (w, step: Step<"reset-streams">) => {
    if (isOneOfMany(step)) blame(w, EVERY_HOST);
    resetStreams(w, hostOf(w, step.host), hostOf(w, step.peer));
  });
  set(map, "reset-client", (w, step: Step<"reset-client">) => {
    if (isOneOfMany(step)) blame(w, EVERY_HOST);
    resetOpenedBy(w, mountOf(w, step.n));
  });
}

function preemptions(map: Actions): void {
  set(map, "preempt", (w, { n, within, forUs }: Step<"preempt">) => {
    const mount = mountOf(w, n);
    setPreemption(w, mount, within);
    planAt(w, forUs, { do: "end preempt", mount } as never);
  });
  set(map, "end preempt", (w, { mount }: OnMount) => setPreemption(w, mount, undefined));
}

function delays(map: Actions): void {
  set(map, "delay", (w, { program, label, skip, forUs }: Step<"delay">) => {
    const until = { is: "late", byUs: forUs, skip } as const;
    w.holds.push({ program, label, mount: -1, until, held: [], open: false });
  });
}

/** What `do` does, bound to a plan. */
export function planActions(plan: Plan, o: ClusterOptions): Actions {
  const map: Actions = new Map();
  comings(map, plan, o);
  for (const [name, fault] of Object.entries(faults)) passing(map, name, fault);
  power(map, plan);
  resets(map, plan);
  preemptions(map);
  delays(map);
  load(map, mountOf);
  set(map, "clock", (w, { host, permille }: Step<"clock">) => {
    hosts.setClock(w, hostOf(w, host), permille);
  });
  return map;
}
