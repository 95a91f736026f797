// A reader that meets a block of another seq than the one it was referred to asks for newer roots
// and reads again. That ends when the server has committed since. Where the block is gone for good,
// since a host that counted as fenced wrote over it, it did not: the reader asked without a pause
// and without an end, with the lock in its hand. Here it fails when the roots are the same as
// before, as other readers of stable trees do (scoutfs_block_check_stale).

import { done, fail } from "../core/index.ts";
import { forestReadItems } from "../item/forest.ts";
import { itemCreateForce, itemLookup, readPages } from "../item/items.ts";
import type { NetRoots } from "../item/types.ts";
import type { AnyStep, Variant } from "./types.ts";

interface Reading {
  refs?: string;
}
interface Retrying {
  saved?: string;
}

const STALE = "ESTALE";

/** Says which roots the stale block was found through. */
const saysRoots =
  (plain: AnyStep): AnyStep =>
  (l: Reading, m, out, ret) => {
    const next = plain(l, m, out, ret);
    const isStale = typeof next !== "string" && "done" in next && next.done.error === STALE;
    return isStale ? done({ error: STALE, value: l.refs }) : next;
  };

const looksAtRoots =
  (plain: AnyStep): AnyStep =>
  (l: Retrying, m, out, ret) => {
    if (ret.error !== STALE || ret.value === undefined) return plain(l, m, out, ret);
    if (l.saved === ret.value) {
      out.note("a block is stale for good");
      return fail("EIO");
    }
    l.saved = ret.value as string;
    return plain(l, m, out, ret);
  };

const { gotRoots, fsRead, logRead } = forestReadItems.steps;

export const staleItemsEndWithAnError: Variant = {
  id: "stale-items-end-with-an-error",
  kind: "repair",
  commit: undefined,
  area: "item.c",
  promises: ["BOUND"],
  says: "a read of items that meets a stale block twice through the same roots fails",
  steps: {
    scoutfs_forest_read_items: {
      gotRoots(l, m, out, ret) {
        const { fsRoot, logRoots } = (ret.value ?? {}) as Partial<NetRoots>;
        (l as Reading).refs = JSON.stringify([fsRoot, logRoots]);
        return gotRoots(l, m, out, ret);
      },
      fsRead: saysRoots(fsRead as AnyStep),
      logRead: saysRoots(logRead as AnyStep),
    },
    read_pages: {
      insert: (l, m, out, ret) =>
        ret.error === STALE
          ? done({ error: STALE, value: ret.value })
          : readPages.steps.insert(l, m, out, ret),
    },
    scoutfs_item_lookup: { missed: looksAtRoots(itemLookup.steps.missed as AnyStep) },
    scoutfs_item_create_force: { missed: looksAtRoots(itemCreateForce.steps.missed as AnyStep) },
  },
};
