// What a transaction has changed becomes part of the mount's log tree: the dirty items are written
// into blocks that nothing stable refers to, then the server is asked to refer to them, and only
// when it has committed that are the items clean. Mirrors commit_current_log_trees,
// scoutfs_trans_get_log_trees and commit_btrees of trans.c. A tree is one block here, written by
// turns to one of two places: the other is what the last commit refers to. What fails is done again
// from the start, into the same block. Not modelled: file data, the allocators; every item that is
// written fills a block of the srch log.
//
// The one write stands for all dirty blocks of a transaction, and its failure for that of all: the
// allocator's two lists, which are dirty first, and the log btree. When several blocks of a write
// fail, block.c:scoutfs_block_writer_write forgives the first one only. The others stay dirty with
// their error until its next call; each retry begins with the items, whose block of the btree
// block.c:block_read then refuses. So nobody comes to that call. A device that fails one block of a
// write and no other does not do this.

import { assert, done, fail, program } from "../core/index.ts";
import { heightOf, replaced } from "../item/api.ts";
import type { ItemBlock, ItemRoot, ItemVersion } from "../item/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { LogTrees } from "../server/super.ts";
import { srchAdd } from "../srch/api.ts";
import { transOf } from "./state.ts";

export const logTreeBlock = ({ rid, nr, itemRoot }: LogTrees): string => {
  const first = `log_trees.${rid}.${nr}.0`;
  return itemRoot?.block === first ? `log_trees.${rid}.${nr}.1` : first;
};

function ltOf(m: Mount): LogTrees {
  const { lt } = transOf(m);
  assert(lt !== undefined, "a transaction to be open");
  return lt;
}

interface Locals {
  /** What is sent: the tree with this transaction in it. */
  lt: LogTrees | undefined;
  items: ItemVersion[];
}

/** `scoutfs_item_write_dirty`; the tree stays as it is when nothing is dirty. */
function addDirty(l: Locals, m: Mount, dirty: readonly ItemVersion[]): ItemRoot | undefined {
  const lt = ltOf(m);
  l.items = replaced(m.trans.log, dirty).map((item) => ({ ...item }));
  l.lt = { ...lt, itemRoot: lt.itemRoot && { ...lt.itemRoot } };
  if (dirty.length === 0) return undefined;
  const height = heightOf(l.items.length);
  const itemRoot = { block: logTreeBlock(lt), seq: lt.getTransSeq, height };
  const maxItemSeq = Math.max(...dirty.map(({ seq }) => seq));
  const dataExtents = lt.dataExtents + dirty.length;
  const srchLog = srchAdd(lt, { blocks: dirty.length, blkno: lt.getTransSeq });
  l.lt = { ...lt, ...srchLog, itemRoot, maxItemSeq, dataExtents };
  return { ...itemRoot };
}

export const commitCurrentLogTrees = program<Scoutfs>()({
  name: "commit_current_log_trees",
  source: "trans.c:commit_current_log_trees",
  start: "writeDirty",
  locals: (): Locals => ({ lt: undefined, items: [] }),
  waits: {},
  steps: {
    writeDirty(l, m, out) {
      const root = addDirty(l, m, out.api.itemDirtyVersions(m));
      if (root === undefined) return "commit";
      if (transOf(m).writeFailed && out.rules.failedBlocksStayFailed(m)) {
        out.note("a block whose write has failed cannot be read");
        return fail("EIO");
      }
      if (m.super.forcingUnmount) return fail("ENOLINK");
      const items = l.items.map((item) => ({ ...item }));
      const content: ItemBlock = { kind: "items", seq: root.seq, items };
      return { io: { op: "write", block: root.block, content }, then: "written" };
    },
    written(_l, m, _out, { error }) {
      transOf(m).writeFailed = error !== undefined;
      return error === undefined ? "commit" : fail(error);
    },
    commit(l) {
      assert(l.lt !== undefined, "a log tree to commit");
      const lt = { ...l.lt, itemRoot: l.lt.itemRoot && { ...l.lt.itemRoot } };
      return { call: "scoutfs_client_commit_log_trees", args: { lt }, then: "committed" };
    },
    /** First the barrier: what is being read now may lack what is about to be called clean. */
    committed(l, m, out, { error }) {
      if (error !== undefined) return fail(error);
      m.trans.log = l.items;
      l.items = [];
      const { nr, getTransSeq: trans_seq } = ltOf(m);
      out.emit({ kind: "trans_committed", nr, trans_seq });
      out.api.itemRaiseBarrier(m, out);
      return "clean";
    },
    clean(_l, m, out) {
      out.api.itemCleanDirty(m);
      return done();
    },
  },
});

export const transGetLogTrees = program<Scoutfs>()({
  name: "scoutfs_trans_get_log_trees",
  source: "trans.c:scoutfs_trans_get_log_trees",
  start: "ask",
  locals: () => ({}),
  waits: {},
  steps: {
    ask: (_l) => ({ call: "scoutfs_client_get_log_trees", args: {}, then: "open" }),
    /** A tree without a root is a new one: the one before is finalized. */
    open(_l, m, out, { value, error }) {
      if (error !== undefined) return fail(error);
      const t = transOf(m);
      const lt = value as LogTrees;
      t.lt = { ...lt, itemRoot: lt.itemRoot && { ...lt.itemRoot } };
      if (lt.itemRoot === undefined) t.log = [];
      t.seq = lt.getTransSeq;
      out.emit({ kind: "trans_open", nr: lt.nr, trans_seq: t.seq });
      return done();
    },
  },
});
