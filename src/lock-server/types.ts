// The locks that the server knows of: struct server_lock_node and its three lists of client
// entries, of lock_server.c.

import type { Rid } from "../core/index.ts";
import type { LockKey, LockMode } from "../lock/types.ts";

export interface ClientLockEntry {
  readonly rid: Rid;
  readonly netId: number;
  readonly mode: LockMode;
}

export interface ServerLock {
  readonly key: LockKey;
  granted: ClientLockEntry[];
  requested: ClientLockEntry[];
  invalidated: ClientLockEntry[];
}

export interface LockServerState {
  /** Sorted by key. */
  locks: ServerLock[];
}

export interface LockServerCalls {
  scoutfs_lock_server_farewell: { readonly rid: Rid };
  scoutfs_lock_server_finished_recovery: object;
}

/** One for each lock, numbered by its key. */
export type LockServerMutexes = "lock_server.lock";
