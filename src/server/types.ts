// The server of a mount and the slice of the protocol that server/ brings: struct server_info and
// struct commit_users of server.c. Both hang off the mount and outlive one run of the server: only
// what its start sets again is new then.

import type { Address, Errno, Handle, Out, Rid, Table, Us } from "../core/index.ts";
import type { ItemBlock } from "../item/types.ts";
import type { LockKey, NetLock } from "../lock/types.ts";
import type { LockFields } from "../lock-server/types.ts";
import type { Mount } from "../mount/types.ts";
import type { ConnHandle, Greeting, VolumeOptions } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { QuorumConfig } from "../quorum/types.ts";
import type { LogTrees, SuperBlock } from "./super.ts";

export type ServerStatus = "DOWN" | "STARTING" | "UP" | "STOPPING";

/** `struct commit_hold`, owned by the task that holds (there it lives on its stack). */
export interface CommitHold {
  /** What the allocators had left when it joined. */
  avail: number;
  freed: number;
  ret: Errno | undefined;
}
export type HoldHandle = Handle<CommitHold>;

/** `struct commit_users`: who is in the commit that will be written next. */
export interface CommitUsers {
  /** Those who still dirty; its length is `nr_holders`. */
  holding: HoldHandle[];
  /** Those who wait for the result. */
  applying: HoldHandle[];
  budget: number;
  availBefore: number;
  freedBefore: number;
  committing: boolean;
  exceeded: boolean;
}

/** The server's metadata allocators as counts of blocks that are left in each list. */
export interface ServerAlloc {
  avail: number;
  freed: number;
  otherAvail: number;
  otherFreed: number;
}

/** `struct farewell_request`: a client in unmount that waits for its response. */
export interface FarewellRequest {
  readonly rid: Rid;
  readonly netId: number;
}

export interface ServerState {
  /** From `scoutfs_server_setup` to its destroy. */
  setUp: boolean;
  status: ServerStatus;
  term: number;
  /** `qconf`: as the quorum worker had it when it started this server. */
  config: QuorumConfig | undefined;
  /** The listener; absent unless the server is between its start and its shutdown. */
  conn: ConnHandle | undefined;
  /** `seq_atomic`. */
  seq: number;
  readonly holds: Table<CommitHold>;
  readonly cusers: CommitUsers;
  readonly alloc: ServerAlloc;
  /** Blocks that a commit has to write before the super block. */
  dirtyBlocks: number;
  dirtySuper: SuperBlock;
  stableSuper: SuperBlock;
  /** What readers see: changed once a commit has written it. */
  volopt: VolumeOptions;
  clients: Rid[];
  farewellRequests: FarewellRequest[];
  /** Log trees whose transaction is not newer than this were asked for a commit already. */
  finalizeSentSeq: number;
  /** Set by a fault: what reading or changing any btree of this server returns. */
  btreeError: Errno | undefined;
}

/** The one server of a mount as a work item. */
export interface OfServer {
  readonly of: number;
}

export interface ServerCalls {
  stop_server: { readonly cause: StopCause };
  server_down: object;
  server_hold_commit: { readonly hold: HoldHandle };
  /** `ret.error`: the holder's own error, or how the commit ended. */
  server_apply_commit: { readonly hold: HoldHandle; readonly err: Errno | undefined };
  scoutfs_server_commit_func: OfServer;
  insert_mounted_client: { readonly greeting: Greeting; readonly address: Address };
  /** What the lock server says to a client. */
  scoutfs_server_lock_request: { readonly rid: Rid; readonly lock: NetLock };
  scoutfs_server_lock_response: {
    readonly rid: Rid;
    readonly id: number;
    readonly lock: NetLock;
  };
  scoutfs_server_lock_recover_request: { readonly rid: Rid; readonly key: LockKey };
  queue_farewell_work: object;
  farewell_worker: OfServer;
  reclaim_rid: { readonly rid: Rid };
  reclaim_open_log_tree: { readonly rid: Rid };
  /** These four run under the caller's commit and logs_mutex, and may let go of both meanwhile.
   *  `ret.value` of the first two: the caller's log tree as it is then; of the third: whether it
   *  let go. */
  finalize_and_start_log_merge: FinalizeArgs & { readonly rid: Rid };
  do_finalize_ours: FinalizeArgs;
  reclaim_orphan_log_trees: { readonly rid: Rid; readonly hold: HoldHandle };
  merge_finalized_log_trees: { readonly seq: number };
  cancel_srch_compact: { readonly rid: Rid };
  cancel_log_merge: { readonly rid: Rid };
  delete_mounted_client: { readonly rid: Rid };
  scoutfs_server_recov_finish: { readonly rid: Rid; readonly which: number };
  finished_recovery: object;
  scoutfs_server_worker: OfServer;
  start_recovery: object;
  fence_pending_recov_worker: OfServer;
  /** `ret.value`: the Address. */
  lookup_mounted_client_addr: { readonly rid: Rid };
  reclaim_worker: OfServer;
  queue_reclaim_work: { readonly delay: Us };
  scoutfs_server_stop_wait: { readonly cause: StopCause };
  scoutfs_server_setup: object;
  scoutfs_server_destroy: object;
}

export interface FinalizeArgs {
  readonly lt: LogTrees;
  readonly hold: HoldHandle;
}

/** What the server calls in forest.c, before any client is heard. */
export interface ServerStandIns {
  /** `ret.value`: the greatest seq. */
  scoutfs_forest_get_max_seq: object;
}

/** Why a server stops: SRV2 allows some and not others. */
export type StopCause = string;

export interface ServerApi {
  /** `scoutfs_server_stop` for callers that are in the middle of a locked region. */
  serverStop(m: Mount, out: Out<Scoutfs>, cause: StopCause): void;
  /** `scoutfs_server_next_seq`. */
  serverNextSeq(m: Mount, out: Out<Scoutfs>): number;
  /** `scoutfs_server_set_seq_if_greater`. */
  serverSetSeqIfGreater(m: Mount, out: Out<Scoutfs>, seq: number): void;
  /** Stands for the block allocations and frees of a change: takes both from the commit's lists. */
  serverDirtyBlocks(m: Mount, out: Out<Scoutfs>, blocks: number): void;
  /** `scoutfs_server_start`: nothing happens unless the server is down. */
  serverStart(
    m: Mount,
    out: Out<Scoutfs>,
    args: { readonly config: QuorumConfig; readonly term: number },
  ): void;
  serverIsRunning(m: Mount): boolean;
  serverIsUp(m: Mount): boolean;
  serverIsDown(m: Mount): boolean;
  /** `recovery_timeout`, called by the timer of recovery. */
  serverRecoveryTimeout(m: Mount, out: Out<Scoutfs>): void;
  /** `server_notify_down` of the listener, which is called under the connection's lock. */
  serverListenerDown(m: Mount, out: Out<Scoutfs>): void;
}

/** Questions that scoutfs commits have answered differently over time. */
export interface ServerRules {
  /** e14912974d: locks that are still being recovered would come back after the reclaim. */
  mustWaitForLockRecovery(m: Mount, out: Out<Scoutfs>, rid: Rid): boolean;
  /** 4fab75b862: whether the last quorum members stay as long as other mounts do. */
  lastMembersWaitForOthers(): boolean;
  /** Whether farewells count this mounted client, which may have asked to leave, as a member. */
  countsAsMember(m: Mount, item: MountedClient, asks: boolean): boolean;
  /** Whether an accepted connection without a rid is taken for the listener when it goes. */
  stopsWhenUngreetedLeaves(): boolean;
  /** Whether a client's info is put in or taken out of the list only when that fits. */
  checksListOfClients(): boolean;
  /** Whether a srch log that the server has already is taken once more without an error. */
  bearsRotatedSrchLog(): boolean;
  /** Whether the last holder wakes those who wait for a hold, when it fails and nobody applies. */
  failedHolderWakes(): boolean;
  /** Whether a stop wakes a start that waits for the fencing of earlier leaders. */
  stopWakesFenceWait(): boolean;
}

export type ServerQueues = "server.wq";
export type ServerWaitQueues = "server.waitq" | "server.cusers";
export type ServerMutexes =
  | "server.mounted_clients_mutex"
  | "server.logs_mutex"
  | "server.srch_mutex"
  | "server.volopt_mutex"
  | "server.alloc_mutex";

/** Contents of the blocks that a commit writes. */
export type ServerBlock =
  | { readonly kind: "super"; readonly super: SuperBlock }
  /** All the dirty btree and list blocks of one commit: nothing refers to them but its super. */
  | { readonly kind: "commit"; readonly blocks: number }
  | ItemBlock;

/** As the tracepoints of the C print them. */
export interface FinalizeItem {
  readonly rid: Rid;
  readonly item_rid: Rid;
  readonly item_nr: number;
  /** Bit 0: SCOUTFS_LOG_TREES_FINALIZED. */
  readonly item_flags: 0 | 1;
  readonly item_get_trans_seq: number;
}
export interface FinalizeDecision {
  readonly rid: Rid;
  readonly saw_finalized: boolean;
  readonly others_active: boolean;
  readonly ours_visible: boolean;
  readonly finalize_ours: boolean;
  readonly delay_ms: number;
  readonly finalize_sent_seq: number;
}
export interface LogTreesFields {
  readonly what: "get" | "commit" | "finalize" | "reclaim" | "merge";
  readonly term: number;
  readonly rid: Rid;
  readonly nr: number;
  readonly get_trans_seq: number;
  readonly commit_trans_seq: number;
}

export type ServerRecord =
  | {
      readonly kind: "server.status";
      readonly term: number;
      readonly from: ServerStatus;
      readonly to: ServerStatus;
      readonly cause: StopCause;
    }
  | { readonly kind: "server_commit_start"; readonly term: number }
  | {
      readonly kind: "server_commit_end";
      readonly term: number;
      readonly error: Errno | undefined;
    }
  | {
      readonly kind: "server_greeting";
      readonly id: number;
      readonly gr_term: number;
      readonly rid: Rid;
      readonly gr_flags: number;
    }
  | { readonly kind: "insert_mounted_client"; readonly rid: Rid; readonly gr_flags: number }
  | { readonly kind: "server_client_up"; readonly rid: Rid; readonly nr_clients: number }
  | { readonly kind: "server_client_down"; readonly rid: Rid; readonly nr_clients: number }
  | { readonly kind: "trans_seq_last"; readonly rid: Rid; readonly trans_seq: number }
  | { readonly kind: "next_seq"; readonly term: number; readonly ret: number }
  | { readonly kind: "set_seq_if_greater"; readonly term: number; readonly seq: number }
  | ({ readonly kind: "server_finalize_items" } & FinalizeItem)
  | ({ readonly kind: "server_finalize_decision" } & FinalizeDecision)
  /** In no recording: what the server makes of the log tree of a mount, before its commit. */
  | ({ readonly kind: "log_trees" } & LogTreesFields)
  | ({ readonly kind: "sv_lock_request"; readonly rid: Rid } & LockFields)
  | ({ readonly kind: "sv_lock_response"; readonly rid: Rid; readonly id: number } & LockFields)
  | { readonly kind: "sv_lock_recover_request"; readonly rid: Rid; readonly key: LockKey }
  | {
      readonly kind: "sv_lock_recover_response";
      readonly rid: Rid;
      readonly nr: number;
      readonly locks: readonly LockFields[];
    }
  | { readonly kind: "server_farewell"; readonly rid: Rid; readonly id: number }
  | { readonly kind: "farewell_worker" }
  | { readonly kind: "server.farewell_sent"; readonly rid: Rid; readonly id: number }
  | { readonly kind: "reclaim_rid"; readonly rid: Rid }
  | { readonly kind: "reclaim_rid_ret"; readonly rid: Rid; readonly ret: Errno | 0 }
  | { readonly kind: "server.work_enter"; readonly term: number }
  | { readonly kind: "server.work_exit"; readonly term: number; readonly error: Errno | undefined }
  | { readonly kind: "start_recovery" }
  | { readonly kind: "finished_recovery" }
  | { readonly kind: "recovery_timeout" };

/** The item that a mount has from its first greeting to its reclaim. */
export interface MountedClient {
  readonly rid: Rid;
  readonly address: Address;
  /** It is a quorum member, so its farewell may have to wait for the others. */
  readonly quorum: boolean;
}
