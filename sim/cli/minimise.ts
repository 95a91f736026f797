// `scoutsim minimise`: a kept failure as a smaller run that fails in the same way.

import { formatArtifact, foundArtifact } from "../cluster/trial/artifact.ts";
import { MINIMISE_RUNS, minimisedLine, minimiseTrial, tryAndTell } from "../cluster/trial/found.ts";
import { storyOf } from "../cluster/trial/story.ts";
import { trialIn } from "../cluster/trial/tape-runs.ts";
import { UserError } from "../report/user-error.ts";
import { artifactIn } from "./artifact-file.ts";
import { writeTextFile } from "./files.ts";
import { quoted, wholeNumber } from "./flags.ts";
import { onInterrupt } from "./interrupt.ts";
import { clearProgress, progress, writeLine } from "./output.ts";

export interface MinimiseOptions {
  readonly out: string;
  readonly runs?: string;
}

/** The exit status: 1 when nothing breaks any more. */
export async function minimiseFile(file: string, o: MinimiseOptions): Promise<number> {
  const runs = o.runs === undefined ? MINIMISE_RUNS : wholeNumber("--runs", o.runs);
  const { out } = o;
  const t = trialIn(artifactIn(file));
  if (t.course !== undefined) {
    throw new UserError("the way that a search took is a shortest one already", { file });
  }
  const outcome = tryAndTell(t);
  if (outcome.violation === undefined) {
    writeLine("no promise is broken: the model may have changed; see scoutsim replay");
    return 1;
  }
  const interrupt = onInterrupt();
  try {
    const steps = minimiseTrial(t, outcome, { isStopped: interrupt.isStopped, runs });
    let turn = steps.next();
    for (let tried = 1; !turn.done; tried++) {
      await interrupt.pause();
      progress(`${tried} of at most ${runs} runs`);
      turn = steps.next();
    }
    clearProgress();
    const small = turn.value;
    const now = tryAndTell(small.value);
    writeLine(minimisedLine(t, small, now));
    for (const line of storyOf(small.value)) writeLine(line);
    writeTextFile(out, formatArtifact(foundArtifact(small.value, now)));
    writeLine(`scoutsim replay ${quoted(out)}`);
    return 0;
  } finally {
    interrupt.release();
  }
}
