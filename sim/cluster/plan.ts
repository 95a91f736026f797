// A plan is a whole run as data: the cluster, its variants, the weather, and what people and faults
// do when. The same plan gives the same run. What has become impossible is passed over, so that a
// plan with less in it still runs.

import { us } from "../../src/core/index.ts";
import type { AgentHabit } from "../../src/fenced/types.ts";
import { planAt, start } from "../engine/build.ts";
import { seeded } from "../engine/chooser.ts";
import * as hosts from "../engine/hosts.ts";
import { healAll, isolateHost } from "../engine/network/links.ts";
import type { Monitor } from "../engine/trace/monitor.ts";
import { type ClusterOptions, clusterWorld, remount } from "./cluster.ts";
import type { Cluster, ClusterWorld } from "./cluster-types.ts";
import { variantOf } from "./variants.ts";

export const PLAN_FORMAT = 1;

/** One thing that happens: to the n-th mount, or to a host. */
export type PlanStep =
  | { readonly atUs: number; readonly do: "mount" | "umount" | "force-umount"; readonly n: number }
  | {
      readonly atUs: number;
      readonly do: "pause" | "stall-io" | "cut-datagrams" | "cut-all";
      readonly host: number;
      readonly forUs: number;
    }
  | { readonly atUs: number; readonly do: "power-off"; readonly host: number };

export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly seed: string;
  readonly cluster: {
    readonly mounts: number;
    readonly slots: number;
    readonly hosts: number;
    readonly heartbeatTimeoutMs: number;
    readonly agent: AgentHabit;
    readonly agentSlowUs: number;
    /** Starting a process takes up to this: each file that the agent reads costs one. */
    readonly agentExecMaxUs: number;
  };
  readonly variants: readonly string[];
  readonly weather: {
    readonly minUs: number;
    readonly maxUs: number;
    readonly lossPermille: number;
    readonly duplicatePermille: number;
    readonly startMaxUs: number;
    readonly preemptWithin: number;
  };
  readonly steps: readonly PlanStep[];
  readonly endUs: number;
}

type Step<D extends PlanStep["do"]> = Extract<PlanStep, { readonly do: D }>;

function optionsOf(plan: Plan): ClusterOptions {
  const { agent, agentSlowUs, agentExecMaxUs, hosts: count, ...shape } = plan.cluster;
  return {
    ...shape,
    hosts: count,
    seed: plan.seed,
    variants: plan.variants.map(variantOf),
    agent: {
      habit: agent,
      slowUs: us(agentSlowUs),
      execMaxUs: us(agentExecMaxUs),
      delayUs: us(1_000_000),
      run: count === 1 ? "force-unmount" : "power",
    },
  };
}

/** The latest incarnation of the n-th mount. */
function latest(w: ClusterWorld, n: number): number {
  for (let id = w.mountCount - 1; id >= 0; id--) {
    if (w.peekMount(id).state.slot.device === `dev${n}`) return id;
  }
  return -1;
}

const EVERY_HOST = -1;

/** Says of the mounts of a host that a fault touches them: they may be fenced from now on. */
function blame(w: ClusterWorld, host: number): void {
  for (let id = 0; id < w.mountCount; id++) {
    const { host: own, state } = w.peekMount(id);
    if (state.slot.rid === 0 || (host !== EVERY_HOST && own !== host)) continue;
    w.record(id, "fault", { rid: state.slot.rid });
  }
}

/** What `do` does, bound to a plan. Each looks whether it is possible at that moment. */
function handlers(plan: Plan, o: ClusterOptions): Map<string, (w: never, s: never) => void> {
  const used = new Set<number>();
  const map = new Map<string, (w: never, s: never) => void>();
  const on = <D extends PlanStep["do"]>(d: D, act: (w: ClusterWorld, s: Step<D>) => void) =>
    map.set(d, act as never);
  const leave = (w: ClusterWorld, n: number, force: boolean) => {
    const id = latest(w, n);
    if (id >= 0 && w.peekMount(id).alive && w.peekMount(id).state.slot.mounted) {
      start(w, id, "umount", { force });
    }
  };
  on("mount", (w, { n }) => {
    const id = latest(w, n);
    const { state, alive } = w.peekMount(id);
    if (!w.peekHost(n % plan.cluster.hosts).up || (alive && state.slot.inSysfs)) return;
    if (used.has(id)) remount(w, o, n);
    else start(w, id, "mount");
    used.add(latest(w, n));
  });
  on("umount", (w, { n }) => leave(w, n, false));
  on("force-umount", (w, { n }) => leave(w, n, true));
  const passing = (
    d: "pause" | "stall-io" | "cut-datagrams" | "cut-all",
    begin: (w: ClusterWorld, host: number) => void,
    end: (w: ClusterWorld, host: number) => void,
  ) => {
    on(d, (w, { host, forUs }) => {
      w.record(-1, "unfair", { host });
      begin(w, host);
      planAt(w, forUs, { do: `end ${d}`, host } as never);
    });
    map.set(`end ${d}`, ((w: ClusterWorld, s: { host: number }) => {
      end(w, s.host);
      w.record(-1, "fair", { host: s.host });
    }) as never);
  };
  const touched =
    (act: (w: ClusterWorld, host: number) => void) => (w: ClusterWorld, h: number) => {
      blame(w, h);
      act(w, h);
    };
  passing("pause", touched(hosts.pause), hosts.resume);
  passing("stall-io", touched(hosts.stallIo), hosts.releaseIo);
  const cutAll = (streams: boolean) => (w: ClusterWorld, host: number) => {
    blame(w, EVERY_HOST);
    isolateHost(w, host, { hosts: w.hostCount, what: { streams } });
  };
  const mend = (w: ClusterWorld) => healAll(w, w.hostCount);
  passing("cut-datagrams", cutAll(false), mend);
  passing("cut-all", cutAll(true), mend);
  on("power-off", (w, { host }) => {
    blame(w, host);
    hosts.powerOff(w, host);
    hosts.settleWrites(w, host);
  });
  return map;
}

/** The world of a plan before its first event. */
export function planWorld(plan: Plan, monitors: readonly Monitor<Cluster>[]): ClusterWorld {
  const o = optionsOf(plan);
  const { weather } = plan;
  const { minUs, maxUs, lossPermille, duplicatePermille } = weather;
  const w = clusterWorld({
    ...o,
    blueprint: {
      chooser: seeded(plan.seed),
      monitors,
      net: { link: { minUs, maxUs, lossPermille, duplicatePermille } },
      scheduling: {
        start: { min: 5, max: weather.startMaxUs },
        preemptWithin: weather.preemptWithin,
      },
      plan: handlers(plan, o),
    },
  });
  if (lossPermille > 0) blame(w, EVERY_HOST);
  for (const step of plan.steps) planAt(w, step.atUs, step);
  return w;
}
