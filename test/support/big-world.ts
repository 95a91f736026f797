// A world of the size of a five-mount cluster under load, for measuring what a clone costs: a few
// hundred pending events, dozens of tasks per mount, a couple of thousand draw counters.

import { build, start } from "../../sim/engine/build.ts";
import { seeded } from "../../sim/engine/chooser.ts";
import { putBlock } from "../../sim/engine/device.ts";
import type { World } from "../../sim/engine/world.ts";
import { type Op, type Script, scriptPrograms } from "./script.ts";

const MOUNTS = 5;
const TASKS = 40;
const COUNTERS = 2000;
const BLOCKS = 100;

export function bigWorld(): World<Script> {
  const jobs: Op[][] = [
    [{ op: "wait", flag: "never", timeoutUs: 60_000_000 }],
    [{ op: "sleep", us: 50_000_000 }],
  ];
  const w = build<Script>({
    programs: scriptPrograms,
    rules: {},
    api: {},
    chooser: seeded("big"),
    hosts: MOUNTS,
    mounts: Array.from({ length: MOUNTS }, (_, host) => ({
      host,
      name: `m${host}`,
      state: {
        log: Array.from({ length: 300 }, (_, i) => `line ${i}`),
        flags: new Set(Array.from({ length: 50 }, (_, i) => `flag ${i}`)),
        jobs,
      },
    })),
  });
  for (let m = 0; m < MOUNTS; m++)
    for (let t = 0; t < TASKS; t++) start(w, m, "job", { of: t % 2 });
  for (let i = 0; i < COUNTERS; i++) w.pick(i % 50, `why ${Math.trunc(i / 50)}`, 10);
  for (let i = 0; i < BLOCKS; i++) putBlock(w.device(), `block ${i}`, { version: i });
  w.runFor(1000);
  return w;
}
