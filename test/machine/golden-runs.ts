// A few runs whose hashes are checked in. Started on its own, it prints them: that is how the test
// sees them in a fresh process.

import { leaseWorld } from "../protocols/leases.ts";

const runs = {
  "leases of five clients": () => leaseWorld({ clients: 5, keys: 3, seed: "golden" }),
  "leases with preemption": () =>
    leaseWorld({
      clients: 3,
      keys: 1,
      seed: "preempted",
      blueprint: { scheduling: { start: { min: 5, max: 400 }, preemptWithin: 3 } },
    }),
  "leases over a bad network": () =>
    leaseWorld({
      clients: 4,
      keys: 2,
      seed: "lossy",
      blueprint: {
        net: { link: { lossPermille: 50, duplicatePermille: 50, reorderPermille: 100 } },
      },
    }),
} as const;

export const goldenRuns = Object.keys(runs) as (keyof typeof runs)[];
const EVENTS = 20_000;

/** The hash after a fixed number of events; in a fresh clone every so many, if told. */
export function hashOf(name: keyof typeof runs, cloneEvery = 0): string {
  let w = runs[name]();
  for (let i = 1; i <= EVENTS; i++) {
    w.step();
    if (cloneEvery > 0 && i % cloneEvery === 0) w = w.clone();
  }
  return w.hash;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  console.log(JSON.stringify(Object.fromEntries(goldenRuns.map((name) => [name, hashOf(name)]))));
}
