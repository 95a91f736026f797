// The locks that the server knows of: struct server_lock_node and its three lists of client
// entries, of lock_server.c, and the slice of the protocol that lock-server/ brings.

import type { Rid } from "../core/index.ts";
import type { LockKey, LockMode, NetLock } from "../lock/types.ts";

export interface ClientLockEntry {
  readonly rid: Rid;
  /** Of the client's request: its response goes there. */
  readonly netId: number;
  readonly mode: LockMode;
}

export interface ServerLock {
  readonly key: LockKey;
  /** Who holds its mutex or waits for it: it is freed by the last of them, when it is empty. */
  refs: number;
  granted: ClientLockEntry[];
  /** In the order of arrival. */
  requested: ClientLockEntry[];
  /** Asked to give way, and not answered yet; its mode is the one that was granted. */
  invalidated: ClientLockEntry[];
}

/** `lock_server_info`. */
export interface LockServerState {
  /** From `scoutfs_lock_server_setup` to its destroy, within one run of the server. */
  setUp: boolean;
  /** Sorted by key. */
  locks: ServerLock[];
}

export interface LockServerCalls {
  scoutfs_lock_server_setup: object;
  scoutfs_lock_server_destroy: object;
  scoutfs_lock_server_greeting: { readonly rid: Rid };
  scoutfs_lock_server_request: {
    readonly rid: Rid;
    readonly netId: number;
    readonly lock: NetLock;
  };
  scoutfs_lock_server_response: { readonly rid: Rid; readonly lock: NetLock };
  scoutfs_lock_server_recover_response: {
    readonly rid: Rid;
    readonly locks: readonly NetLock[];
  };
  scoutfs_lock_server_finished_recovery: object;
  scoutfs_lock_server_farewell: { readonly rid: Rid };
  /** The caller holds the lock's mutex and a reference; both are gone when it returns. */
  process_waiting_requests: { readonly key: LockKey };
}

/** What commits of lock_server.c have changed. */
export interface LockServerRules {
  /** Whether a message to a client that has no connection is no failure of who caused it. */
  bearsLostClient(): boolean;
}

/** One for each lock, numbered by its key. */
export type LockServerMutexes = "lock_server.lock";

/** What the probes of the recordings say of a LOCK message. */
export interface LockFields {
  readonly key: LockKey;
  readonly wseq: number;
  readonly old: LockMode;
  readonly new: LockMode;
}

export type LockServerRecord =
  | { readonly kind: "ls_setup" }
  | { readonly kind: "ls_destroy" }
  | { readonly kind: "ls_greeting"; readonly rid: Rid }
  | { readonly kind: "ls_farewell"; readonly rid: Rid }
  | ({ readonly kind: "ls_request"; readonly rid: Rid; readonly id: number } & LockFields)
  | ({ readonly kind: "ls_response"; readonly rid: Rid } & LockFields);
