// What the fence requests of one mount are made of, and the slice of the protocol that fence/
// brings: it mirrors fence.h and the structs of fence.c. A request has three faces that come and go
// at different moments: the object, its place on the list, and its directory in sysfs.

import type {
  Address,
  Handle,
  MountId,
  Out,
  Protocol,
  Rid,
  Table,
  TraceRecord,
  Us,
} from "../core/index.ts";

/** Why a mount has to be fenced: the SCOUTFS_FENCE_* as sysfs spells them. */
export type FenceReason =
  /** It was mounted under the last server and did not recover in time. */
  | "client_recovery"
  /** Its connection went down and it did not come back in time. */
  | "client_reconnect"
  /** Its quorum block shows it elected and never stopped. */
  | "quorum_block_leader";

/** The attribute files in the order in which the directory is filled: the rid comes last. */
export type FenceFile = "elapsed_secs" | "fenced" | "error" | "ipv4_addr" | "reason" | "rid";
export type StoreFile = "fenced" | "error";

/** The kobject. One that is going is seen by nobody, but its name is not free yet. */
export interface FenceDir {
  status: "absent" | "there" | "going";
  files: FenceFile[];
  /** Whose writes are inside a store function: the directory does not go before they left. */
  stores: MountId[];
}

/** `pending_fence`. Its timer goes by `numberOf` its handle. */
export interface PendingFence {
  readonly rid: Rid;
  /** Only the host of it is published. */
  readonly address: Address;
  readonly reason: FenceReason;
  readonly startedAt: Us;
  fenced: boolean;
  error: boolean;
  readonly dir: FenceDir;
}
export type FenceHandle = Handle<PendingFence>;

/** `fence_info`. A mount without a quorum slot has none, and may call nothing but its destroy. */
export interface FenceState {
  setUp: boolean;
  /** The directory that holds those of the requests. */
  kset: boolean;
  readonly fences: Table<PendingFence>;
  list: FenceHandle[];
}

export interface FenceStartArgs {
  readonly rid: Rid;
  readonly address: Address;
  readonly reason: FenceReason;
}
export interface StoreArgs {
  readonly fence: FenceHandle;
  /** The slot of the agent that wrote, which waits for the store to return. */
  readonly writer: MountId;
}

/** The programs of this folder. */
export interface FenceCalls {
  scoutfs_fence_start: FenceStartArgs;
  /** ENOENT when no request on the list has that rid. */
  scoutfs_fence_free: { readonly rid: Rid };
  /** One wait, and one timeout, for all requests that are on the list. */
  scoutfs_fence_wait_fenced: { readonly timeout: Us };
  scoutfs_fence_stop: object;
  scoutfs_fence_destroy: object;
  destroy_fence: { readonly fence: FenceHandle };
  fence_timeout: { readonly of: number };
  fenced_store: StoreArgs;
  error_store: StoreArgs;
}

/** A request that the agent or its timer has answered. */
export interface AnsweredFence {
  readonly rid: Rid;
  readonly reason: FenceReason;
  readonly error: boolean;
}

/** What neighbours call in one of their own atomic regions. */
export interface FenceApi {
  /** `scoutfs_fence_setup`: nothing without a quorum slot. */
  fenceSetup(m: FenceMount, quorumSlot: number | undefined): void;
  /** `scoutfs_fence_next`: the first on the list that is answered, again and again until freed. */
  fenceNext(m: FenceMount, out: { readonly rules: FenceRules }): AnsweredFence | undefined;
  /** `scoutfs_fence_reason_pending`; nobody calls it in `main`. */
  fenceReasonPending(m: FenceMount, reason: FenceReason): boolean;
}

/** The world's part: the write of an agent in another slot of the same host has returned. */
export interface FenceNeedsApi<P extends Protocol> {
  sysfsStored(out: Out<P>, writer: MountId): void;
}

/** The first two are 205cfbdf4a. With both false a second request for a rid is EEXIST, which its
 *  callers take as a reason to stop the server, and a request can be freed while it is built. */
export interface FenceRules {
  /** Whether `fi->mutex` covers building a request, and taking one off the list to destroy it. */
  serializesFences(): boolean;
  /** Whether this rid is being fenced already, so that asking again is a success. */
  isDuplicateFence(m: FenceMount, rid: Rid): boolean;
  /** Whether the reclaim worker may take it: the guard of every reclaim of who is fenced. */
  isAnswered(fence: Pick<PendingFence, "fenced" | "error">): boolean;
  /** Whether a server that starts waits no more, though somebody is not fenced yet. */
  fenceWaitEnds(m: FenceMount): boolean;
}

/** `fi->wq` is allocated and never used. */
export type FenceQueues = never;
/** `fence.sysfs`: removal of a directory waits for stores that are under way. */
export type FenceWaitQueues = "fence.waitq" | "fence.sysfs";
export type FenceMutexes = "fence.mutex";

export type FenceRecord =
  | ({ readonly kind: "fence.start" } & FenceStartArgs)
  | { readonly kind: "fence.duplicate"; readonly rid: Rid }
  | { readonly kind: "fence.fenced"; readonly rid: Rid }
  | { readonly kind: "fence.error"; readonly rid: Rid; readonly by: "agent" | "timer" }
  | { readonly kind: "fence.waited"; readonly result: "fenced" | "error" | "timeout" }
  | { readonly kind: "fence.free"; readonly rid: Rid }
  | { readonly kind: "fence.stop"; readonly rid: Rid };

export interface FenceMount {
  readonly fence: FenceState;
}

/** Enough of the protocol for this folder to be checked and tested alone. */
export interface FenceProtocol extends Protocol {
  readonly State: FenceMount;
  readonly Rules: FenceRules;
  readonly Api: FenceApi & FenceNeedsApi<FenceProtocol>;
  readonly Calls: FenceCalls;
  readonly Record: FenceRecord & TraceRecord;
  readonly Queue: FenceQueues;
  readonly WaitQueue: FenceWaitQueues;
  readonly Mutex: FenceMutexes;
}
