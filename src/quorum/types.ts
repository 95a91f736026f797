// The quorum worker of a mount and the slice of the protocol that quorum/ brings: struct
// quorum_info of quorum.c, the datagrams and blocks of format.h. The worker's own status is its
// locals; the mount holds only what others may see.

import type {
  Address,
  Errno,
  Out,
  Protocol,
  Rid,
  SocketId,
  TraceRecord,
  Us,
} from "../core/index.ts";
import type { FenceCalls } from "../fence/types.ts";

/** Who may be elected where; the index is the slot. Stands for `qconf` of the super block. */
export interface QuorumConfig {
  readonly kind: "quorum_config";
  readonly slots: readonly (Address | undefined)[];
}

export type QuorumRole = "follower" | "candidate" | "leader";

export type QuorumMessageType =
  /** A candidate asks; a follower that has not voted in the term owes it a VOTE. */
  | "REQUEST_VOTE"
  /** A follower's one vote in the term; the candidate counts it by slot. */
  | "VOTE"
  /** A leader to all others, every interval; they owe it not to campaign. */
  | "HEARTBEAT"
  /** A leader that stops, to all others: followers hurry to the next election. */
  | "RESIGNATION";

/** `scoutfs_quorum_message`: what a datagram carries. */
export interface QuorumMessage {
  readonly term: number;
  readonly type: QuorumMessageType;
  readonly from: number;
}

export type QuorumEvent = "BEGIN" | "TERM" | "ELECT" | "FENCE" | "STOP" | "END";

/** `scoutfs_quorum_block_event`; all zero until it first happens. */
export interface QuorumBlockEvent {
  readonly writeNr: number;
  readonly rid: Rid;
  readonly term: number;
  readonly ts: Us;
}

/** `scoutfs_quorum_block`: one for each slot, written by the mount in the slot alone. */
export interface QuorumBlock {
  readonly kind: "quorum";
  readonly writeNr: number;
  readonly events: Readonly<Record<QuorumEvent, QuorumBlockEvent>>;
}

/** `quorum_status`: the worker's own; a copy of it is for show. */
export interface QuorumStatus {
  role: QuorumRole;
  term: number;
  /** The term of a server that was started and whose STOP is not written yet; or 0. */
  serverStartTerm: number;
  serverEvent: QuorumEvent;
  /** -1: not voted. A candidate's own vote is in its bits only. */
  voteFor: number;
  voteBits: number;
  /** A leader's next heartbeat, anybody else's next candidacy. */
  timeoutAt: Us;
}

/** `quorum_info`: from setup to destroy. */
export interface QuorumInfo {
  config: QuorumConfig;
  readonly slot: number;
  votesNeeded: number;
  socket: SocketId | undefined;
  shutdown: boolean;
  show: QuorumStatus;
}

export interface QuorumState {
  /** Absent in mounts that are no quorum member. */
  info: QuorumInfo | undefined;
}

/** Mount options that bear on quorum; the timeout may be changed while mounted. */
export interface QuorumOptions {
  /** -1: not a member. */
  readonly quorumSlotNr: number;
  quorumHeartbeatTimeoutMs: number;
}

export interface QuorumMount {
  readonly quorum: QuorumState;
  readonly options: QuorumOptions;
  readonly super: { forcingUnmount: boolean; readonly rid: Rid };
}

export interface QuorumCalls {
  scoutfs_quorum_setup: object;
  scoutfs_quorum_destroy: object;
  scoutfs_quorum_worker: { readonly of: number };
  /** `ret.value`: how many sends failed. */
  send_msg_members: {
    readonly type: QuorumMessageType;
    readonly term: number;
    /** The one slot that gets it; undefined for all others. */
    readonly only: number | undefined;
  };
  /** `ret.value`: a QuorumMessage; EAGAIN when none came until then. */
  recv_msg: { readonly untilAt: Us };
  /** `ret.value`: the QuorumBlock. */
  read_quorum_block: { readonly slot: number; readonly checkRid: boolean };
  update_quorum_block: {
    readonly event: QuorumEvent;
    readonly term: number;
    readonly checkRid: boolean;
  };
  /** `ret.value`: the term, 0 when no block has any. */
  read_greatest_term: object;
  /** `ret.value`: the Address of the server, as far as the blocks tell. ENOENT: they show none. */
  scoutfs_quorum_server_sin: object;
  scoutfs_quorum_fence_leaders: { readonly config: QuorumConfig; readonly term: number };
}

/** What neighbours have to provide, since it may sleep. */
export interface QuorumNeeds {
  stop_server: { readonly cause: string };
  scoutfs_server_stop_wait: { readonly cause: string };
  scoutfs_fence_start: FenceCalls["scoutfs_fence_start"];
  scoutfs_fence_wait_fenced: FenceCalls["scoutfs_fence_wait_fenced"];
}

/** What quorum.c asks the server in passing. */
export interface QuorumNeedsApi<P extends Protocol> {
  /** `scoutfs_server_start`: nothing happens unless the server is down. */
  serverStart(
    m: P["State"],
    out: Out<P>,
    args: { readonly config: QuorumConfig; readonly term: number },
  ): void;
  serverIsRunning(m: P["State"]): boolean;
  serverIsUp(m: P["State"]): boolean;
  serverIsDown(m: P["State"]): boolean;
}

export interface QuorumApi {
  /** `scoutfs_quorum_votes_needed`. */
  quorumVotesNeeded(m: { readonly quorum: QuorumState }): number;
  /** `scoutfs_quorum_slot_sin`, of the mount's own slot: where its server listens. */
  quorumOwnAddress(m: { readonly quorum: QuorumState }): Address;
}

/** Questions that scoutfs commits have answered differently over time; see rules.ts. */
export interface QuorumRules {
  /** Whether a candidate's vote for itself still counts when its server is down in that term. */
  remembersOwnVote(): boolean;
  sendsAfterForcedUnmount(): boolean;
  receivesAfterForcedUnmount(): boolean;
  appliesHeartbeatBeforeTimeoutCheck(): boolean;
  campaignsDespiteMessage(): boolean;
  /** The guards of elections: nobody has answered them differently, but a mutant may. */
  isCampaignDue(timeoutAt: Us, now: Us): boolean;
  mayVote(qst: QuorumStatus): boolean;
  isElected(votes: number, needed: number): boolean;
  /** Whether a slot's leader of that event may still have a server that writes. */
  mayStillLead(event: QuorumBlockEvent, stop: QuorumBlockEvent): boolean;
}

export type QuorumQueues = "quorum.workq";
/** Its only wait is on its socket. */
export type QuorumWaitQueues = never;
export type QuorumMutexes = never;
export type QuorumBlocks = QuorumBlock | QuorumConfig;

/** 0 or the error, as the probes on the returns print it. */
export type QuorumRet = 0 | Errno;

/** Kinds and fields are those of the tracepoints and probes in the recordings of the real system;
 *  times are in us. */
export type QuorumRecord =
  | {
      readonly kind: "quorum_send_message";
      readonly term: number;
      readonly type: QuorumMessageType;
      /** -1: all others. Written before the first send, and also when none will follow. */
      readonly slot: number;
    }
  | {
      readonly kind: "quorum_recv_message";
      readonly term: number;
      readonly type: QuorumMessageType;
      readonly slot: number;
    }
  /** Each turn of the worker, before the message that it has received is applied. */
  | {
      readonly kind: "quorum_loop";
      readonly term: number;
      readonly role: QuorumRole;
      readonly vote_for: number;
      readonly vote_bits: number;
      readonly timeout: Us;
    }
  | {
      readonly kind: "quorum_block_event";
      readonly event: QuorumEvent;
      readonly term: number;
      readonly check_rid: 0 | 1;
    }
  | {
      readonly kind: "quorum_block_event_ret";
      readonly event: QuorumEvent;
      readonly term: number;
      readonly ret: QuorumRet;
    }
  | { readonly kind: "fence_leaders"; readonly term: number }
  | { readonly kind: "fence_leaders_ret"; readonly term: number; readonly ret: QuorumRet }
  /** There is no probe on this one: the worker has left and the mount is no member any more. */
  | { readonly kind: "quorum_worker_exit"; readonly term: number; readonly ret: QuorumRet };

/** Enough of the protocol for this folder to be checked and tested alone. */
export interface QuorumProtocol extends Protocol {
  readonly State: QuorumMount;
  readonly Rules: QuorumRules;
  readonly Api: QuorumApi & QuorumNeedsApi<QuorumProtocol>;
  readonly Calls: QuorumCalls & QuorumNeeds;
  readonly Datagram: QuorumMessage;
  readonly Block: QuorumBlocks;
  readonly Record: QuorumRecord & TraceRecord;
  readonly Queue: QuorumQueues;
  readonly WaitQueue: QuorumWaitQueues;
  readonly Mutex: QuorumMutexes;
}
