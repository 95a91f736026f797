// The item cache of a mount: pages that cover ranges, with clean and dirty versions in them.
// Mirrors what item.c does with its pages; each function is one region under the locks of the
// cache.

import { assert } from "../core/index.ts";
import type { LockKey } from "../lock/types.ts";
import type { CachedItem, CachedPage, ItemState, ItemVersion } from "./types.ts";

const meets = (page: CachedPage, start: LockKey, end: LockKey): boolean =>
  page.start <= end && start <= page.end;

export const pageAt = ({ pages }: ItemState, key: LockKey): CachedPage | undefined =>
  pages.find((page) => meets(page, key, key));

/** Whoever was first stays: what another task has read meanwhile is as good. */
export function insertPage(cache: ItemState, page: CachedPage): boolean {
  if (cache.pages.some((other) => meets(other, page.start, page.end))) return false;
  cache.pages.push(page);
  cache.pages.sort((a, b) => a.start - b.start);
  return true;
}

export const findVersion = <V extends ItemVersion>(
  items: readonly V[],
  key: LockKey,
): V | undefined => items.find((item) => item.key === key);

/** Puts versions in the place of those with their keys. */
export function replaced<V extends ItemVersion>(items: readonly V[], fresh: readonly V[]): V[] {
  const kept = items.filter(({ key }) => findVersion(fresh, key) === undefined);
  return [...kept, ...fresh].sort((a, b) => a.key - b.key);
}

/** Of each key the version with the greatest seq; the first of equals, as read_page_item has it. */
export function newest(items: readonly ItemVersion[]): ItemVersion[] {
  let found: ItemVersion[] = [];
  for (const item of items) {
    const old = findVersion(found, item.key);
    if (old === undefined || old.seq < item.seq) found = replaced(found, [item]);
  }
  return found;
}

export function dirtyItem(page: CachedPage, item: ItemVersion): void {
  page.items = replaced<CachedItem>(page.items, [{ ...item, dirty: true }]);
}

export const dirtyPages = ({ pages }: ItemState): number =>
  pages.filter(({ items }) => items.some(({ dirty }) => dirty)).length;

export const dirtyVersions = ({ pages }: ItemState): ItemVersion[] =>
  pages.flatMap(({ items }) =>
    items.flatMap(({ dirty, key, value, seq }) => (dirty ? [{ key, value, seq }] : [])),
  );

export function cleanDirty(cache: ItemState): void {
  for (const page of cache.pages) {
    page.items = page.items.map((item) => (item.dirty ? { ...item, dirty: false } : item));
  }
}

export function rangeCached({ pages }: ItemState, start: LockKey, end: LockKey) {
  const covering = pages.filter((page) => meets(page, start, end));
  const dirty = covering.some(({ items }) =>
    items.some((item) => item.dirty && item.key >= start && item.key <= end),
  );
  return { cached: covering.length > 0, dirty };
}

/** Who asks has had all of it written back: the C asserts that nothing is dirty in a page that it
 *  frees or cuts. */
export function dropRange(cache: ItemState, start: LockKey, end: LockKey): void {
  const within = (page: CachedPage) => page.start >= start && page.end <= end;
  cache.pages = cache.pages.filter((page) => {
    assert(within(page) || !meets(page, start, end), "a page to lie within the range of one lock");
    assert(!within(page) || page.items.every(({ dirty }) => !dirty), "no dirty item to be dropped");
    return !within(page);
  });
}
