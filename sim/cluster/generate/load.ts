// What a load is drawn from: bursts of calls on files, on one mount or on all at once, light or
// heavy. Hot inodes are few, so that mounts meet at them; cold ones have a lock each that nobody
// else wants, so that many stay idle.

import type { PlanStep } from "../plan/types.ts";
import { choice, constant, type Gen, integer, list, oneOf, record } from "./gen.ts";
import { after, MS, mount, SECOND, type When, when } from "./when.ts";

/** So many inodes have one lock. */
const LOCK_INODES = 1024;
const COLD = 100 * LOCK_INODES;

/** The smallest that the mount option may be. */
export const FEWEST_IDLE = 32;

interface Inodes {
  readonly ino: number;
  readonly apart: number;
}
const hot = record({ ino: integer(2, 4), apart: constant(0) });
const row = record({ ino: oneOf(2, LOCK_INODES), apart: oneOf(1, LOCK_INODES) });
const cold = record({ ino: oneOf(COLD, 2 * COLD, 3 * COLD), apart: constant(LOCK_INODES) });
const inodes = choice<Gen<Inodes>>([4, hot], [2, row], [1, cold]);
/** Inodes that come and go. */
const files = choice<Gen<Inodes>>(
  [4, hot],
  [1, record({ ino: oneOf(10, LOCK_INODES), apart: constant(1) })],
);

interface Pace {
  readonly times: Gen<number>;
  readonly everyUs: Gen<number>;
}
export interface Burst {
  readonly when: When;
  readonly after: number;
  readonly n: number;
  readonly who: "one" | "all";
  readonly what: BurstStep["do"];
  readonly inodes: Inodes;
  readonly files: Inodes;
  readonly other: number;
  readonly times: number;
  readonly everyUs: number;
  readonly forUs: number;
  /** Of what is created: how long after it is opened, and then removed, and how many mounts on. */
  readonly openedUs: number;
  readonly removedUs: number;
  readonly far: number;
}

const burst = ({ times, everyUs }: Pace): Gen<Burst> =>
  record({
    ...{ when, after, n: mount },
    who: oneOf("one", "one", "all"),
    what: oneOf(
      ...(["write-file", "write-file", "read-file", "read-file", "sync"] as const),
      ...(["create-inode", "create-inode", "open-inode", "unlink-inode"] as const),
      "use-two-inodes",
    ),
    ...{ inodes, files },
    other: oneOf(2, LOCK_INODES, COLD),
    ...{ times, everyUs },
    forUs: oneOf(0, MS, SECOND, 5 * SECOND),
    openedUs: oneOf(20 * MS, SECOND / 5, 2 * SECOND),
    removedUs: oneOf(0, 20 * MS, 2 * SECOND, 10 * SECOND),
    far: oneOf(0, 1, 2),
  });

const light = burst({
  times: oneOf(1, 1, 2, 5),
  everyUs: oneOf(0, 10 * MS, SECOND),
});
const heavy = burst({
  times: oneOf(1, 5, 20, 50),
  everyUs: oneOf(0, MS, 20 * MS, SECOND / 5),
});

export const bursts = choice<Gen<readonly Burst[] | undefined>>(
  [6, constant(undefined)],
  [3, list(light, 1, 6)],
  [1, list(heavy, 1, 6)],
);

/** More idle locks than a mount keeps that is told to keep few: it gives the oldest back. */
export const manyLocks = record({
  ...{ when, after, n: mount },
  what: oneOf("read-file", "write-file"),
  times: integer(FEWEST_IDLE + 1, 2 * FEWEST_IDLE),
  everyUs: oneOf(MS, 0, 20 * MS),
});

export const manyLocksStep = (
  { what, times, everyUs }: NonNullable<typeof manyLocks.sample>,
  atUs: number,
  n: number,
): PlanStep => ({ atUs, do: what, n, ino: COLD, apart: LOCK_INODES, times, everyUs });

type BurstStep = Extract<PlanStep, { readonly everyUs: number }>;

/** The step of a burst at one mount. */
export function burstStep(b: Burst, atUs: number, n: number): PlanStep {
  const { what, inodes: range, files: names, other, times, everyUs, forUs } = b;
  const calls = { atUs, n, times, everyUs };
  switch (what) {
    case "sync":
      return { do: what, ...calls };
    case "read-file":
    case "write-file":
      return { do: what, ...calls, ...range };
    case "unlink-inode":
      return { do: what, ...calls, ...names };
    case "create-inode":
    case "open-inode":
      return { do: what, ...calls, ...names, forUs };
    case "use-two-inodes":
      return { do: what, ...calls, ...range, other, forUs };
  }
}
