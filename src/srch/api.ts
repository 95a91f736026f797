// The state of background compaction before anything has run, and what neighbours call in srch.c
// under their own locks: a mount that adds to its log, and the server that takes a log from it.

import type { Errno } from "../core/index.ts";
import type { SrchLog, SrchState } from "./types.ts";

export const srchState = (): SrchState => ({ setUp: false, shutdown: false });

/** SCOUTFS_SRCH_LOG_BLOCK_LIMIT: a log of 1 MB is rotated by the commit that finds it so large. */
export const SRCH_LOG_BLOCK_LIMIT = 16;

export const NO_SRCH_LOG: SrchLog = { srchBlkno: 0, srchBlocks: 0 };

/** `scoutfs_srch_add`, for all that a transaction adds: every item fills a block. The root is
 *  copied when it is first written in a transaction, so its number is a new one each time. */
export const srchAdd = (
  log: SrchLog,
  { blocks, blkno }: { readonly blocks: number; readonly blkno: number },
): SrchLog => ({ srchBlkno: blkno, srchBlocks: log.srchBlocks + blocks });

export type Rotation = "stays" | "rotates" | Errno;

/** `scoutfs_srch_rotate_log`: whether the server takes the log, when its files are these. */
export function srchRotation(
  files: readonly number[],
  { srchBlkno, srchBlocks }: SrchLog,
  force: boolean,
): Rotation {
  if (srchBlkno === 0 || (!force && srchBlocks < SRCH_LOG_BLOCK_LIMIT)) return "stays";
  return files.includes(srchBlkno) ? "EEXIST" : "rotates";
}
