// Lock keys as the recordings print them, `zone.first.type.second.third.fourth`, and as numbers of
// the model: computed, not learned, so that they keep their order and mean what they mean there.

import {
  indexRange,
  inoKey,
  inoRange,
  type KeyRange,
  wholeRanges,
} from "../../../../src/lock/keys.ts";
import type { LockKey } from "../../../../src/lock/types.ts";

const known = (zone: number, first: number, type: number, second: number): KeyRange | undefined => {
  switch (zone) {
    case 4:
      return indexRange(type === 4 ? "meta_seq" : "data_seq", second);
    case 8:
      return wholeRanges.scoutfs_lock_orphan;
    case 10:
      return wholeRanges.scoutfs_lock_quota;
    case 12:
      return wholeRanges.scoutfs_lock_xattr_totl;
    case 14:
      return wholeRanges.scoutfs_lock_xattr_indx;
    case 16:
      return inoRange(first);
    case 20:
      return wholeRanges.scoutfs_lock_rename;
    default:
      return undefined;
  }
};

const parse = (text: string): number[] => text.split(".").map(Number);

/** The range of the lock that starts at that key. */
export function lockRangeOf(text: string): KeyRange {
  const [zone = 0, first = 0, type = 0, second = 0] = parse(text);
  const range = known(zone, first, type, second);
  const isStart = range !== undefined && (zone !== 16 || range.start === inoKey(first));
  if (!isStart) throw new Error(`no lock of the model starts at ${text}: add its zone`);
  return range;
}

/** A key as such: that of a lock, the one after it, where recovery goes on, or the first of all. */
export function lockKeyOf(text: string): LockKey {
  const parts = parse(text);
  if (parts.every((part) => part === 0)) return 0 as LockKey;
  const after = parts[5] ?? 0;
  return (lockRangeOf(text).start + after) as LockKey;
}
