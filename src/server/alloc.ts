// The two lists of blocks that a commit allocates from and frees to, as counts of what is left in
// each: they bound how many holders share a commit. Mirrors the use that server.c makes of alloc.c.
// Not modelled: the allocators behind the lists. So a refill always succeeds and costs nothing
// (ENOSPC does not exist), freed blocks are always merged whole, and a full freed list that no one
// has dirtied is not counted as empty, as scoutfs_alloc_meta_remaining does there.

import type { Out } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";

/** SCOUTFS_ALLOC_LIST_MAX_BLOCKS: a 64 KiB block less 56 bytes of headers, 8 bytes for each. */
export const LIST_MAX_BLOCKS = 8185;
/** SCOUTFS_SERVER_META_FILL_TARGET and _LO. */
export const META_FILL_TARGET = LIST_MAX_BLOCKS;
export const META_FILL_LO = Math.floor(LIST_MAX_BLOCKS / 2);
/** What a change of one item is taken to cost: the blocks from its leaf to the root. */
export const BLOCKS_PER_CHANGE = 2;

export function dirtyBlocks(m: Mount, out: Out<Scoutfs>, blocks: number): void {
  const { alloc } = m.server;
  if (alloc.avail < blocks || alloc.freed < blocks) out.note("server allocator ran out");
  alloc.avail = Math.max(0, alloc.avail - blocks);
  alloc.freed = Math.max(0, alloc.freed - blocks);
  m.server.dirtyBlocks += blocks;
}

/** A server starts with the larger of the two lists that the last one left. */
export function chooseLists(m: Mount): void {
  if (m.server.alloc.avail < m.server.alloc.otherAvail) swapLists(m);
}

/** Makes the lists of the next commit ready. */
export function refillOther(m: Mount): void {
  const { alloc } = m.server;
  if (alloc.otherAvail < META_FILL_LO) alloc.otherAvail = META_FILL_TARGET;
  alloc.otherFreed = LIST_MAX_BLOCKS;
}

/** The next commit uses the other lists. */
export function swapLists(m: Mount): void {
  const { alloc } = m.server;
  [alloc.avail, alloc.otherAvail] = [alloc.otherAvail, alloc.avail];
  [alloc.freed, alloc.otherFreed] = [alloc.otherFreed, alloc.freed];
}
