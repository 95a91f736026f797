// Which lock covers what: ranges of item keys as numbers, in the order in which scoutfs compares
// its keys (zone, inode or type, the rest). Mirrors the key ranges of scoutfs_lock_ino, _rename,
// _orphan, _xattr_totl, _xattr_indx, _quota and scoutfs_lock_get_index_item_range of lock.c.

import { assert } from "../core/index.ts";
import type { LockKey, WholeLockName } from "./types.ts";

export interface KeyRange {
  readonly start: LockKey;
  readonly end: LockKey;
}

/** SCOUTFS_*_ZONE. */
const ZONE = {
  inodeIndex: 4,
  orphan: 8,
  quota: 10,
  xattrTotl: 12,
  xattrIndx: 14,
  fs: 16,
  lock: 20,
} as const;
type Zone = keyof typeof ZONE;

const ZONE_SIZE = 2 ** 44;
/** Of a type within a zone that has several. */
const TYPE_SIZE = 2 ** 36;
/** SCOUTFS_INODE_INDEX_*_TYPE, SCOUTFS_ORPHAN_TYPE and SCOUTFS_RENAME_TYPE. */
const INDEX_TYPE = { meta_seq: 4, data_seq: 8 } as const;
const ONLY_TYPE = 4;

/** SCOUTFS_LOCK_INODE_GROUP_NR, and what SCOUTFS_LOCK_SEQ_GROUP_MASK makes of a sequence number. */
export const INODE_GROUP = 1024;
const SEQ_GROUP = 1024;

const keyAt = (zone: Zone, offset: number): LockKey => (ZONE[zone] * ZONE_SIZE + offset) as LockKey;
const wholeZone = (zone: Zone): KeyRange => ({
  start: keyAt(zone, 0),
  end: keyAt(zone, ZONE_SIZE - 1),
});
const groupOf = (n: number, size: number): number => {
  assert(Number.isSafeInteger(n) && n >= 0 && n < TYPE_SIZE, "a number below 2^36");
  return Math.floor(n / size) * size;
};

/** One lock for each group of inodes. */
export function inoRange(ino: number): KeyRange {
  const start = groupOf(ino, INODE_GROUP);
  return { start: keyAt("fs", start), end: keyAt("fs", start + INODE_GROUP - 1) };
}
/** The inodes that a range covers; none but those of whole groups have a lock. */
export const inosOf = ({ start, end }: KeyRange): { first: number; last: number } | undefined =>
  isInoKey(start) ? { first: start % ZONE_SIZE, last: end % ZONE_SIZE } : undefined;
/** Of everything that there is of one inode: one item, as items are here. */
export const inoKey = (ino: number): LockKey => keyAt("fs", ino);
export const isInoKey = (key: LockKey): boolean => Math.floor(key / ZONE_SIZE) === ZONE.fs;

/** An index by sequence number is only written under it, so it is asked for write_only. */
export function indexRange(type: keyof typeof INDEX_TYPE, major: number): KeyRange {
  const start = INDEX_TYPE[type] * TYPE_SIZE + groupOf(major, SEQ_GROUP);
  return { start: keyAt("inodeIndex", start), end: keyAt("inodeIndex", start + SEQ_GROUP - 1) };
}

const renameKey = keyAt("lock", ONLY_TYPE);

export const wholeRanges: Readonly<Record<WholeLockName, KeyRange>> = {
  /** A single key: there is one rename lock in the file system. */
  scoutfs_lock_rename: { start: renameKey, end: renameKey },
  scoutfs_lock_orphan: {
    start: keyAt("orphan", ONLY_TYPE),
    end: keyAt("orphan", ZONE_SIZE - 1),
  },
  scoutfs_lock_xattr_totl: wholeZone("xattrTotl"),
  scoutfs_lock_xattr_indx: wholeZone("xattrIndx"),
  scoutfs_lock_quota: wholeZone("quota"),
};
