// Who has not yet recovered what: the struct recov_info of recov.c.

import type { Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";

export interface RecovPending {
  readonly rid: Rid;
  /** A set of RECOV_* bits; the entry goes when it is empty. */
  which: number;
}

export interface RecovState {
  /** Sorted by rid. */
  pending: RecovPending[];
  /** `timeout_fn` is set: before that, an empty list does not mean that all have recovered. */
  begun: boolean;
}

export interface RecovApi {
  /** `scoutfs_recov_prepare`. */
  recovPrepare(m: Mount, rid: Rid, which: number): void;
  /** `scoutfs_recov_finish`: true once, for the last of all. */
  recovFinish(m: Mount, rid: Rid, which: number): boolean;
  /** `scoutfs_recov_is_pending`. */
  recovIsPending(m: Mount, rid: Rid, which: number): boolean;
  /** `scoutfs_recov_next_pending`: the next after `rid`, or undefined for the C's 0. */
  recovNextPending(m: Mount, rid: Rid, which: number): Rid | undefined;
}
