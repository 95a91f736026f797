// When a failing run was lost: it is taken back to moments along its way and goes on from each by
// fresh chance, many times. How often it fails again the same way says how far the failure was
// decided by then. Where that share rises most, the moments are taken closer and closer together,
// down to one event.

import { seeded } from "../../engine/chooser.ts";
import { keyOf } from "../../explore/hunt.ts";
import type { Share } from "../../explore/wilson.ts";
import type { ClusterWorld } from "../world/types.ts";
import type { Trial } from "./tape-runs.ts";
import { runToEnd, worldOf } from "./trial.ts";
import type { Watched } from "./watched.ts";

/** After this many events of the run. */
export interface Moment {
  readonly seq: number;
  readonly fails: Share;
}

export interface Rewound {
  /** In the order of time. */
  readonly moments: Moment[];
  /** The last one before and the first one after the steepest rise. */
  jump: { readonly before: Moment; readonly after: Moment } | undefined;
}

export interface RewindOptions {
  readonly points: number;
  readonly samples: number;
}

/** Yields before each run, so that its user can stop; then `found` is what there is. */
export function* rewind(
  t: Trial,
  { failure, seq: last }: Watched,
  found: Rewound,
  { points, samples }: RewindOptions,
): Generator<undefined, void, void> {
  const tried = function* (w: ClusterWorld): Generator<undefined, Moment, void> {
    let count = 0;
    for (let n = 0; n < samples; n++) {
      yield;
      const other = w.clone() as ClusterWorld;
      other.chooser = seeded(`${t.plan.seed}/rewind/${w.seq}/${n}`);
      const { violation } = runToEnd(other, t.plan);
      if (violation !== undefined && keyOf(violation) === keyOf(failure)) count++;
    }
    return { seq: w.seq, fails: { count, of: samples } };
  };
  const w = worldOf(t);
  const worlds = new Map<number, ClusterWorld>();
  for (const seq of evenly(points, last - 1)) {
    stepTo(w, seq);
    worlds.set(seq, w.clone() as ClusterWorld);
    found.moments.push(yield* tried(w));
  }
  found.jump = steepest(found.moments);
  for (let jump = found.jump; jump !== undefined; jump = found.jump) {
    const { before, after } = jump;
    if (after.seq - before.seq <= 1) return;
    const from = [...worlds].filter(([seq]) => seq <= before.seq).at(-1)?.[1];
    if (from === undefined) return;
    const middle = from.clone() as ClusterWorld;
    stepTo(middle, Math.floor((before.seq + after.seq) / 2));
    const half = yield* tried(middle);
    const isSecond = after.fails.count - half.fails.count > half.fails.count - before.fails.count;
    found.jump = isSecond ? { before: half, after } : { before, after: half };
  }
}

/** Whole numbers from 0 to the last, each once. */
export function evenly(points: number, last: number): number[] {
  const all = Array.from({ length: points }, (_, i) =>
    points === 1 ? last : Math.floor((last * i) / (points - 1)),
  );
  return [...new Set(all)];
}

function stepTo(w: ClusterWorld, seq: number): void {
  while (w.seq < seq && w.step());
}

/** Undefined when it never rises. */
export function steepest(moments: readonly Moment[]): Rewound["jump"] {
  let jump: Rewound["jump"];
  let most = 0;
  moments.forEach((after, i) => {
    const before = moments[i - 1];
    if (before === undefined) return;
    const rise = after.fails.count - before.fails.count;
    if (rise > most) {
      most = rise;
      jump = { before, after };
    }
  });
  return jump;
}

const ALL = "#";
const NONE = ".";
const TENTHS = 10;

/** A character for each: `.` never, 1 to 9 in tenths, `#` always. */
export function strip(moments: readonly Moment[]): string {
  return moments
    .map(({ fails: { count, of } }) => {
      if (count === 0) return NONE;
      if (count === of) return ALL;
      return String(Math.min(TENTHS - 1, Math.max(1, Math.floor((count * TENTHS) / of))));
    })
    .join("");
}
