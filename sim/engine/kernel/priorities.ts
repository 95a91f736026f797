// Probabilistic concurrency testing: every program of a mount has a drawn priority, and what it is
// started for waits the longer the lower that is; at a few drawn starts whatever is started then
// drops to the lowest. A bug that needs few orderings is then met with a chance that does not
// shrink as runs grow. Tasks run side by side here, so that a priority is a delay.
//
// No kernel is unfair for long: whom it let run late runs before those who ran meanwhile. So the
// priorities hold for a while and are then drawn anew; else a task that others always come before
// starves, and looks as if the protocol let it.

import type { Protocol } from "../../../src/core/index.ts";
import type { Delay } from "../machine.ts";
import type { World } from "../world.ts";

/** Of one mount. */
export interface Priorities {
  /** By program, from 0, the highest. */
  readonly levels: Map<string, number>;
  /** Since when these hold. */
  drawnAt: number;
  starts: number;
  /** How many starts pass before each drop, soonest first. */
  readonly drops: number[];
}

const LEVELS = 6;
/** A level waits so many times as long as the one above it. */
const STEP = 4;
/** As long as the laziest host takes to start a task. */
const MOST_US = 20_000;
/** Starts of a mount among which the drops are. */
const STARTS = 2000;
/** How long the levels hold. */
const HOLD_US = 2_000_000;

function drawn<P extends Protocol>(w: World<P>, mount: number, depth: number): Priorities {
  const drops = Array.from({ length: depth }, () => w.pick(mount, "priority drop", STARTS));
  return { levels: new Map(), drawnAt: w.now, starts: 0, drops: drops.sort((a, b) => a - b) };
}

/** Until a task of that program runs, which has become runnable. */
export function priorityDelay<P extends Protocol>(
  w: World<P>,
  mount: number,
  program: string,
  depth: number,
): Delay {
  const m = w.mount(mount);
  m.priorities ??= drawn(w, mount, depth);
  const { levels, drops } = m.priorities;
  if (w.now - m.priorities.drawnAt >= HOLD_US) {
    levels.clear();
    m.priorities.drawnAt = w.now;
  }
  if (m.priorities.starts++ === drops[0]) {
    while (drops[0] === m.priorities.starts - 1) drops.shift();
    levels.set(program, LEVELS);
  }
  let level = levels.get(program);
  if (level === undefined) {
    level = w.pick(mount, "priority", LEVELS);
    levels.set(program, level);
  }
  const min = Math.min(MOST_US, w.tables.scheduling.start.min * STEP ** level);
  return { min, max: min + Math.floor(min / STEP) };
}

/** The longest that a task waits on a healthy host until it runs. */
export function latestStartUs<P extends Protocol>({ tables }: World<P>): number {
  const { pctDepth, start } = tables.scheduling;
  return pctDepth === undefined ? start.max : MOST_US + MOST_US / STEP;
}
