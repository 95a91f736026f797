// What `explain --json` says: what its lines are made of, under names that stay. Null is what there
// is none of, or was not asked.

import { dependsOn } from "../../cluster/trial/explanation.ts";
import type { Intervals } from "../../cluster/trial/intervals.ts";
import type { Rewound } from "../../cluster/trial/rewind.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { tryTrial } from "../../cluster/trial/trial.ts";
import type { Watched } from "../../cluster/trial/watched.ts";
import type { Span } from "../../explore/edge.ts";
import { endOf } from "../named-run.ts";
import { recordedBy } from "../record.ts";

export interface Explained {
  readonly x: Watched;
  readonly story: readonly string[];
  /** Undefined for the way that a search took, of which they are not asked. */
  readonly intervals: Intervals | undefined;
  readonly rewound: Rewound | undefined;
  readonly stopped: boolean;
}

/** `lines`: so many records, the newest. Of a run that breaks nothing there is only its end. */
export function reportOf(t: Trial, e: Explained | undefined, lines: number): object {
  if (e === undefined) {
    const nothing = { dependsOn: null, intervals: null, rewound: null, stopped: false };
    return { ...endOf(t, tryTrial(t)), story: [], ...nothing };
  }
  const { x, story, stopped } = e;
  return {
    ...endOf(t, x.outcome),
    story,
    dependsOn: sliceOf(x, lines),
    intervals: e.intervals === undefined ? null : intervalsOf(e.intervals),
    rewound: e.rewound === undefined ? null : rewoundOf(e.rewound),
    stopped,
  };
}

function sliceOf(x: Watched, lines: number): object {
  const { shown, more } = dependsOn(x, lines);
  return { events: x.slice.size, earlierRecords: more, records: shown.map(recordedBy(x.names)) };
}

/** Null where no end was found. */
const rangeOf = ({ low, high, isOpenBelow, isOpenAbove }: Span) => ({
  leastUs: isOpenBelow ? null : low,
  mostUs: isOpenAbove ? null : high,
});

const intervalsOf = ({ steps, delays, free, left, runs }: Intervals): object => ({
  runs,
  steps: steps.map(({ step, span }) => ({ step, ...rangeOf(span) })),
  delays: delays.map(({ delay: { says, us, min, max, dueAt }, span, isLuck }) => ({
    ...{ says, dueAtUs: dueAt, tookUs: us, ...rangeOf(span) },
    ...{ weather: { leastUs: min, mostUs: max }, isLuck },
  })),
  free,
  left,
});

const rewoundOf = ({ moments, jump }: Rewound): object => ({ moments, jump: jump ?? null });
