// Makes a plan of a sketch: numbers become mounts and hosts that there are, and what was to happen
// soon after something, or when something is due, gets its time. Every sketch gives a plan.

import { LEADER, PLAN_FORMAT, type Plan, type PlanStep } from "../plan-types.ts";
import { type Due, SAME, SECOND, type Sketch, type When } from "./sketch.ts";

type Crowd = NonNullable<Sketch["crowds"]>[number];
type BadMount = NonNullable<Sketch["badMounts"]>[number];

/** Longer than any obligation: a mount that waits for a server, its recovery and its fencing. */
const CALM_US = 110 * SECOND;
const FIRST_US = SECOND;
const MS = 1000;
const SLOTS = 15;

/** How long a cluster takes for what may be due: the longest election, the fence wait, a client
 *  that may come back to its server, all clients to a new one. */
const DUE_US: Readonly<Record<Exclude<Due, "heartbeat">, number>> = {
  election: 300_000,
  fence: 15 * SECOND,
  reconnect: 20 * SECOND,
  recovery: 30 * SECOND,
};

interface Clock {
  readonly heartbeatUs: number;
  readonly endUs: number;
}

/** What is due comes when it does, even if that is late. */
function timeOf(when: When, last: number, { heartbeatUs, endUs }: Clock): number {
  if (when.is === "at") return FIRST_US + (when.us % (endUs - FIRST_US));
  if (when.is === "soon") return Math.min(last + when.us, 2 * endUs);
  const due = when.what === "heartbeat" ? heartbeatUs : DUE_US[when.what];
  return Math.min(last + due + when.us, 2 * endUs);
}

function clusterOf({ cluster: c, beyond }: Sketch): Plan["cluster"] {
  const mounts = c.slots + c.moreMounts;
  return {
    mounts,
    slots: Math.min(c.slots, SLOTS),
    hosts: Math.min(c.hosts, mounts),
    heartbeatTimeoutMs: c.heartbeatTimeoutMs,
    ...(c.tcpTimeoutMs === undefined ? {} : { tcpTimeoutMs: c.tcpTimeoutMs }),
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

/** What a move did to whom: other things happen in relation to it. */
interface Anchor {
  readonly atUs: number;
  readonly n: number;
}
const START: Anchor = { atUs: FIRST_US, n: LEADER };

interface Anchored {
  readonly when: When;
  readonly after: number;
}

/** Gives what was drawn its time and place. */
class Placing {
  readonly steps: PlanStep[] = [];
  private readonly anchors: Anchor[] = [];
  private readonly clock: Clock;
  private readonly mounts: number;
  private readonly hosts: number;

  constructor({ cluster, lengthS }: Sketch, { mounts, hosts }: Plan["cluster"]) {
    this.clock = { heartbeatUs: cluster.heartbeatTimeoutMs * MS, endUs: lengthS * SECOND };
    this.mounts = mounts;
    this.hosts = hosts;
  }

  /** Moves come one after the other. */
  move({ when, n: drawn }: { readonly when: When; readonly n: number }): Anchor {
    const last = this.anchors.at(-1) ?? START;
    const n = drawn === SAME ? last.n : among(drawn, this.mounts);
    const anchor = { atUs: timeOf(when, last.atUs, this.clock), n };
    this.anchors.push(anchor);
    return anchor;
  }

  private anchorOf(after: number): Anchor {
    return this.anchors[after % Math.max(1, this.anchors.length)] ?? START;
  }
  at({ when, after }: Anchored): number {
    return timeOf(when, this.anchorOf(after).atUs, this.clock);
  }
  mount(drawn: number, { after }: Anchored): number {
    return drawn === SAME ? this.anchorOf(after).n : among(drawn, this.mounts);
  }
  host(drawn: number, { after }: Anchored): number {
    if (drawn !== SAME) return among(drawn, this.hosts);
    const { n } = this.anchorOf(after);
    return n < 0 ? n : n % this.hosts;
  }

  /** Takes over a step as it was drawn, with its mount or hosts. */
  put<S extends Anchored>({ when, after, ...step }: S): void {
    const { n, host, peer } = step as { readonly [K in "n" | "host" | "peer"]?: number };
    const one = { when, after };
    this.steps.push({
      ...step,
      atUs: this.at(one),
      ...(n === undefined ? {} : { n: this.mount(n, one) }),
      ...(host === undefined ? {} : { host: this.host(host, one) }),
      ...(peer === undefined ? {} : { peer: this.host(peer, one) }),
    } as unknown as PlanStep);
  }
}

/** Which mounts a crowd is. */
function crowdOf(who: Crowd["who"], { mounts, slots }: Plan["cluster"]): number[] {
  const majority = Math.floor(slots / 2) + 1;
  const [from, to] = {
    all: [0, mounts],
    members: [0, slots],
    majority: [0, majority],
    others: [majority, mounts],
  }[who] as [number, number];
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function crowdSteps(p: Placing, crowd: Crowd, cluster: Plan["cluster"]): void {
  const atUs = p.at(crowd);
  crowdOf(crowd.who, cluster).forEach((n, i) => {
    const goneUs = atUs + i * crowd.gapUs;
    p.steps.push({ atUs: goneUs, do: crowd.do, n });
    if (crowd.backUs !== undefined) p.steps.push({ atUs: goneUs + crowd.backUs, do: "mount", n });
  });
}

const GONE_US = 3 * SECOND;
const ALL = 1000;

/** It is unmounted in time, so that it can be mounted. */
function badMountSteps(p: Placing, bad: BadMount, { mounts, hosts }: Plan["cluster"]): void {
  const n = bad.n % mounts;
  const atUs = p.at(bad) + GONE_US;
  p.steps.push(
    { atUs: atUs - GONE_US, do: "umount", n },
    { atUs, do: "mount", n },
    {
      atUs: atUs + bad.delayUs,
      do: "fail-io",
      host: n % hosts,
      forUs: bad.forUs,
      permille: ALL,
    },
  );
}

function stepsOf(sketch: Sketch, cluster: Plan["cluster"]): PlanStep[] {
  const { mounts, hosts } = cluster;
  const p = new Placing(sketch, cluster);
  const { steps } = p;
  for (let n = 0; n < mounts; n++) steps.push({ atUs: firstMountAt(n), do: "mount", n });
  for (const move of sketch.moves) steps.push({ ...p.move(move), do: move.do });
  for (const one of sketch.crowds ?? []) crowdSteps(p, one, cluster);
  for (const one of sketch.badMounts ?? []) badMountSteps(p, one, cluster);
  for (const one of [...(sketch.faults ?? []), ...(sketch.agentFaults ?? [])]) p.put(one);
  for (const one of sketch.wayFaults ?? []) p.put(one);
  for (const one of sketch.options ?? []) p.put({ ...one, do: "heartbeat-timeout" });
  for (const one of sketch.requests ?? []) p.put({ ...one, do: "request" });
  for (const one of sketch.uses ?? []) p.put({ ...one, do: "use-inode" });
  for (const one of sketch.preemptions ?? []) p.put({ ...one, do: "preempt" });
  for (const one of sketch.beyond?.lateWrites ?? []) p.put({ ...one, do: "late-write" });
  const permille = sketch.weather.clockPermille;
  if (permille !== undefined) steps.push({ atUs: 0, do: "clock", host: mounts % hosts, permille });
  return steps;
}

const endOf = (step: PlanStep): number => step.atUs + ("forUs" in step ? step.forUs : 0);

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
