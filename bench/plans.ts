// The plans that are measured: five mounts on five hosts, honest agents, good weather, no faults.

import type { Plan, PlanStep } from "../sim/cluster/plan/plan.ts";

const MOUNTS = 5;
const SECOND = 1_000_000;
const MS = 1000;
/** By then all are mounted. */
const BEGIN_US = 5 * SECOND;

function calmPlan(load: readonly PlanStep[], seconds: number): Plan {
  const cluster = { mounts: MOUNTS, slots: MOUNTS, hosts: MOUNTS, heartbeatTimeoutMs: 10_000 };
  const weather = { minUs: 20, maxUs: 200, lossPermille: 0, duplicatePermille: 0 };
  const mounts = Array.from({ length: MOUNTS }, (_, n) => ({ atUs: 0, do: "mount", n }) as const);
  const agent = { agentSlowUs: 0, agentDelayUs: SECOND, agentExecMaxUs: 5000, rebootUs: 0 };
  return {
    ...{ format: 1, seed: "bench", variants: [], budget: "survivable" },
    cluster: { ...cluster, agent: "honest", ...agent },
    weather: { ...weather, startMaxUs: 60, preemptWithin: 5000, diskMaxUs: 500 },
    steps: [...mounts, ...load],
    endUs: BEGIN_US + seconds * SECOND,
  };
}

/** Somebody uses an inode or asks for the free space so many times a second. */
export function lightPlan(aSecond: number, seconds: number): Plan {
  const load = Array.from({ length: seconds * aSecond }, (_, i) => {
    const one = { atUs: BEGIN_US + i * (SECOND / aSecond), n: i % MOUNTS, times: 1 };
    if (i % 2 === 0) return { ...one, do: "request", what: "statfs", size: 0 } as const;
    return { ...one, do: "use-inode", ino: 1 + (i % 3), mode: "write", forUs: MS } as const;
  });
  return calmPlan(load, seconds);
}

/** What every mount does within a second: all that the generator's load knows, at a pace that five
 *  mounts can just bear on few inodes that all of them want. */
function busySecond(s: number, n: number): readonly PlanStep[] {
  const at = { n, atUs: BEGIN_US + s * SECOND + n * MS };
  const often = { ...at, times: 50, everyUs: 20 * MS };
  const now = { ...at, times: 10, everyUs: 100 * MS };
  const own = 20 + 300 * n + 10 * s;
  return [
    { ...often, do: "write-file", ino: 2 + ((n + s) % 3), apart: 0 },
    { ...often, do: "read-file", ino: 2 + ((n + s + 1) % 3), apart: 0 },
    { ...often, do: "read-file", ino: 1024 * (n + 1), apart: 1024 },
    { ...at, do: "sync", times: 5, everyUs: 200 * MS },
    { ...now, do: "create-inode", ino: own, apart: 1, forUs: 20 * MS },
    { ...now, do: "use-two-inodes", ino: 2, apart: 0, other: 1024, forUs: MS },
    { ...at, do: "request", what: "statfs", size: 0, times: 20 },
    { ...at, do: "request", what: "alloc_inodes", size: 100, times: 20 },
  ];
}

export const heavyPlan = (seconds: number): Plan =>
  calmPlan(
    Array.from({ length: seconds * MOUNTS }, (_, i) =>
      busySecond(Math.floor(i / MOUNTS), i % MOUNTS),
    ).flat(),
    seconds,
  );
