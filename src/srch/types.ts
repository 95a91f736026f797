// The background compaction of srch files of one mount: struct srch_info of srch.c.

import type { SrchCompact } from "../net/types.ts";

export interface SrchState {
  setUp: boolean;
  shutdown: boolean;
}

export interface SrchCalls {
  scoutfs_srch_setup: object;
  scoutfs_srch_destroy: object;
  scoutfs_srch_compact_worker: { readonly of: number };
}

export interface SrchWork {
  compact: SrchCompact | undefined;
}

export type SrchQueues = "srch.wq";
