// Reads the items of a range as the last commit of the server has them: asks for the roots, then
// reads the fs root and each log tree from the device. Mirrors scoutfs_forest_read_items and
// scoutfs_forest_read_items_roots of forest.c with read_page_item of item.c. Between the roots and
// the reads the server may commit again, and then a block that nothing stable needs any more may be
// written anew: its seq is not that of the reference, and the reader asks for newer roots. Not
// modelled: bloom blocks, so each tree is read, and the cache of blocks.

import { done, fail, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import { newest, replaced } from "./cache.ts";
import type { ForestItems, ItemBlock, ItemRoot, ItemVersion, NetRoots } from "./types.ts";

interface Locals {
  readonly start: number;
  readonly end: number;
  hdrSeq: number;
  /** The log trees that are still to be read, after the fs root. */
  roots: ItemRoot[];
  fsRoot: ItemRoot | undefined;
  fsItems: ItemVersion[];
  items: ItemVersion[];
}

function read(m: Mount, { block }: ItemRoot) {
  if (m.super.forcingUnmount) return fail("ENOLINK");
  return { io: { op: "read", block } } as const;
}

/** The items of the range; nothing when the block is not the one that is referred to. */
function itemsOf(l: Locals, value: unknown, root: ItemRoot | undefined): ItemVersion[] | undefined {
  const block = value as ItemBlock | undefined;
  if (block?.kind !== "items" || block.seq !== root?.seq) return undefined;
  const within = block.items.filter(({ key }) => key >= l.start && key <= l.end);
  return within.map((item) => ({ ...item }));
}

export const forestReadItems = program<Scoutfs>()({
  name: "scoutfs_forest_read_items",
  source: "forest.c:scoutfs_forest_read_items",
  reads: "device",
  start: "askRoots",
  locals: ({ start, end }: Calls["scoutfs_forest_read_items"]): Locals => ({
    ...{ start, end, hdrSeq: 0, roots: [], fsRoot: undefined, fsItems: [], items: [] },
  }),
  waits: {},
  steps: {
    askRoots: (_l) => ({ call: "scoutfs_client_get_roots", args: {}, then: "gotRoots" }),
    gotRoots(l, _m, _out, { value, error }) {
      if (error !== undefined) return fail(error);
      const { hdrSeq, fsRoot, logRoots } = value as NetRoots;
      l.hdrSeq = hdrSeq;
      l.fsRoot = fsRoot && { ...fsRoot };
      l.roots = logRoots.map((root) => ({ ...root }));
      return "readFs";
    },
    readFs(l, m) {
      if (l.fsRoot === undefined) return "readLog";
      const next = read(m, l.fsRoot);
      return "io" in next ? { ...next, then: "fsRead" } : next;
    },
    fsRead(l, _m, out, { value, error }) {
      if (error !== undefined) return fail(error);
      const items = itemsOf(l, value, l.fsRoot);
      if (items === undefined) {
        out.note("a reader met a stale block of the fs root");
        return fail("ESTALE");
      }
      l.fsItems = items;
      return "readLog";
    },
    readLog(l, m) {
      const [root] = l.roots;
      if (root === undefined) return "merge";
      const next = read(m, root);
      return "io" in next ? { ...next, then: "logRead" } : next;
    },
    logRead(l, _m, out, { value, error }) {
      if (error !== undefined) return fail(error);
      const items = itemsOf(l, value, l.roots.shift());
      if (items === undefined) {
        out.note("a reader met a stale block of a log tree");
        return fail("ESTALE");
      }
      l.items.push(...items);
      return "readLog";
    },
    merge(l) {
      const items = replaced(l.fsItems, newest(l.items));
      const found: ForestItems = { hdrSeq: l.hdrSeq, items };
      return done({ value: found });
    },
  },
});
