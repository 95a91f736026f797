// Stands for a merge of the finalized log trees into the fs root, which mounts do in ranges and the
// server splices together (get_log_merge, commit_log_merge, splice_log_merge_completions of
// server.c and the worker of forest.c). Here the server does it at once, in the commit that would
// have begun it: so no merge is ever seen in flight, and the trees are gone when the caller goes
// on. A tree is a block of the device, and the fs root is one as well, written by turns to one of
// two places: never to the one that the stable super block refers to. What cannot be read or
// written leaves everything for the next time.

import { done, type Next, program } from "../core/index.ts";
import { heightOf, newest, replaced } from "../item/api.ts";
import type { ItemBlock, ItemRoot, ItemVersion } from "../item/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { traceTree } from "./log-trees.ts";
import { copyLogTrees, type LogTrees } from "./super.ts";

interface Locals {
  /** Trees that were finalized before this are merged. */
  readonly seq: number;
  trees: LogTrees[];
  /** Blocks that are still to be read. */
  roots: ItemRoot[];
  fsItems: ItemVersion[];
  items: ItemVersion[];
  fsRoot: ItemRoot | undefined;
}

const otherBlock = (m: Mount): string =>
  m.server.stableSuper.fsRoot?.block === "fs_root.0" ? "fs_root.1" : "fs_root.0";

const itemsOf = (value: unknown, { seq }: ItemRoot): ItemVersion[] | undefined => {
  const block = value as ItemBlock | undefined;
  if (block?.kind !== "items" || block.seq !== seq) return undefined;
  return block.items.map((item) => ({ ...item }));
};

type Reading = Next<Scoutfs, "logRead" | "write", never>;
function readNext(l: Locals, m: Mount): Reading {
  const [root] = l.roots;
  if (root === undefined) return "write";
  if (m.super.forcingUnmount) return done();
  return { io: { op: "read", block: root.block }, then: "logRead" };
}

export const mergeFinalizedLogTrees = program<Scoutfs>()({
  name: "merge_finalized_log_trees",
  source: "(stands for a log merge of server.c and forest.c)",
  reads: "dirty",
  start: "begin",
  locals: ({ seq }: { readonly seq: number }): Locals => ({
    ...{ seq, trees: [], roots: [], fsItems: [], items: [], fsRoot: undefined },
  }),
  waits: {},
  steps: {
    begin(l, m) {
      const { logTrees, fsRoot } = m.server.dirtySuper;
      const inputs = logTrees.filter((lt) => lt.finalized && lt.finalizeSeq < l.seq);
      l.trees = inputs.map(copyLogTrees);
      l.roots = l.trees.flatMap(({ itemRoot }) => (itemRoot ? [{ ...itemRoot }] : []));
      l.fsRoot = fsRoot && { ...fsRoot };
      if (l.roots.length === 0) return "dropTrees";
      if (fsRoot === undefined) return "readLog";
      if (m.super.forcingUnmount) return done();
      return { io: { op: "read", block: fsRoot.block }, then: "fsRead" };
    },
    fsRead(l, _m, out, { value, error }) {
      const items = error === undefined && l.fsRoot ? itemsOf(value, l.fsRoot) : undefined;
      if (items === undefined) {
        out.note("a log merge could not read the fs root");
        return done();
      }
      l.fsItems = items;
      return "readLog";
    },
    readLog: (l, m) => readNext(l, m),
    logRead(l, m, out, { value, error }) {
      const root = l.roots.shift();
      const items = error === undefined && root ? itemsOf(value, root) : undefined;
      if (items === undefined) {
        out.note("a log merge could not read a log tree");
        return done();
      }
      l.items.push(...items);
      return readNext(l, m);
    },
    write(l, m) {
      if (m.super.forcingUnmount) return done();
      const items = replaced(l.fsItems, newest(l.items)).map((item) => ({ ...item }));
      l.fsRoot = { block: otherBlock(m), seq: l.seq, height: heightOf(items.length) };
      const content: ItemBlock = { kind: "items", seq: l.seq, items };
      return { io: { op: "write", block: l.fsRoot.block, content }, then: "written" };
    },
    written(l, m, out, { error }) {
      if (error !== undefined) {
        out.note("a log merge could not write the fs root");
        return done();
      }
      m.server.dirtySuper.fsRoot = l.fsRoot && { ...l.fsRoot };
      return "dropTrees";
    },
    dropTrees(l, m, out) {
      const { dirtySuper } = m.server;
      const isMerged = (lt: LogTrees) =>
        l.trees.some((other) => other.rid === lt.rid && other.nr === lt.nr);
      dirtySuper.logTrees = dirtySuper.logTrees.filter((lt) => !isMerged(lt));
      out.api.serverDirtyBlocks(m, out, l.trees.length * BLOCKS_PER_CHANGE);
      for (const lt of l.trees) traceTree(m, out, "merge", lt);
      return done();
    },
  },
});
