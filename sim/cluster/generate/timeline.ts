// Makes a plan of a sketch: numbers become mounts and hosts that there are, and what was to happen
// soon after something, or when something is due, gets its time. Every sketch gives a plan.

import { PLAN_FORMAT, type Plan, type PlanStep } from "../plan-types.ts";
import { SECOND, type Sketch, type When } from "./sketch.ts";

/** Longer than any obligation: a mount that waits for a server, its recovery and its fencing. */
const CALM_US = 110 * SECOND;
const FIRST_US = SECOND;
const SLOTS = 15;

/** How long a cluster takes for what may be due: the longest election, the fence wait. */
const DUE_US = { election: 300_000, fence: 15 * SECOND } as const;

interface Clock {
  readonly heartbeatUs: number;
  readonly endUs: number;
}

function timeOf(when: When, last: number, { heartbeatUs, endUs }: Clock): number {
  if (when.is === "at") return FIRST_US + (when.us % (endUs - FIRST_US));
  const due = when.is === "soon" ? 0 : when.what === "heartbeat" ? heartbeatUs : DUE_US[when.what];
  return Math.min(last + due + when.us, endUs);
}

function clusterOf({ cluster: c, beyond }: Sketch): Plan["cluster"] {
  const mounts = c.slots + c.moreMounts;
  return {
    mounts,
    slots: Math.min(c.slots, SLOTS),
    hosts: Math.min(c.hosts, mounts),
    heartbeatTimeoutMs: c.heartbeatTimeoutMs,
    agent: beyond?.lies === true ? "lying" : "honest",
    agentDelayUs: c.agentDelayUs,
    agentExecMaxUs: c.agentExecMaxUs,
    agentSlowUs: (c.agentSlowUs ?? 0) * SECOND,
    rebootUs: c.rebootUs,
  };
}

function weatherOf({ weather: w }: Sketch): Plan["weather"] {
  return {
    minUs: 20,
    maxUs: w.maxUs,
    lossPermille: w.loss?.lossPermille ?? 0,
    duplicatePermille: w.loss?.duplicatePermille ?? 0,
    startMaxUs: w.startMaxUs,
    preemptWithin: w.preemptWithin,
    diskMaxUs: w.diskMaxUs,
  };
}

/** A number that was drawn without knowing how many there are; below 0 it stays a wish. */
const among = (drawn: number, count: number): number => (drawn < 0 ? drawn : drawn % count);

function stepsOf(sketch: Sketch, { mounts, hosts }: Plan["cluster"]): PlanStep[] {
  const heartbeatUs = sketch.cluster.heartbeatTimeoutMs * 1000;
  const clock: Clock = { heartbeatUs, endUs: sketch.lengthS * SECOND };
  const steps: PlanStep[] = [];
  for (let n = 0; n < mounts; n++) steps.push({ atUs: firstMountAt(n), do: "mount", n });
  let last = FIRST_US;
  const moved = sketch.moves.map((move) => {
    last = timeOf(move.when, last, clock);
    steps.push({ atUs: last, do: move.do, n: among(move.n, mounts) });
    return last;
  });
  const at = (one: { readonly when: When; readonly after: number }): number =>
    timeOf(one.when, moved[one.after % Math.max(1, moved.length)] ?? FIRST_US, clock);
  for (const { when, after, ...fault } of sketch.faults ?? []) {
    steps.push({ ...fault, atUs: at({ when, after }), host: among(fault.host, hosts) });
  }
  for (const { when, after, ...fault } of sketch.agentFaults ?? []) {
    steps.push({ ...fault, atUs: at({ when, after }), host: among(fault.host, hosts) });
  }
  for (const one of sketch.options ?? []) {
    steps.push({ atUs: at(one), do: "heartbeat-timeout", n: among(one.n, mounts), ms: one.ms });
  }
  for (const one of sketch.beyond?.lateWrites ?? []) {
    const { forUs } = one;
    steps.push({ atUs: at(one), do: "late-write", host: among(one.host, hosts), forUs });
  }
  const permille = sketch.weather.clockPermille;
  if (permille !== undefined) steps.push({ atUs: 0, do: "clock", host: mounts % hosts, permille });
  return steps;
}

const endOf = (step: PlanStep): number => step.atUs + ("forUs" in step ? step.forUs : 0);

const MS = 1000;
const MOUNT_GAP_US = 70_000;
/** One after another, as a boot script has it. */
const firstMountAt = (n: number): number => n * MOUNT_GAP_US;

export function planOfSketch(seed: string, sketch: Sketch): Plan {
  const cluster = clusterOf(sketch);
  const steps = stepsOf(sketch, cluster);
  const calmAtUs = Math.max(sketch.lengthS * SECOND, ...steps.map(endOf)) + SECOND;
  const slowest = Math.max(cluster.heartbeatTimeoutMs, ...(sketch.options ?? []).map((o) => o.ms));
  return {
    format: PLAN_FORMAT,
    seed,
    cluster,
    variants: [],
    budget: sketch.beyond === undefined ? "survivable" : "beyond",
    weather: weatherOf(sketch),
    steps: steps.sort((x, y) => x.atUs - y.atUs),
    calmAtUs,
    endUs: calmAtUs + CALM_US + slowest * MS,
  };
}
