// What the trace says of locks: kinds and fields of the tracepoints and probes of lock.c as the
// recordings have them, so that a monitor reads both. The prefix scoutfs_ is left out.

import type { Errno } from "../core/index.ts";
import type { LockKey, LockMode } from "./types.ts";

export interface LockFields {
  /** The start of its range. */
  readonly key: LockKey;
  readonly mode: LockMode;
  readonly invmode: LockMode;
  readonly reqp: 0 | 1;
  readonly invp: 0 | 1;
  readonly refresh_gen: number;
  readonly write_seq: number;
  readonly dirty_trans_seq: number;
  readonly wait_rd: number;
  readonly wait_wr: number;
  readonly wait_wo: number;
  readonly use_rd: number;
  readonly use_wr: number;
  readonly use_wo: number;
}

/** Said of a lock as it is at that moment: `lock_grant_response` and `lock_invalidate_request`
 *  before the message is applied, `lock_granted` and `lock_invalidated` after. */
export type LockMoment =
  | "lock_alloc"
  | "lock_grant_response"
  | "lock_granted"
  | "lock_invalidate_request"
  | "lock_invalidate"
  | "lock_invalidated"
  | "lock_shrink"
  | "lock_free";

/** Said of one caller as well, in fields that the recordings lack: which task it is (there a name
 *  and number) and the mode that it wants or leaves. */
export type LockUseMoment = "lock_wait" | "lock_locked" | "lock_unlock" | "lock_failed";
export interface LockUse {
  readonly task: number;
  readonly want: LockMode;
}

export interface NetLockFields {
  readonly key: LockKey;
  readonly wseq: number;
  readonly old: LockMode;
  readonly new: LockMode;
}

export type LockRecord =
  | ({ readonly kind: LockMoment } & LockFields)
  | ({ readonly kind: Exclude<LockUseMoment, "lock_failed"> } & LockFields & LockUse)
  /** A call that ends without the lock; no tracepoint tells of it. */
  | ({ readonly kind: "lock_failed"; readonly error: Errno } & LockFields & LockUse)
  | ({ readonly kind: "cl_lock_request" | "cl_lock_grant_response" } & NetLockFields)
  | ({
      readonly kind: "cl_lock_invalidate_request" | "cl_lock_response";
      readonly id: number;
    } & NetLockFields)
  | { readonly kind: "cl_lock_recover_request"; readonly id: number; readonly key: LockKey }
  | {
      readonly kind: "cl_lock_recover_response";
      readonly id: number;
      readonly nr: number;
      readonly locks: readonly NetLockFields[];
    }
  | { readonly kind: "lock_setup" | "lock_shutdown" | "lock_destroy" };
