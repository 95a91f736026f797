// The general generator: a plan from a seed. It draws shapes, weather, comings and goings, and
// faults, leaving features out at random; it knows no bug and no variant.

import { type Chooser, seeded } from "../engine/chooser.ts";
import { PLAN_FORMAT, type Plan, type PlanStep } from "./plan.ts";

const SECOND = 1_000_000;
const PERMILLE = 1000;

class Draw {
  private readonly chooser: Chooser;

  constructor(seed: string) {
    this.chooser = seeded(`${seed} plan`);
  }
  below(why: string, n: number): number {
    return this.chooser.pick(0, why, n);
  }
  between(why: string, lo: number, hi: number): number {
    return lo + this.below(why, hi - lo + 1);
  }
  chance(why: string, permille: number): boolean {
    return this.below(why, PERMILLE) < permille;
  }
  of<T>(why: string, list: readonly [T, ...T[]]): T {
    return list[this.below(why, list.length)] ?? list[0];
  }
}

const LENGTH_US = 60 * SECOND;
const CALM_US = 60 * SECOND;

export function generatePlan(seed: string): Plan {
  const d = new Draw(seed);
  const mounts = d.between("mounts", 1, 5);
  const slots = d.between("slots", 1, mounts);
  const hosts = d.chance("one host", 500) ? 1 : mounts;
  const cluster = {
    mounts,
    slots,
    hosts,
    heartbeatTimeoutMs: d.of("heartbeat", [2000, 3000, 5000, 10_000]),
    agent: "honest",
    agentExecMaxUs: d.of("agent's host", [5_000, 5_000, 300_000]),
    agentSlowUs: d.chance("slow agent", 300) ? d.between("slow", 0, 12) * SECOND : 0,
  } as const;
  const bad = d.chance("bad network", 300);
  return {
    format: PLAN_FORMAT,
    seed,
    cluster,
    variants: [],
    weather: {
      minUs: 20,
      maxUs: d.of("latency", [200, 2000, 50_000]),
      lossPermille: bad ? d.below("loss", 50) : 0,
      duplicatePermille: bad ? d.below("duplicates", 50) : 0,
      startMaxUs: d.of("scheduling", [60, 500, 20_000]),
      preemptWithin: d.of("preemption", [0, 5, 50, 500]),
    },
    steps: steps(d, { mounts, hosts }).sort((x, y) => x.atUs - y.atUs),
    endUs: LENGTH_US + CALM_US,
  };
}

const BURST_US = [SECOND / 20, SECOND, 15 * SECOND] as const;

/** What people do comes in bursts as often as not: soon after what came before. */
function when(d: Draw, last: number): number {
  if (d.chance("burst", 500)) return last + d.below("soon", d.of("burst", BURST_US));
  return d.between("when", SECOND, LENGTH_US);
}

const coming = ["umount", "force-umount", "mount", "mount"] as const;
const faults = ["pause", "stall-io", "cut-datagrams", "cut-all", "power-off"] as const;

interface Shape {
  readonly mounts: number;
  readonly hosts: number;
}

function steps(d: Draw, { mounts, hosts }: Shape): PlanStep[] {
  const all: PlanStep[] = [];
  for (let n = 0; n < mounts; n++) all.push({ atUs: d.below("mount at", SECOND), do: "mount", n });
  let last = SECOND;
  for (let i = d.below("comings and goings", 8); i > 0; i--) {
    const atUs = when(d, last);
    last = atUs;
    const n = d.below("who", mounts);
    all.push({ atUs, do: d.of("what", coming), n });
  }
  for (let i = d.chance("faults", 600) ? d.between("how many", 1, 4) : 0; i > 0; i--) {
    all.push(fault(d, hosts));
  }
  return all;
}

function fault(d: Draw, hosts: number): PlanStep {
  const atUs = d.between("fault at", SECOND, LENGTH_US);
  const host = d.below("host", hosts);
  const what = d.of("fault", faults);
  if (what === "power-off") return { atUs, do: what, host };
  const forUs = d.of("for", [SECOND / 10, SECOND, 5 * SECOND, 20 * SECOND]);
  return { atUs, do: what, host, forUs };
}
