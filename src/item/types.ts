// Items as versions: what a mount has cached under its locks, and what a block of a tree holds. An
// item is a register here: its key, the number that was written last, and the seq of that write.

import type { Brand, Out, Protocol } from "../core/index.ts";
import type { LockHandle, LockKey, RangeCached } from "../lock/types.ts";

export type Value = Brand<number, "Value">;

/** Of two versions of a key in log trees the one with the greater seq is newer; what is in the fs
 *  root is older than either. */
export interface ItemVersion {
  readonly key: LockKey;
  readonly value: Value;
  readonly seq: number;
}

/** `scoutfs_btree_root`: a block may be written again once nothing stable refers to it, and then
 *  has another seq than the reference. */
export interface ItemRoot {
  readonly block: string;
  readonly seq: number;
  /** Levels of the tree; see heightOf. */
  readonly height: number;
}

/** All items of one tree, sorted by key: a tree is one block here. */
export interface ItemBlock {
  readonly kind: "items";
  readonly seq: number;
  readonly items: readonly ItemVersion[];
}

/** `scoutfs_net_roots`: where a reader finds every item that was committed. */
export interface NetRoots {
  /** The commit that these are of. */
  readonly hdrSeq: number;
  readonly fsRoot: ItemRoot | undefined;
  /** Of each log tree that has items, by rid and nr. */
  readonly logRoots: readonly ItemRoot[];
}

export interface CachedItem extends ItemVersion {
  /** Written in the transaction that is open. */
  readonly dirty: boolean;
}

/** `struct cached_page`: everything that there is of a range, so a key that is not in it has no
 *  item. Its range is that of a lock: what the C gains by smaller pages is speed. */
export interface CachedPage {
  readonly start: LockKey;
  readonly end: LockKey;
  /** The commit that it was read through; 0 when it was not read. */
  readonly hdrSeq: number;
  /** Sorted by key. */
  items: CachedItem[];
}

/** `struct item_cache_info`. */
export interface ItemState {
  /** Sorted by range. */
  pages: CachedPage[];
  /** Counts the commits of this mount: what was read before one is not put into the cache after. */
  readDirtyBarrier: number;
}

export interface ItemCalls {
  /** `ret.value`: the version, or ENOENT. */
  scoutfs_item_lookup: { readonly lock: LockHandle; readonly key: LockKey };
  /** Makes a dirty version, whatever is there; the caller holds the transaction. `ret.value`: the
   *  version. */
  scoutfs_item_create_force: {
    readonly lock: LockHandle;
    readonly key: LockKey;
    readonly value: Value;
  };
  /** Reads the range of a lock into the cache. ESTALE: what was read cannot be used. */
  read_pages: { readonly lock: LockHandle };
  /** `ret.value`: ForestItems. */
  scoutfs_forest_read_items: { readonly start: LockKey; readonly end: LockKey };
}

export interface ForestItems {
  readonly hdrSeq: number;
  readonly items: readonly ItemVersion[];
}

export interface ItemApi<P extends Protocol> {
  /** `scoutfs_item_range_cached`. */
  itemRangeCached(m: P["State"], start: LockKey, end: LockKey): RangeCached;
  /** `scoutfs_item_dirty_pages`. */
  itemDirtyPages(m: P["State"]): number;
  /** What `scoutfs_item_write_dirty` collects, in the order of keys. */
  itemDirtyVersions(m: P["State"]): ItemVersion[];
  /** `scoutfs_item_write_done`, first and second half. */
  itemRaiseBarrier(m: P["State"], out: Out<P>): void;
  itemCleanDirty(m: P["State"]): void;
}
