// What neighbours call in item.c from inside one of their own atomic regions, and the sizes of
// trees.

import type { Scoutfs } from "../protocol.ts";
import { cleanDirty, dirtyPages, dirtyVersions, rangeCached } from "./cache.ts";
import type { ItemApi, ItemState } from "./types.ts";

export { newest, replaced } from "./cache.ts";

export const itemState = (): ItemState => ({ pages: [], readDirtyBarrier: 0 });

/** Far fewer than a block of 64 KiB has: trees grow as high in a run as they do in weeks. */
const ITEMS_PER_BLOCK = 8;

/** How many levels a tree of so many items has. */
export function heightOf(items: number): number {
  let height = 1;
  for (let room = ITEMS_PER_BLOCK; room < items; room *= ITEMS_PER_BLOCK) height++;
  return height;
}

export const itemApi: ItemApi<Scoutfs> = {
  itemRangeCached: (m, start, end) => rangeCached(m.item, start, end),
  itemDirtyPages: (m) => dirtyPages(m.item),
  itemDirtyVersions: (m) => dirtyVersions(m.item),
  itemRaiseBarrier(m) {
    m.item.readDirtyBarrier++;
  },
  itemCleanDirty: (m) => cleanDirty(m.item),
};
