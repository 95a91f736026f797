// The model follows a capture: each mount as a whole, and the parts that are told by other events.
// Whatever it cannot do is named as the capture has it.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import type { Capture, Gap } from "../../real/capture.ts";
import { explain } from "../../real/twin/explain.ts";
import { explainPart } from "../../real/twin/parts/explain.ts";
import { followPart } from "../../real/twin/parts/follow.ts";
import { partTimelines } from "../../real/twin/parts/items.ts";
import { followAny, twinsOf } from "../../real/twin/run.ts";
import type { Recording } from "../../real/types.ts";
import { UserError } from "../../report/user-error.ts";
import { clearProgress, progress } from "../output.ts";

/** A line for each mount and part that the model could not follow. */
export function followModel(
  capture: Capture,
  entries: readonly TraceEntry[],
  gaps: readonly Gap[],
): string[] {
  const { file, mounts, slots, heartbeatTimeoutMs, events } = capture;
  if (gaps.length > 0) {
    throw new UserError("--model needs a capture without gaps: record with a larger buffer", {
      file,
    });
  }
  if (slots === 0) {
    throw new UserError("--model needs to know how many quorum slots there are: add --slots", {
      file,
    });
  }
  const none = new Map<string, number>();
  const r: Recording = {
    ...{ file, entries, mounts, slots, heartbeatTimeoutMs, events },
    ...{ read: none, leftAlone: none },
  };
  const rejected: string[] = [];
  const twins = twinsOf(r);
  for (const [n, twin] of twins.entries()) {
    progress(`following ${n + 1} of ${twins.length} mounts`);
    const accepted = followAny(twin);
    if (accepted.rejection !== undefined) rejected.push(explain(file, accepted));
  }
  const parts = partTimelines(r);
  for (const [n, timeline] of parts.entries()) {
    progress(`following ${n + 1} of ${parts.length} parts`);
    const followed = followPart(timeline);
    if (followed.rejection !== undefined) rejected.push(explainPart(file, followed));
  }
  clearProgress();
  return rejected.length > 0 ? rejected : [];
}
