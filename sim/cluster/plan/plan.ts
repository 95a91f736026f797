// A plan is a whole run as data: the cluster, its variants, the weather, and what people and faults
// do when. The same plan gives the same run. What has become impossible is passed over, so that a
// plan with less in it still runs.

import { us } from "../../../src/core/index.ts";
import { type Chooser, seeded } from "../../engine/chooser.ts";
import type { Bounds } from "../../engine/tables.ts";
import type { Monitor } from "../../engine/trace/monitor.ts";
import { type ClusterOptions, clusterWorld } from "../world/cluster.ts";
import { checkPlace } from "../world/places.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";
import { variantsOf } from "../world/variant-names.ts";
import { planActions } from "./actions.ts";
import { blame, EVERY_HOST } from "./blame.ts";
import { agentAt, calmActions, planCalm } from "./calm.ts";
import type { Plan } from "./types.ts";
import { placeStep, uponActions } from "./upon.ts";

export { LEADER, PLAN_FORMAT, type Plan, type PlanStep } from "./types.ts";

function optionsOf(plan: Plan): ClusterOptions {
  const { mounts, slots, hosts, heartbeatTimeoutMs, tcpTimeoutMs, ...c } = plan.cluster;
  return {
    mounts,
    slots,
    hosts,
    heartbeatTimeoutMs,
    tcpTimeoutMs,
    lockIdleCount: c.lockIdleCount,
    orphanScanDelayMs: c.orphanScanDelayMs,
    seed: plan.seed,
    variants: variantsOf(plan.variants),
    agent: {
      habit: c.agent,
      slowUs: us(c.agentSlowUs),
      execMaxUs: us(c.agentExecMaxUs),
      delayUs: us(c.agentDelayUs),
      run: hosts === 1 ? "force-unmount" : "power",
    },
    agentAt: agentAt(plan),
  };
}

const DISK_MIN_US = 100;

function diskOf(maxUs: number) {
  const readMax = Math.max(DISK_MIN_US, maxUs);
  const part = Math.max(DISK_MIN_US, Math.floor(readMax / 5));
  return { readMax, landMax: readMax, completeMax: part };
}

/** Binds the world of a plan to another model, or bounds it otherwise. */
export interface Otherwise {
  readonly remodel?: NonNullable<ClusterOptions["remodel"]>;
  readonly bounds?: Partial<Bounds>;
}

/** The world of a plan before its first event. All chance comes from its seed, unless told. */
export function planWorld(
  plan: Plan,
  monitors: readonly Monitor<Cluster>[],
  chooser: Chooser = seeded(plan.seed),
  { remodel, bounds = {} }: Otherwise = {},
): ClusterWorld {
  const o = optionsOf(plan);
  const { weather } = plan;
  const { minUs, maxUs, lossPermille, duplicatePermille } = weather;
  const w = clusterWorld({
    ...o,
    ...(remodel === undefined ? {} : { remodel }),
    blueprint: {
      bounds,
      chooser,
      monitors,
      net: { link: { minUs, maxUs, lossPermille, duplicatePermille } },
      device: diskOf(weather.diskMaxUs),
      scheduling: {
        start: { min: 5, max: weather.startMaxUs },
        preemptWithin: weather.preemptWithin,
        ...(weather.schedule === undefined ? {} : { pctDepth: weather.schedule.depth }),
      },
      plan: new Map([...planActions(plan, o), ...uponActions(plan), ...calmActions(plan)] as never),
    },
  });
  if (lossPermille > 0) blame(w, EVERY_HOST);
  for (const step of plan.steps) {
    if (step.do === "delay") checkPlace(w.tables, step.program, step.label);
    placeStep(w, step);
  }
  if (plan.calmAtUs !== undefined) planCalm(w, plan.calmAtUs);
  return w;
}
