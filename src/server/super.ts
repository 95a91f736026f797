// What the server's commits make durable: the super block with the trees that hang off it, each as
// a sorted list of items. Mirrors struct scoutfs_super_block as far as server.c changes it. Items
// are values: a change replaces the item, so that a copy of the lists is a copy of the trees.

import type { Rid } from "../core/index.ts";
import type { ItemRoot } from "../item/types.ts";
import type { VolumeOptions } from "../net/types.ts";
import { NO_SRCH_LOG } from "../srch/api.ts";
import type { SrchLog } from "../srch/types.ts";
import { MKFS_DATA_BLOCKS, MKFS_META_BLOCKS, MKFS_NEXT_INO } from "./sizes.ts";
import type { MountedClient } from "./types.ts";

/** `struct scoutfs_log_trees`: of one mount, one for each time its log was finalized. */
export interface LogTrees extends SrchLog {
  readonly rid: Rid;
  readonly nr: number;
  readonly getTransSeq: number;
  readonly commitTransSeq: number;
  /** 0 while the mount writes to it. */
  readonly finalizeSeq: number;
  readonly finalized: boolean;
  /** Free extents in the mount's data allocators: the next get_log_trees moves what the
   *  transactions have freed, a reclaim has to move all. */
  readonly dataExtents: number;
  /** What was committed; absent while nothing was. */
  readonly itemRoot: ItemRoot | undefined;
  /** The greatest seq among the items of the last commit that had any. */
  readonly maxItemSeq: number;
}

export const newLogTrees = (rid: Rid, nr: number): LogTrees => ({
  rid,
  nr,
  ...NO_SRCH_LOG,
  getTransSeq: 0,
  commitTransSeq: 0,
  finalizeSeq: 0,
  finalized: false,
  dataExtents: 0,
  itemRoot: undefined,
  maxItemSeq: 0,
});

/** A copy that shares nothing. */
export const copyLogTrees = (lt: LogTrees): LogTrees => ({
  ...lt,
  itemRoot: lt.itemRoot && { ...lt.itemRoot },
});

/** A range of items that a mount was given to merge. */
export interface LogMergeRequest {
  readonly rid: Rid;
  readonly seq: number;
}

export interface SuperBlock {
  hdrSeq: number;
  seq: number;
  /** Sorted by rid. */
  mountedClients: MountedClient[];
  /** Sorted by rid, then nr. */
  logTrees: LogTrees[];
  /** The items of all log trees that were merged. */
  fsRoot: ItemRoot | undefined;
  /** Rotated srch log files that no compaction reads, sorted by their numbers. */
  srchLogs: number[];
  /** Compactions that somebody has to go on with. */
  srchPending: number;
  /** Compactions that were handed out, by the rid they went to. */
  srchBusy: Rid[];
  logMerge: LogMerge | undefined;
  nextIno: number;
  volopt: VolumeOptions;
  totalMetaBlocks: number;
  totalDataBlocks: number;
}

export interface LogMerge {
  readonly nrRequests: number;
  /** Sorted by rid, then seq. */
  readonly requests: readonly LogMergeRequest[];
  /** Ranges that were given back for somebody else to merge. */
  readonly ranges: number;
}

/** As mkfs leaves it. */
export const emptySuper = (): SuperBlock => ({
  hdrSeq: 0,
  seq: 0,
  mountedClients: [],
  logTrees: [],
  fsRoot: undefined,
  srchLogs: [],
  srchPending: 0,
  srchBusy: [],
  logMerge: undefined,
  nextIno: MKFS_NEXT_INO,
  volopt: { dataAllocZoneBlocks: undefined },
  totalMetaBlocks: MKFS_META_BLOCKS,
  totalDataBlocks: MKFS_DATA_BLOCKS,
});

/** A copy, as the stable super and what a write puts on the device: the lists are its own, the
 *  items in them are values that nobody writes to. */
export const copySuper = (s: SuperBlock): SuperBlock => ({
  ...s,
  mountedClients: [...s.mountedClients],
  logTrees: [...s.logTrees],
  srchLogs: [...s.srchLogs],
  srchBusy: [...s.srchBusy],
  volopt: { ...s.volopt },
});
