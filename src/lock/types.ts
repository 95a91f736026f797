// The lock client of one mount: struct scoutfs_lock of lock.h and lock_info of lock.c, and the
// slice of the protocol that lock/ brings. A lock covers a range of item keys; keys are numbers
// here, ordered as the keys of scoutfs are.

import type { Brand, Errno, Handle, Out, Protocol, Table } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export type LockMode = "null" | "read" | "write" | "write_only";
export type ModeCounts = Record<LockMode, number>;
export type LockKey = Brand<number, "LockKey">;

/** `scoutfs_net_lock`: what requests, grants and invalidations carry. */
export interface NetLock {
  readonly key: LockKey;
  readonly writeSeq: number;
  readonly oldMode: LockMode;
  readonly newMode: LockMode;
}

/** An invalidation that the server has asked for, in the order of arrival. */
export interface InvalidateRequest {
  readonly netId: number;
  readonly lock: NetLock;
}

export interface Lock {
  readonly start: LockKey;
  readonly end: LockKey;
  refreshGen: number;
  writeSeq: number;
  /** The transaction that could have been dirtied under it last. */
  dirtyTransSeq: number;
  requestPending: boolean;
  invalidatePending: boolean;
  invalidations: InvalidateRequest[];
  mode: LockMode;
  /** The mode before the invalidation that runs: lock recovery reports it. */
  invalidatingMode: LockMode;
  waiters: ModeCounts;
  users: ModeCounts;
}
export type LockHandle = Handle<Lock>;

/** `lock_info`. */
export interface LockState {
  shutdown: boolean;
  unmounting: boolean;
  /** Mount option lock_idle_count. */
  idleCount: number;
  readonly locks: Table<Lock>;
  /** In the order of their start keys. */
  tree: LockHandle[];
  /** Granted and idle, the least recently used first. */
  lru: LockHandle[];
  /** Locks that have invalidations which no worker has taken yet. */
  invList: LockHandle[];
  nextRefreshGen: number;
}

export interface LockRange {
  readonly mode: LockMode;
  readonly start: LockKey;
  readonly end: LockKey;
  /** SCOUTFS_LKF_NONBLOCK: only a mode that is granted already. */
  readonly nonblock?: true;
  /** SCOUTFS_LKF_INTERRUPTIBLE. */
  readonly interruptible?: true;
}

export interface LockCalls {
  /** `ret.value`: the handle of the lock, whose mode the caller now uses. */
  lock_key_range: LockRange;
  /** `ret.value`: whether a null request was sent. */
  try_shrink_lock: { readonly force: boolean };
}

/** What neighbours have to provide. */
export interface LockNeeds {
  /** client.c: submits a request and returns without its response; the grant arrives through
   *  `LockApi.grantResponse`. */
  readonly scoutfs_client_lock_request: NetLock;
  /** lock.c, not written yet. */
  readonly lock_invalidate_worker: { readonly of: number };
}

export interface LockApi<P extends Protocol> {
  unlock(m: P["State"], out: Out<P>, lock: LockHandle, mode: LockMode): void;
  grantResponse(m: P["State"], out: Out<P>, nl: NetLock): void;
  /** trans.c: `scoutfs_trans_sample_seq`. */
  transSampleSeq(m: P["State"]): number;
}

export type LockRules = object;
export type LockQueues = "lock.workq";
export type LockWaitQueues = "lock.waitq";
/** lock.c has spinlocks only: each region under one is a step. */
export type LockMutexes = never;

/** What the monitors of locking hear: a wait opens, and ends in a use or an error. */
export type LockRecord =
  | { readonly kind: "lock.wait"; readonly key: LockKey; readonly mode: LockMode }
  | { readonly kind: "lock.locked"; readonly key: LockKey; readonly mode: LockMode }
  | {
      readonly kind: "lock.failed";
      readonly key: LockKey;
      readonly mode: LockMode;
      readonly error: Errno;
    }
  | { readonly kind: "lock.unlocked"; readonly key: LockKey; readonly mode: LockMode }
  | {
      readonly kind: "lock.granted";
      readonly key: LockKey;
      readonly oldMode: LockMode;
      readonly newMode: LockMode;
      readonly refreshGen: number;
    };

export type LockProtocol = Scoutfs;
export type LockMount = Scoutfs["State"];
