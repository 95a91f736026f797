// `scoutsim explain`: why a kept failure came about. What it says depends on its flags alone.

import type { Artifact } from "../../cluster/trial/artifact.ts";
import { intervalLines, rewoundLines, sliceLines } from "../../cluster/trial/explanation.ts";
import { findIntervals, type Intervals } from "../../cluster/trial/intervals.ts";
import { type Rewound, rewind } from "../../cluster/trial/rewind.ts";
import { storyOf } from "../../cluster/trial/story.ts";
import { watchTrial } from "../../cluster/trial/watched.ts";
import { artifactIn } from "../artifact-file.ts";
import { wholeNumber } from "../flags.ts";
import { type Interrupt, onInterrupt } from "../interrupt.ts";
import { clearProgress, progress, writeLine } from "../output.ts";

export interface ExplainOptions {
  readonly lines: string;
  readonly runs: string;
  readonly points: string;
  readonly samples: string;
}

/** The exit status: 1 when nothing breaks any more. */
export async function explain(file: string, o: ExplainOptions): Promise<number> {
  const asked = {
    lines: wholeNumber("--lines", o.lines),
    runs: wholeNumber("--runs", o.runs),
    points: wholeNumber("--points", o.points),
    samples: wholeNumber("--samples", o.samples),
  };
  const artifact = artifactIn(file);
  const interrupt = onInterrupt();
  try {
    return await tell(artifact, asked, interrupt);
  } finally {
    interrupt.release();
  }
}

type Asked = { readonly [K in keyof ExplainOptions]: number };

const write = (lines: readonly string[]): void => {
  clearProgress();
  for (const line of lines) writeLine(line);
};

async function tell(artifact: Artifact, asked: Asked, interrupt: Interrupt): Promise<number> {
  const x = watchTrial(artifact);
  if (x === undefined) {
    write(["no promise is broken: the model may have changed; see scoutsim replay"]);
    return 1;
  }
  write(storyOf(artifact));
  write(sliceLines(x, asked.lines));

  if (artifact.course !== undefined) {
    write(["from when to when, and when it was lost: not asked of the way that a search took"]);
    return 0;
  }
  const intervals: Intervals = { steps: [], delays: [], free: 0, left: 0, runs: 0 };
  const trying = findIntervals(artifact, x, intervals, asked.runs);
  await takeTurns(trying, interrupt, () => `${intervals.runs} of at most ${asked.runs} runs`);
  write(intervalLines(intervals));

  const rewound: Rewound = { moments: [], jump: undefined };
  const going = rewind(artifact, x, rewound, asked);
  await takeTurns(going, interrupt, () => {
    return `${rewound.moments.length} of ${asked.points} moments to go back to`;
  });
  write(rewoundLines(rewound, x));
  if (interrupt.isStopped()) write(["stopped: this is what was found by then"]);
  return 0;
}

async function takeTurns(
  turns: Generator<undefined, void, void>,
  interrupt: Interrupt,
  state: () => string,
): Promise<void> {
  for (const _ of turns) {
    await interrupt.pause();
    if (interrupt.isStopped()) return;
    progress(state());
  }
}
