// What reading a recording gives.

import type { TraceEntry } from "../engine/trace/trace.ts";

export interface MountName {
  /** As the recording has it: `m2.b` is the second incarnation of mount 2. */
  readonly name: string;
  /** Mount 2 is in slot 2 if there are that many slots; -1 where the name does not tell. */
  readonly slot: number;
}

export interface Recording {
  readonly file: string;
  /** In the order of the file; `seq` is the line, from 1, and 0 what stands for no line. */
  readonly entries: readonly TraceEntry[];
  /** By the mount number of the entries. */
  readonly mounts: readonly MountName[];
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  /** Lines of the file. */
  readonly events: number;
  /** How many became entries, by kind. */
  readonly read: ReadonlyMap<string, number>;
  /** How many did not, by the name that the recording has for them. */
  readonly leftAlone: ReadonlyMap<string, number>;
}
