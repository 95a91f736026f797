// What each kind of step of a plan does to a cluster. Each looks whether it is possible at that
// moment, and says of the mounts that it touches that they may be fenced from now on.

import { RESTART_SEC } from "../../src/fenced/api.ts";
import { planAt, start } from "../engine/build.ts";
import * as hosts from "../engine/hosts.ts";
import { healAll, isolateHost } from "../engine/network/links.ts";
import { killAgent, setAgent } from "./agents.ts";
import { type ClusterOptions, remount } from "./cluster.ts";
import type { ClusterWorld } from "./cluster-types.ts";
import type { Plan, PlanStep } from "./plan-types.ts";

type Step<D extends PlanStep["do"]> = Extract<PlanStep, { readonly do: D }>;
type Actions = Map<string, (w: never, s: never) => void>;
type OnHost = { readonly host: number };

export const EVERY_HOST = -1;
const HEALTHY = 1000;

/** The latest incarnation of the n-th mount. */
function latest(w: ClusterWorld, n: number): number {
  for (let id = w.mountCount - 1; id >= 0; id--) {
    if (w.peekMount(id).state.slot.device === `dev${n}`) return id;
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

const mountOf = (w: ClusterWorld, n: number): number => (n < 0 ? leader(w) : latest(w, n));
const hostOf = (w: ClusterWorld, host: number): number =>
  host < 0 ? w.peekMount(leader(w)).host : host;

/** Says of the mounts of a host that a fault touches them: they may be fenced from now on. */
export function blame(w: ClusterWorld, host: number): void {
  for (let id = 0; id < w.mountCount; id++) {
    const { host: own, state } = w.peekMount(id);
    if (state.slot.rid === 0 || (host !== EVERY_HOST && own !== host)) continue;
    w.record(id, "fault", { rid: state.slot.rid });
  }
}

const set = <S>(map: Actions, name: string, act: (w: ClusterWorld, s: S) => void) =>
  map.set(name, act as never);

function comings(map: Actions, plan: Plan, o: ClusterOptions): void {
  const leave = (w: ClusterWorld, n: number, force: boolean) => {
    const id = mountOf(w, n);
    if (w.peekMount(id).alive && w.peekMount(id).state.slot.mounted) {
      start(w, id, "umount", { force });
    }
  };
  set(map, "mount", (w, { n }: Step<"mount">) => {
    const nth = n < 0 ? leftLast(w, plan.cluster.mounts) : n;
    const id = latest(w, nth);
    const { state, alive } = w.peekMount(id);
    const isThere = state.slot.inSysfs || state.slot.mount === "running";
    if (!w.peekHost(nth % plan.cluster.hosts).up || (alive && isThere)) return;
    if (alive && state.slot.mount === "none") start(w, id, "mount");
    else remount(w, o, nth);
    w.mount(latest(w, nth)).state.slot.mount = "running";
  });
  set(map, "umount", (w, { n }: Step<"umount">) => leave(w, n, false));
  set(map, "force-umount", (w, { n }: Step<"force-umount">) => leave(w, n, true));
  set(map, "heartbeat-timeout", (w, { n, ms }: Step<"heartbeat-timeout">) => {
    const id = mountOf(w, n);
    if (!w.peekMount(id).state.slot.inSysfs) return;
    w.mount(id).state.options.quorumHeartbeatTimeoutMs = ms;
    w.record(id, "heartbeat_timeout", { heartbeatTimeoutMs: ms });
  });
}

interface Passing {
  readonly host: number;
  readonly forUs: number;
  readonly permille?: number;
}
interface Fault {
  /** Whose mounts it touches. */
  readonly touches: "host" | "all" | "nobody";
  begin(w: ClusterWorld, s: Passing): void;
  end(w: ClusterWorld, host: number): void;
}

const cutAll = (streams: boolean): Fault => ({
  touches: "all",
  begin: (w, { host }) => isolateHost(w, host, { hosts: w.hostCount, what: { streams } }),
  end: (w) => healAll(w, w.hostCount),
});

/** Faults that end by themselves. */
const faults: Readonly<Record<string, Fault>> = {
  pause: {
    touches: "host",
    begin: (w, { host }) => hosts.pause(w, host),
    end: hosts.resume,
  },
  "stall-io": {
    touches: "host",
    begin: (w, { host }) => hosts.stallIo(w, host),
    end: hosts.releaseIo,
  },
  slow: {
    touches: "host",
    begin: (w, { host, permille = HEALTHY }) => hosts.setSlow(w, host, permille),
    end: (w, host) => hosts.setSlow(w, host, HEALTHY),
  },
  "slow-io": {
    touches: "host",
    begin: (w, { host, permille = HEALTHY }) => hosts.slowIo(w, host, permille),
    end: (w, host) => hosts.slowIo(w, host, HEALTHY),
  },
  "fail-io": {
    touches: "host",
    begin: (w, { host, permille = 0 }) => hosts.failIo(w, host, permille),
    end: (w, host) => hosts.failIo(w, host, 0),
  },
  "cut-datagrams": cutAll(false),
  "cut-all": cutAll(true),
  "agent-fails": {
    touches: "nobody",
    begin: (w, { host }) => setAgent(w, host, { habit: "failing" }),
    end: (w, host) => setAgent(w, host, { habit: "honest" }),
  },
  "agent-down": {
    touches: "nobody",
    begin: (w, { host }) => killAgent(w, host),
    end: (w, host) => planAt(w, 0, { do: "start-agent", host } as never),
  },
  "late-write": {
    touches: "host",
    begin: (w, { host }) => hosts.holdWrite(w, host),
    end: hosts.releaseWrites,
  },
};

/** A failed device update ends a quorum worker for good: nothing is owed after it. */
const LASTING = ["fail-io"];

function passing(map: Actions, name: string, { touches, begin, end }: Fault): void {
  set(map, name, (w, step: Passing) => {
    const host = hostOf(w, step.host);
    w.record(-1, "unfair", { host });
    if (touches !== "nobody") blame(w, touches === "all" ? EVERY_HOST : host);
    begin(w, { ...step, host });
    planAt(w, step.forUs, { do: `end ${name}`, host } as never);
  });
  set(map, `end ${name}`, (w, { host }: OnHost) => {
    end(w, host);
    if (!LASTING.includes(name)) w.record(-1, "fair", { host });
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

/** What `do` does, bound to a plan. */
export function planActions(plan: Plan, o: ClusterOptions): Actions {
  const map: Actions = new Map();
  comings(map, plan, o);
  for (const [name, fault] of Object.entries(faults)) passing(map, name, fault);
  power(map, plan);
  set(map, "clock", (w, { host, permille }: Step<"clock">) => {
    hosts.setClock(w, hostOf(w, host), permille);
  });
  return map;
}
