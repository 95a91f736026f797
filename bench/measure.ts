// Timing that can be trusted on a shared machine: warm-ups, several runs in turn, medians, and CPU
// time of this process rather than the clock on the wall. Ratios of one run bear a busy machine;
// seconds do not: a core that is shared with another process does half the work in one of them.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** CPU seconds that `body` takes. */
export function cpuSeconds(body: () => void): number {
  const before = process.cpuUsage();
  body();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

export function median(values: readonly number[]): number {
  const sorted = values.slice().sort((x, y) => x - y);
  const at = sorted.length >> 1;
  return sorted[at] ?? Number.NaN;
}

/** Runs the bodies in turn after so many warm-ups, so that drift meets all of them alike; gives the
 *  seconds of each. What runs much code needs more warm-ups: compiling it is CPU time too. */
export function inTurn(runs: number, bodies: readonly (() => void)[], warmUps = 1): number[][] {
  const seconds: number[][] = bodies.map(() => []);
  for (let run = -warmUps; run < runs; run++) {
    bodies.forEach((body, i) => {
      const s = cpuSeconds(body);
      if (run >= 0) seconds[i]?.push(s);
    });
  }
  return seconds;
}

/** How far the runs lie apart: half of them are within so many per cent of the median. */
export function spread(values: readonly number[]): string {
  const middle = median(values);
  const off = median(values.map((v) => Math.abs(v - middle)));
  return `+-${Math.round((100 * off) / middle)} %`;
}

export const thousands = (n: number): string =>
  Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");

export const row = (name: string, value: string): void =>
  console.log(`  ${name.padEnd(20)}${value}`);

/** Bytes that are in use once all garbage is gone. */
export function bytesInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
