// Lock keys as scoutfs prints them (SK_FMT): zone.first.type.second.third.fourth. A key is one
// number here; which of the six fields its parts stand for depends on the zone, as in lock.c.

import type { LockKey } from "../../../src/lock/types.ts";

/** As src/lock/keys.ts lays the numbers out. */
const ZONE_SIZE = 2 ** 44;
const TYPE_SIZE = 2 ** 36;
const INODE_INDEX = 4;
const ORPHAN = 8;
const FS = 16;
const LOCK = 20;
/** U64_MAX and U8_MAX, which fill the end of a range. */
const ONES = "18446744073709551615";
const BYTE_ONES = "255";

type Side = "start" | "end";

const zoneOf = (key: LockKey): number => Math.floor(key / ZONE_SIZE);

/** The first or the last key of a range. */
export function keyText(key: LockKey, side: Side): string {
  const zone = zoneOf(key);
  const rest = key % ZONE_SIZE;
  const type = Math.floor(rest / TYPE_SIZE);
  const most = side === "end" ? ONES : "0";
  const byte = side === "end" ? BYTE_ONES : "0";
  switch (zone) {
    case FS:
      return `${zone}.${rest}.${byte}.${most}.${most}.${byte}`;
    case INODE_INDEX:
      return `${zone}.0.${type}.${rest % TYPE_SIZE}.${most}.0`;
    case ORPHAN:
      return `${zone}.0.4.${most}.0.0`;
    case LOCK:
      return `${zone}.0.${rest}.0.0.0`;
    default:
      return `${zone}.${most}.${byte}.${most}.${most}.${byte}`;
  }
}
