// The inode cache of one mount: found by number, at most one of each. Stands for the part of the
// kernel's inode cache that inode.c rests on, and mirrors invalidate_inode of lock.c with
// scoutfs_inode_queue_iput. Names of files hold no references here.

import type { Named, Out } from "../core/index.ts";
import { each, free, get, numberOf } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { CachedInode, InodeHandle } from "./types.ts";

type InodeOut = Out<Scoutfs>;

export const inodeOf = (m: Mount, h: InodeHandle): CachedInode => get(m.inode.cache, h);
export const stateq = (h: InodeHandle): Named<"inode.state"> => ["inode.state", numberOf(h)];

export function findInode(m: Mount, ino: number): InodeHandle | undefined {
  for (const [h, inode] of each(m.inode.cache)) if (inode.ino === ino) return h;
  return undefined;
}

export const newInode = (ino: number): CachedInode => ({
  ...{ ino, state: "new", count: 1, opens: 0 },
  ...{ nlink: 0, lastRefreshed: 0, iputCount: 0 },
});

/** `scoutfs_lock_is_covered`: the lock under which it was refreshed was not taken back since. */
export function isCovered(m: Mount, out: InodeOut, { ino, lastRefreshed }: CachedInode): boolean {
  return lastRefreshed !== 0 && out.api.lockInoRefreshGen(m, ino) === lastRefreshed;
}

/** The end of an inode that was being read, or evicted: those who look for it look again. */
export function forgetInode(m: Mount, out: InodeOut, h: InodeHandle): void {
  free(m.inode.cache, h);
  out.wake(stateq(h));
}

export function invalidateInodes(
  m: Mount,
  out: InodeOut,
  { first, last }: { first: number; last: number },
): void {
  for (const [h, inode] of each(m.inode.cache)) {
    if (inode.state !== "live" || inode.ino < first || inode.ino > last) continue;
    inode.count++;
    inode.iputCount++;
    if (inode.iputCount > 1) continue;
    m.inode.iputList.push(h);
    out.queueWork("inode.iput_workq", ["iput_worker", 0]);
  }
}
