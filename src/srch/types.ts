// The background compaction of srch files of one mount: struct srch_info of srch.c.

import type { SrchCompact } from "../net/types.ts";

export interface SrchState {
  setUp: boolean;
  shutdown: boolean;
}

/** `struct scoutfs_srch_file` of the log that a mount adds to, within its log trees. */
export interface SrchLog {
  /** Of its root block, which names it; 0 when there is none. */
  readonly srchBlkno: number;
  readonly srchBlocks: number;
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
