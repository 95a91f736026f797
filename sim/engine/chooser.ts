// All nondeterminism of a run is one call, `pick(who, why, n)`. This is its public face: the four
// sources that answer it, the recording that wraps any of them, and the way back from plain data.

import type { Odometer } from "./chooser/odometer.ts";
import { restoreOdometer } from "./chooser/odometer.ts";
import { restoreSeeded } from "./chooser/seeded.ts";
import type { Recording } from "./chooser/tape.ts";
import { restoreRecording, restoreTape } from "./chooser/tape.ts";
import type { Chooser, ChooserData, OdometerData, RecordingData } from "./chooser/types.ts";
import { restoreValues } from "./chooser/values.ts";

export { type Odometer, type OdometerOptions, odometer } from "./chooser/odometer.ts";
export { seeded } from "./chooser/seeded.ts";
export { type Recording, recording, tape } from "./chooser/tape.ts";
export type { Chooser, ChooserData, OdometerData, TapeEntry } from "./chooser/types.ts";
export { fromValues } from "./chooser/values.ts";

/** A chooser that goes on as the one whose snapshot this is. */
export function restoreChooser(data: RecordingData): Recording;
export function restoreChooser(data: OdometerData): Odometer;
export function restoreChooser(data: ChooserData): Chooser;
export function restoreChooser(data: ChooserData): Chooser {
  switch (data.kind) {
    case "seeded":
      return restoreSeeded(data);
    case "tape":
      return restoreTape(data, data.fallback === null ? null : restoreChooser(data.fallback));
    case "recording":
      return restoreRecording(data, restoreChooser(data.source));
    case "odometer":
      return restoreOdometer(data);
    case "values":
      return restoreValues(data);
    default: {
      const { kind }: { kind?: unknown } = data satisfies never;
      throw new Error(`no chooser of kind ${String(kind)}: give what snapshot() returned`);
    }
  }
}
