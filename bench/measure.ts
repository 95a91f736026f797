// Timing that can be trusted on a shared machine: a warm-up, several runs, medians, and CPU time of
// this process rather than the clock on the wall.

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

/** Runs the bodies in turn, `runs` times after one warm-up, so that drift meets all of them alike;
 *  gives the seconds of each. */
export function inTurn(runs: number, bodies: readonly (() => void)[]): number[][] {
  const seconds: number[][] = bodies.map(() => []);
  for (let run = -1; run < runs; run++) {
    bodies.forEach((body, i) => {
      const s = cpuSeconds(body);
      if (run >= 0) seconds[i]?.push(s);
    });
  }
  return seconds;
}

export const thousands = (n: number): string =>
  Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
