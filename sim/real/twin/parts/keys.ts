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

const ZONE_SIZE = 2 ** 44;
const TYPE_SIZE = 2 ** 36;
const GROUP = 1024;
const INDEX = 4;
const FS = 16;
/** Zones whose lock begins at a type. */
const typed = new Map([
  [8, 4],
  [20, 4],
]);

/** The key as the recordings print it: what `lockKeyOf` reads. */
export function lockKeyText(key: number): string {
  const [zone, offset] = [Math.floor(key / ZONE_SIZE), key % ZONE_SIZE];
  if (zone === FS || zone === INDEX) {
    const type = zone === INDEX ? Math.floor(offset / TYPE_SIZE) : 0;
    const after = offset % GROUP;
    const start = (offset % (zone === INDEX ? TYPE_SIZE : ZONE_SIZE)) - after;
    return zone === FS ? `16.${start}.0.0.0.${after}` : `4.0.${type}.${start}.0.${after}`;
  }
  const type = typed.get(zone) ?? 0;
  return `${zone}.0.${type}.0.0.${key === 0 ? 0 : offset - type}`;
}
