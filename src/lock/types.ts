// The lock client of one mount: struct scoutfs_lock of lock.h and lock_info of lock.c, and the
// slice of the protocol that lock/ brings. A lock covers a range of item keys; keys are numbers
// here, ordered as the keys of scoutfs are, see keys.ts.

import type { Brand, Handle, Out, Protocol, Table } from "../core/index.ts";
import type { DeletionData } from "../inode/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { LockRecord } from "./record-types.ts";

export type { LockRecord };

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
  /** `inv_list`: the first of them is worked on, the others wait for it. */
  invalidations: InvalidateRequest[];
  mode: LockMode;
  /** The mode before the invalidation that runs: lock recovery reports it. */
  invalidatingMode: LockMode;
  waiters: ModeCounts;
  users: ModeCounts;
  /** One that has to wait for the first so many of `invalidations`. */
  grant?: { readonly nl: NetLock; behind: number };
  /** What inode.c keeps of this lock: it goes with it. */
  inodeDeletionData?: DeletionData;
}
export type LockHandle = Handle<Lock>;

/** `lock_info`. */
export interface LockState {
  shutdown: boolean;
  /** Set by `scoutfs_lock_unmount_begin`; nothing reads it any more. */
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

export interface LockFlags {
  /** SCOUTFS_LKF_NONBLOCK: only a mode that is granted already. */
  readonly nonblock?: true;
  /** SCOUTFS_LKF_INTERRUPTIBLE. */
  readonly interruptible?: true;
}
export interface LockWhole extends LockFlags {
  readonly mode: LockMode;
}
export interface LockRange extends LockWhole {
  readonly start: LockKey;
  readonly end: LockKey;
}
export interface LockIno extends LockWhole {
  readonly ino: number;
}

/** The locks that cover a whole zone or one key, whoever asks. */
export type WholeLockName =
  | "scoutfs_lock_rename"
  | "scoutfs_lock_orphan"
  | "scoutfs_lock_xattr_totl"
  | "scoutfs_lock_xattr_indx"
  | "scoutfs_lock_quota";

export type LockCalls = {
  /** `ret.value` of these: the handle of the lock, whose mode the caller now uses. */
  readonly [N in WholeLockName]: LockWhole;
} & {
  readonly lock_key_range: LockRange;
  readonly scoutfs_lock_ino: LockIno;
  readonly scoutfs_lock_inode_index: {
    readonly mode: LockMode;
    readonly type: "meta_seq" | "data_seq";
    readonly major: number;
  };
  /** `ret.value`: a handle for each inode, in the order of `inos`; undefined where that has none.
   *  An inode may be there twice. */
  readonly scoutfs_lock_inodes: LockWhole & { readonly inos: readonly (number | undefined)[] };
  /** `ret.value`: whether a null request was sent. */
  readonly try_shrink_lock: { readonly force: boolean };
  /** Sends null requests for all that is idle. */
  readonly scoutfs_free_unused_locks: object;
  /** The request functions of client.c hand over to these two. An error shuts the connection. */
  readonly scoutfs_lock_invalidate_request: InvalidateRequest;
  readonly scoutfs_lock_recover_request: { readonly netId: number; readonly key: LockKey };
  readonly lock_invalidate_worker: { readonly of: number };
  readonly lock_invalidate: {
    readonly lock: LockHandle;
    readonly prev: LockMode;
    readonly mode: LockMode;
  };
  readonly scoutfs_lock_setup: object;
  readonly scoutfs_lock_unmount_begin: object;
  readonly scoutfs_lock_flush_invalidate: object;
  readonly scoutfs_lock_shutdown: object;
  readonly scoutfs_lock_destroy: object;
};

/** What neighbours have to provide. The three of client.c submit and return at once. */
export interface LockNeeds {
  /** The grant arrives through `LockApi.grantResponse`. */
  readonly scoutfs_client_lock_request: NetLock;
  readonly scoutfs_client_lock_response: InvalidateRequest;
  readonly scoutfs_client_lock_recover_response: {
    readonly netId: number;
    readonly locks: readonly NetLock[];
  };
  /** trans.c: with `wait`, until the transaction that was open is committed. */
  readonly scoutfs_trans_sync: { readonly wait: boolean };
  /** item.c: drops the cached items of a range. */
  readonly scoutfs_item_invalidate: { readonly start: LockKey; readonly end: LockKey };
}

export interface LockApi<P extends Protocol> {
  /** `scoutfs_unlock`. */
  unlock(m: P["State"], out: Out<P>, lock: LockHandle, mode: LockMode): void;
  /** `scoutfs_lock_grant_response`. */
  grantResponse(m: P["State"], out: Out<P>, nl: NetLock): void;
  /** `scoutfs_lock_protected`: whether that lock covers such an access, asked by its holder. */
  lockProtected(m: P["State"], lock: LockHandle, key: LockKey, mode: LockMode): boolean;
  /** `scoutfs_lock_ino_refresh_gen`: 0 while nothing that lets read is granted. */
  lockInoRefreshGen(m: P["State"], ino: number): number;
}
export interface RangeCached {
  readonly cached: boolean;
  readonly dirty: boolean;
}

/** Questions that commits of scoutfs have answered differently over time. */
export interface LockRules {
  /** ca526e2bc0: what is said in lock recovery of a lock that is being invalidated. */
  recoveredMode(lock: Lock): LockMode;
  /** 0eb9dfebdc: the invalidation worker bears the errors of a forced unmount. */
  invalidationBearsForcedUnmount(): boolean;
  /** 65ac42831f: whether a lock that is asked for again during its invalidation queues the work. */
  requeuesInvalidation(): boolean;
  /** The mode that an invalidation leaves of the one that the lock has. */
  modeLeft(lock: Lock, nl: NetLock): LockMode;
  /** Whether a grant is put off until an invalidation that came before it is settled. */
  grantWaits(lock: Lock, nl: NetLock): boolean;
  /** Whether a grant gives back only what the mount could read all along. */
  couldReadBefore(lock: Lock, nl: NetLock): boolean;
  /** Whether nobody waits for the answer to a lock request any more. */
  lockWaitEnds(m: LockMount): boolean;
  /** Whether a grant asks that what is cached under its lock fits it. */
  cacheMustFit(m: LockMount): boolean;
}
export type LockQueues = "lock.workq";
export type LockWaitQueues = "lock.waitq";
/** lock.c has spinlocks only: each region under one is a step. */
export type LockMutexes = never;

export type LockProtocol = Scoutfs;
export type LockMount = Scoutfs["State"];
