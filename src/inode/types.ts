// The inodes in a mount's cache and what deletes them: what inode.c and the kernel's inode cache
// keep of links, users and deletion, and the slice of the protocol that inode/ brings.

import type { Handle, Out, Protocol, Table } from "../core/index.ts";
import type { LockHandle } from "../lock/types.ts";

/** `struct inode` with its scoutfs_inode_info. It is found by its number until it is gone. */
export interface CachedInode {
  readonly ino: number;
  /** I_NEW and I_FREEING: whoever looks for one of these waits for its end. */
  state: "new" | "live" | "freeing";
  /** `i_count`. */
  count: number;
  /** How many of these are open files. */
  opens: number;
  /** As it was when it was refreshed last. */
  nlink: number;
  lastRefreshed: number;
  /** References that the iput work has to put. */
  iputCount: number;
}
export type InodeHandle = Handle<CachedInode>;

/** `inode_deletion_lock_data`: hangs off a lock and goes with it. */
export interface DeletionData {
  /** The hold of the lock that `bits` is of, or ASKING. */
  seq: number;
  bits: number[];
  /** Bits of inodes that somebody of this mount tries to delete. */
  trying: number[];
}

/** `inode_sb_info`. */
export interface InodeState {
  setUp: boolean;
  /** Mount option orphan_scan_delay_ms; undefined: nothing is scanned for. */
  readonly orphanScanDelayMs: number | undefined;
  stopped: boolean;
  /** SB_ACTIVE: without it, what nobody uses leaves the cache. */
  active: boolean;
  readonly cache: Table<CachedInode>;
  /** `iput_list`. */
  iputList: InodeHandle[];
}

/** Every program that takes an inode by its number. */
export interface OfIno {
  readonly ino: number;
}
interface OfInode {
  readonly inode: InodeHandle;
}
export interface Iget extends OfIno {
  /** SCOUTFS_IGF_LINKED. */
  readonly linked: boolean;
}

export interface InodeCalls {
  scoutfs_inode_setup: object;
  scoutfs_inode_start: object;
  scoutfs_inode_orphan_stop: object;
  scoutfs_inode_flush_iput: object;
  scoutfs_inode_destroy: object;
  scoutfs_inode_schedule_orphan_dwork: object;
  inode_orphan_scan_worker: { readonly of: number };
  iput_worker: { readonly of: number };
  evict_inodes: object;
  /** `ret.value`: the handle of the inode, with a reference. */
  scoutfs_iget: Iget;
  iput: OfInode;
  scoutfs_evict_inode: OfInode;
  get_current_lock_data: { readonly lock: LockHandle; readonly groupNr: number };
  /** EAGAIN: it has deleted, or cannot delete now. */
  try_delete_inode_items: OfIno;
  delete_inode_items: OfIno;
  /** As `scoutfs_iget`. */
  scoutfs_create: OfIno;
  scoutfs_unlink: OfInode;
  /** Stand-ins for items. `ret.value` of the first: an Item. */
  inode_item_lookup: OfIno;
  inode_item_create: OfIno;
  inode_item_orphan: OfIno;
  inode_item_delete: OfIno;
  /** `ret.value`: the number of the first orphan from there on; ENOENT when there is none. */
  orphan_item_next: OfIno;
}

export interface InodeApi<P extends Protocol> {
  /** `invalidate_inode` of lock.c for every cached inode of a range. */
  invalidateInodes(m: P["State"], out: Out<P>, inos: { first: number; last: number }): void;
}

/** An inode item, and whether it has an orphan item. */
export interface Item {
  readonly ino: number;
  readonly nlink: number;
  readonly orphan: boolean;
}
/** The items of one group of inodes. */
export interface InodeBlock {
  readonly kind: "inodes";
  readonly items: readonly Item[];
}

export type InodeQueues = "inode.iput_workq" | "system_wq";
export type InodeWaitQueues = "inode.state" | "inode.deletion";
/** Of the stand-in: within one mount others write items of the same block. */
export type InodeMutexes = "inode.items";

export type InodeRecord =
  | { readonly kind: "evict_inode"; readonly ino: number; readonly nlink: number }
  | { readonly kind: "try_delete"; readonly ino: number }
  | {
      readonly kind: "try_delete_local_busy" | "try_delete_cached" | "try_delete_no_item";
      readonly ino: number;
    }
  | { readonly kind: "try_delete_has_links"; readonly ino: number; readonly nlink: number }
  | { readonly kind: "delete_inode"; readonly ino: number }
  | { readonly kind: "inode_orphan_delete"; readonly ino: number; readonly ret: string | 0 }
  | { readonly kind: "delete_inode_end"; readonly ino: number; readonly ret: string | 0 }
  | { readonly kind: "orphan_scan_start" }
  | { readonly kind: "orphan_scan_work"; readonly ino: number }
  | { readonly kind: "orphan_scan_end"; readonly ino: number; readonly ret: string | 0 }
  | { readonly kind: "orphan_scan_stop"; readonly work_todo: 0 | 1 };
