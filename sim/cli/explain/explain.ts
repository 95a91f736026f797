// `scoutsim explain`: why a run broke a promise. What it says depends on its flags alone.

import { intervalLines, rewoundLines, sliceLines } from "../../cluster/trial/explanation.ts";
import { findIntervals, type Intervals } from "../../cluster/trial/intervals.ts";
import { type Rewound, rewind } from "../../cluster/trial/rewind.ts";
import { storyOf } from "../../cluster/trial/story.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { watchTrial } from "../../cluster/trial/watched.ts";
import { wholeNumber } from "../flags.ts";
import { type Interrupt, onInterrupt } from "../interrupt.ts";
import { type NamedRun, namedRun } from "../named-run.ts";
import { clearProgress, progress, writeJson, writeLine } from "../output.ts";
import { type Explained, reportOf } from "./report.ts";

export interface ExplainOptions {
  readonly variant: readonly string[];
  readonly lines: string;
  readonly runs: string;
  readonly points: string;
  readonly samples: string;
  readonly json?: true;
}

interface Asked {
  readonly lines: number;
  readonly runs: number;
  readonly points: number;
  readonly samples: number;
  /** Where the lines for people go. */
  readonly say: (lines: readonly string[]) => void;
}

/** The exit status: 1 when nothing is broken. */
export async function explain(what: string, o: ExplainOptions): Promise<number> {
  const asked = {
    lines: wholeNumber("--lines", o.lines),
    runs: wholeNumber("--runs", o.runs),
    points: wholeNumber("--points", o.points),
    samples: wholeNumber("--samples", o.samples),
    say: o.json ? () => {} : write,
  };
  const run = namedRun(what, o);
  const interrupt = onInterrupt();
  try {
    const explained = await whyBroken(run.trial, asked, interrupt);
    if (explained === undefined) asked.say([nothingLine(run, o)]);
    clearProgress();
    if (o.json) writeJson(reportOf(run.trial, explained, asked.lines));
    return explained === undefined ? 1 : 0;
  } finally {
    interrupt.release();
  }
}

function write(lines: readonly string[]): void {
  clearProgress();
  for (const line of lines) writeLine(line);
}

/** An artifact broke something once, a seed need not have. */
function nothingLine({ artifact }: NamedRun, { variant }: ExplainOptions): string {
  const isAsKept = artifact !== undefined && variant.length === 0;
  const why = isAsKept ? "the model may have changed" : "there is nothing to explain";
  return `no promise is broken: ${why}; see scoutsim replay`;
}

/** Undefined when no promise is broken. */
async function whyBroken(
  t: Trial,
  asked: Asked,
  interrupt: Interrupt,
): Promise<Explained | undefined> {
  const { say } = asked;
  const x = watchTrial(t);
  if (x === undefined) return undefined;
  const story = storyOf(t);
  say(story);
  say(sliceLines(x, asked.lines));

  if (t.course !== undefined) {
    say(["from when to when, and when it was lost: not asked of the way that a search took"]);
    return { x, story, intervals: undefined, rewound: undefined, stopped: false };
  }
  const intervals: Intervals = { steps: [], delays: [], free: 0, left: 0, runs: 0 };
  const trying = findIntervals(t, x, intervals, asked.runs);
  await takeTurns(trying, interrupt, () => `${intervals.runs} of at most ${asked.runs} runs`);
  say(intervalLines(intervals));

  const rewound: Rewound = { moments: [], jump: undefined };
  const going = rewind(t, x, rewound, asked);
  await takeTurns(going, interrupt, () => {
    return `${rewound.moments.length} of ${asked.points} moments to go back to`;
  });
  say(rewoundLines(rewound, x));
  const stopped = interrupt.isStopped();
  if (stopped) say(["stopped: this is what was found by then"]);
  return { x, story, intervals, rewound, stopped };
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
