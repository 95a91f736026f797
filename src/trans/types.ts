// The transactions of one mount: struct trans_info of trans.c with the log tree that forest.c keeps
// for it, and the slice of the protocol that trans/ brings.

import type { Errno, Out, Protocol, TaskRef } from "../core/index.ts";
import type { ItemVersion } from "../item/types.ts";
import type { LogTrees } from "../server/super.ts";

/** A task that holds the transaction, and how often: `journal_info` there. */
export interface TransHolder {
  readonly task: TaskRef;
  count: number;
}

export interface TransState {
  /** From `scoutfs_setup_trans` to the shutdown, which frees all of this. */
  setUp: boolean;
  /** `sbi->trans_seq`: of the transaction that is open, 0 before the first. */
  seq: number;
  holders: TransHolder[];
  /** TRANS_HOLDERS_WRITE_FUNC_BIT: no new holders. */
  writing: boolean;
  /** The task of the work that writes: it may hold what it writes. */
  writer: TaskRef | undefined;
  writeCount: number;
  writeRet: Errno | undefined;
  /** Blocks of the open transaction could not be written: BLOCK_BIT_ERROR of those still dirty. */
  writeFailed: boolean;
  /** As the server gave it for the open transaction. */
  lt: LogTrees | undefined;
  /** What is in the log tree that the last commit of this mount refers to. */
  log: ItemVersion[];
}

/** What the rules look at. */
export interface TransMount {
  readonly super: { readonly forcingUnmount: boolean };
}

/** The one write work of a mount. */
export interface OfTrans {
  readonly of: number;
}

export interface TransCalls {
  /** The holder releases it with `releaseTrans`. */
  scoutfs_hold_trans: object;
  scoutfs_trans_write_func: OfTrans;
  commit_current_log_trees: object;
  scoutfs_trans_get_log_trees: object;
  scoutfs_setup_trans: object;
  scoutfs_shutdown_trans: object;
}

export interface TransApi<P extends Protocol> {
  /** `scoutfs_release_trans`. */
  releaseTrans(m: P["State"], out: Out<P>): void;
  /** `scoutfs_trans_sample_seq`. */
  transSampleSeq(m: P["State"]): number;
  /** `scoutfs_trans_restart_sync_deadline`. */
  transRestartSyncDeadline(m: P["State"], out: Out<P>): void;
}

/** Questions that commits of trans.c may answer differently. */
export interface TransRules {
  /** Whether nobody opens the transaction that a full one is waited to be followed by. */
  nextTransWaitEnds(m: TransMount): boolean;
  /** Whether blocks whose write has failed cannot be read, and so are never written again. */
  failedBlocksStayFailed(m: TransMount): boolean;
}

export type TransQueues = "trans.wq";
export type TransWaitQueues = "trans.hold_wq" | "trans.write_wq";

export type TransRecord =
  /** Counts of blocks and pages where the recordings have bytes and pages. */
  | {
      readonly kind: "trans_write_func";
      readonly dirty_blocks: number;
      readonly dirty_item_pages: number;
    }
  /** In no recording: which transaction a mount has open from now on, and in which log tree. */
  | { readonly kind: "trans_open"; readonly nr: number; readonly trans_seq: number }
  /** In no recording: the server has this transaction. */
  | { readonly kind: "trans_committed"; readonly nr: number; readonly trans_seq: number };
