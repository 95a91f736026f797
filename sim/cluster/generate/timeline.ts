// Makes a plan of a sketch: numbers become mounts and hosts that there are, and what was to happen
// soon after something, or when something is due, gets its time. Every sketch gives a plan.

import {
  LEADER,
  NAMED,
  PATIENCE_US,
  PLAN_FORMAT,
  type Plan,
  type PlanStep,
  THERE,
  type Upon,
} from "../plan/types.ts";
import { delayStep } from "./delay.ts";
import { FEWEST_IDLE, loadSteps, type Places } from "./load.ts";
import type { Sketch } from "./sketch.ts";
import { strikeSteps } from "./strike.ts";
import { type Due, MS, SAME, SECOND, type Whenever } from "./when.ts";

type Crowd = NonNullable<Sketch["crowds"]>[number];
type Shutdown = NonNullable<Sketch["shutdown"]>;
type BadMount = NonNullable<Sketch["badMounts"]>[number];
type Interrupted = NonNullable<Sketch["interrupted"]>[number];

/** Longer than any obligation, a mount that waits for a server, its recovery and its fencing, from
 *  the last time on that people mount what is not there. And then than the loss, the wait and the
 *  fencing of another mount, on a host that was powered off to fence the first. */
const CALM_US = 245 * SECOND;
const FIRST_US = SECOND;
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

/** What is due comes when it does, even if that is late; what comes much too late is not left out,
 *  and comes early instead. */
function within(us: number, endUs: number): number {
  return us <= 2 * endUs ? us : FIRST_US + ((us - FIRST_US) % (endUs - FIRST_US));
}
function timeOf(when: Whenever, last: number, { heartbeatUs, endUs }: Clock): number {
  if (when.is === "at") return FIRST_US + (when.us % (endUs - FIRST_US));
  if (when.is === "upon") return within(last + when.fromUs, endUs);
  if (when.is === "soon") return within(last + when.us, endUs);
  const due = when.what === "heartbeat" ? heartbeatUs : DUE_US[when.what];
  return within(last + due + when.us, endUs);
}

function clusterOf({ cluster: c, load, strikes, beyond }: Sketch): Plan["cluster"] {
  const lockIdleCount = load?.walks === undefined ? c.lockIdleCount : FEWEST_IDLE;
  const orphanScanDelayMs =
    load?.stories === undefined ? c.orphanScanDelayMs : load.orphanScanDelayMs;
  const mounts = c.slots + c.moreMounts;
  return {
    mounts,
    slots: Math.min(c.slots, SLOTS),
    hosts: Math.min(c.hosts, mounts),
    heartbeatTimeoutMs: c.heartbeatTimeoutMs,
    ...(c.tcpTimeoutMs === undefined ? {} : { tcpTimeoutMs: c.tcpTimeoutMs }),
    ...(lockIdleCount === undefined ? {} : { lockIdleCount }),
    ...(orphanScanDelayMs === undefined ? {} : { orphanScanDelayMs }),
    agent: beyond?.lies === true ? "lying" : "honest",
    agentDelayUs: c.agentDelayUs,
    agentExecMaxUs: c.agentExecMaxUs,
    agentSlowUs: (strikes?.slow?.agentS ?? c.agentSlowUs ?? 0) * SECOND,
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
    ...(w.pctDepth === undefined ? {} : { schedule: { by: "pct", depth: w.pctDepth } as const }),
    diskMaxUs: w.diskMaxUs,
  };
}

/** A number that was drawn without knowing how many there are; below 0 it stays a wish. */
const among = (drawn: number, count: number): number => (drawn < 0 ? drawn : drawn % count);

/** Of what waits for a milestone: for which. */
function uponOf(when: Whenever): { readonly upon?: Upon } {
  if (when.is !== "upon") return {};
  return { upon: { what: when.what, skip: when.skip, afterUs: when.us } };
}
/** Whom a milestone tells of, where it is to say that. */
function toldBy(when: Whenever): number | undefined {
  if (when.is !== "upon" || when.whom === "drawn") return undefined;
  return when.whom === "there" ? THERE : NAMED;
}

/** What a move did to whom: other things happen in relation to it. */
interface Anchor {
  readonly atUs: number;
  readonly n: number;
}
const START: Anchor = { atUs: FIRST_US, n: LEADER };

interface Anchored {
  readonly when: Whenever;
  readonly after: number;
}

/** Gives what was drawn its time and place. */
class Placing implements Places {
  readonly steps: PlanStep[] = [];
  private readonly anchors: Anchor[] = [];
  private readonly clock: Clock;
  readonly mounts: number;
  readonly endUs: number;
  private readonly hosts: number;

  constructor({ cluster, lengthS }: Sketch, { mounts, hosts }: Plan["cluster"]) {
    this.clock = { heartbeatUs: cluster.heartbeatTimeoutMs * MS, endUs: lengthS * SECOND };
    this.mounts = mounts;
    this.endUs = lengthS * SECOND;
    this.hosts = hosts;
  }

  /** Moves come one after the other. */
  move({ when, n: drawn }: Pick<Anchored, "when"> & { readonly n: number }): Anchor {
    const last = this.anchors.at(-1) ?? START;
    const n = drawn === SAME ? last.n : among(drawn, this.mounts);
    const anchor = { atUs: timeOf(when, last.atUs, this.clock), n };
    this.anchors.push(anchor);
    return { ...anchor, n: toldBy(when) ?? n, ...uponOf(when) };
  }

  /** Someone leaves at a time that is known. Things happen in relation to it as to a move. */
  leave(atUs: number, n: number): void {
    this.anchors.push({ atUs, n });
    this.steps.push({ atUs, do: "umount", n });
  }

  private anchorOf(after: number): Anchor {
    return this.anchors[after % Math.max(1, this.anchors.length)] ?? START;
  }
  at({ when, after }: Anchored): number {
    return timeOf(when, this.anchorOf(after).atUs, this.clock);
  }
  mount(drawn: number, { after }: Pick<Anchored, "after">): number {
    return drawn === SAME ? this.anchorOf(after).n : among(drawn, this.mounts);
  }
  host(drawn: number, { after }: Pick<Anchored, "after">): number {
    if (drawn !== SAME) return among(drawn, this.hosts);
    const { n } = this.anchorOf(after);
    return n < 0 ? n : n % this.hosts;
  }

  /** Takes over a step as it was drawn, with its mount or hosts. */
  put<S extends Anchored>({ when, after, ...step }: S): void {
    const { n, host, peer } = step as { readonly [K in "n" | "host" | "peer"]?: number };
    const one = { when, after };
    const told = toldBy(when);
    this.steps.push({
      ...step,
      atUs: this.at(one),
      ...(n === undefined ? {} : { n: told ?? this.mount(n, one) }),
      ...(host === undefined ? {} : { host: told ?? this.host(host, one) }),
      ...(peer === undefined ? {} : { peer: this.host(peer, one) }),
      ...uponOf(when),
    } as unknown as PlanStep);
  }
}

/** Which mounts a crowd is. */
function crowdOf({ who, which }: Crowd, { mounts, slots }: Plan["cluster"]): number[] {
  const majority = Math.floor(slots / 2) + 1;
  const [from, to] = {
    some: [0, mounts],
    all: [0, mounts],
    members: [0, slots],
    majority: [0, majority],
    others: [majority, mounts],
  }[who] as [number, number];
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  return who === "some" ? all.filter((n) => ((which >> n) & 1) === 1) : all;
}

function crowdSteps(p: Placing, crowd: Crowd, cluster: Plan["cluster"]): void {
  const atUs = p.at(crowd);
  const { leader, followUs } = crowd;
  if (leader !== undefined) p.steps.push({ atUs, do: leader, n: LEADER });
  const firstUs = leader === undefined ? atUs : atUs + followUs;
  const mounts = crowdOf(crowd, cluster);
  if (crowd.busy !== undefined) {
    const { beforeUs, ...use } = crowd.busy;
    const useUs = Math.max(0, firstUs - beforeUs);
    for (const n of mounts) p.steps.push({ atUs: useUs, do: "use-inode", n, ...use });
  }
  if (crowd.asks !== undefined) {
    const { beforeUs, ...asks } = crowd.asks;
    mounts.forEach((n, i) => {
      const askUs = Math.max(0, firstUs + i * crowd.gapUs - beforeUs);
      p.steps.push({ atUs: askUs, do: "request", n, size: 1, ...asks });
    });
  }
  mounts.forEach((n, i) => {
    const goneUs = firstUs + i * crowd.gapUs;
    p.steps.push({ atUs: goneUs, do: crowd.do, n });
    if (crowd.backUs !== undefined) p.steps.push({ atUs: goneUs + crowd.backUs, do: "mount", n });
  });
}

function shutdownSteps(p: Placing, one: Shutdown): void {
  for (let i = 0; i < p.mounts; i++) {
    const n = one.first + (one.down ? p.mounts - i : i);
    p.leave(p.endUs + i * one.gapUs, n % p.mounts);
  }
  for (const { us, host, after, ...ails } of one.ails) {
    p.steps.push({ atUs: p.endUs + us, ...ails, host: p.host(host, { after }) });
  }
}

const GONE_US = 3 * SECOND;
const ALL = 1000;

/** It is unmounted in time, so that it can be mounted. */
function mountAnew(
  p: Placing,
  one: Pick<BadMount, "when" | "after" | "n">,
): { n: number; atUs: number } {
  const n = one.n % p.mounts;
  const goneUs = p.at(one);
  const atUs = goneUs + GONE_US;
  p.steps.push({ atUs: goneUs, do: "umount", n }, { atUs, do: "mount", n });
  return { n, atUs };
}

function badMountSteps(p: Placing, bad: BadMount, { hosts }: Plan["cluster"]): void {
  const { n, atUs } = mountAnew(p, bad);
  const fails = { do: "fail-io", host: n % hosts, forUs: bad.forUs, permille: ALL } as const;
  p.steps.push({ atUs: atUs + bad.delayUs, ...fails });
}

function interruptedSteps(p: Placing, one: Interrupted): void {
  const { leader, delayUs, greeted, backUs } = one;
  const { n, atUs } = mountAnew(p, one);
  if (leader !== undefined) p.steps.push({ atUs, do: leader, n: LEADER });
  if (greeted === undefined) p.steps.push({ atUs: atUs + delayUs, do: "interrupt-mount", n });
  else {
    const whose = greeted.what === "client_greeting" ? THERE : NAMED;
    const upon = { what: greeted.what, skip: 0, afterUs: greeted.us };
    p.steps.push({ atUs, do: "interrupt-mount", n: whose, upon });
  }
  if (backUs !== undefined) p.steps.push({ atUs: atUs + delayUs + backUs, do: "mount", n });
}

function stepsOf(sketch: Sketch, cluster: Plan["cluster"]): PlanStep[] {
  const { mounts, hosts } = cluster;
  const p = new Placing(sketch, cluster);
  const { steps } = p;
  for (let n = 0; n < mounts; n++) steps.push({ atUs: firstMountAt(n), do: "mount", n });
  for (const move of sketch.moves) steps.push({ ...p.move(move), do: move.do });
  if (sketch.shutdown !== undefined) shutdownSteps(p, sketch.shutdown);
  for (const one of sketch.crowds ?? []) crowdSteps(p, one, cluster);
  for (const one of sketch.badMounts ?? []) badMountSteps(p, one, cluster);
  for (const one of sketch.interrupted ?? []) interruptedSteps(p, one);
  for (const one of [...(sketch.faults ?? []), ...(sketch.agentFaults ?? [])]) p.put(one);
  for (const one of sketch.wayFaults ?? []) p.put(one);
  const { all: strikes = [], slow } = sketch.strikes ?? {};
  for (const one of slow === undefined ? strikes : [...strikes, slow.takeover]) {
    steps.push(...strikeSteps(one, { atUs: p.at(one), hosts }));
  }
  for (const one of sketch.options ?? []) p.put({ ...one, do: "heartbeat-timeout" });
  for (const one of sketch.requests ?? []) p.put({ ...one, do: "request" });
  for (const one of sketch.uses ?? []) p.put({ ...one, do: "use-inode" });
  if (sketch.load !== undefined) steps.push(...loadSteps(p, sketch.load));
  for (const one of sketch.preemptions ?? []) p.put({ ...one, do: "preempt" });
  for (const one of sketch.delays ?? []) steps.push(delayStep(p.at(one), one));
  for (const one of sketch.beyond?.lateWrites ?? []) p.put({ ...one, do: "late-write" });
  const permille = sketch.weather.clockPermille;
  if (permille !== undefined) steps.push({ atUs: 0, do: "clock", host: mounts % hosts, permille });
  return steps;
}

function endOf(step: PlanStep): number {
  const leavesUs = step.do === "umount" || step.do === "force-umount" ? PATIENCE_US : 0;
  const lastUs = "everyUs" in step ? (step.times - 1) * step.everyUs : 0;
  return step.atUs + leavesUs + lastUs + ("forUs" in step ? step.forUs : 0);
}

const MOUNT_GAP_US = 70_000;
/** One after another, as a boot script has it. */
const firstMountAt = (n: number): number => n * MOUNT_GAP_US;

export function planOfSketch(seed: string, sketch: Sketch): Plan {
  const cluster = clusterOf(sketch);
  const steps = stepsOf(sketch, cluster);
  const lastUs = Math.max(sketch.lengthS * SECOND, ...steps.map(endOf));
  const calmAtUs = lastUs + ((sketch.strikes?.slow?.lingerS ?? 0) + 1) * SECOND;
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
    ...(sketch.shutdown === undefined ? {} : { shutDown: true }),
    endUs: calmAtUs + CALM_US + slowest * MS,
  };
}
