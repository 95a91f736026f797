// A record of a run in what `explain --json` and `diff --json` say.

import type { TraceEntry } from "../engine/trace/trace.ts";

export interface Recorded {
  readonly seq: number;
  readonly atUs: number;
  /** Null for what no mount recorded. */
  readonly mount: string | null;
  readonly kind: string;
  /** As the trace has it, under scoutfs's own names. */
  readonly data: object;
}

/** `mounts` are the names in the order of their ids. */
export const recordedBy =
  (mounts: readonly string[]) =>
  ({ seq, at, mount, kind, data }: TraceEntry): Recorded => {
    return { seq, atUs: at, mount: mounts[mount] ?? null, kind, data };
  };
