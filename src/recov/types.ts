// Who has not yet recovered what: the struct recov_info of recov.c.

import type { Rid, Us } from "../core/index.ts";
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

/** The programs of this folder: those that may wait for the timer's callback. */
export interface RecovCalls {
  /** `ret.value`: true when all that were prepared have finished already. */
  scoutfs_recov_begin: { readonly timeout: Us };
  /** `ret.value`: true once, for the last of all. */
  scoutfs_recov_finish: { readonly rid: Rid; readonly which: number };
  scoutfs_recov_shutdown: object;
  scoutfs_recov_destroy: object;
  recov_timer_callback: { readonly of: number };
}

export type RecovRecord =
  | { readonly kind: "recov_prepare"; readonly rid: Rid; readonly which: number }
  | { readonly kind: "recov_begin"; readonly timeout_ms: number }
  | { readonly kind: "recov_finish"; readonly rid: Rid; readonly which: number }
  | {
      readonly kind: "recov_finish_ret";
      readonly rid: Rid;
      readonly which: number;
      readonly ret: 0 | 1;
    }
  | { readonly kind: "recov_shutdown" };

export interface RecovApi {
  /** `scoutfs_recov_prepare`. */
  recovPrepare(m: Mount, rid: Rid, which: number): void;
  /** The locked region of `scoutfs_recov_finish`: true once, for the last of all. */
  recovFinish(m: Mount, rid: Rid, which: number): boolean;
  /** `scoutfs_recov_is_pending`. */
  recovIsPending(m: Mount, rid: Rid, which: number): boolean;
  /** `scoutfs_recov_next_pending`: the next after `rid`, or undefined for the C's 0. */
  recovNextPending(m: Mount, rid: Rid, which: number): Rid | undefined;
}
