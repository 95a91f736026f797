// Each mount's log tree was finalized when it was large, and merged when all that was in it was
// older than what is open. That says nothing of trees which are not finalized: an older version of
// the same item in one of them stands above the newer one, once that is in the fs root.

import { finalizeAndStartLogMerge } from "../server/finalize.ts";
import { mergeFinalizedLogTrees } from "../server/merge.ts";
import type { SuperBlock } from "../server/super.ts";
import type { Variant } from "./types.ts";

const { scan } = finalizeAndStartLogMerge.steps;
type Finalizing = Parameters<typeof scan>[0];
const { begin } = mergeFinalizedLogTrees.steps;
type Merging = Parameters<typeof begin>[0];

const HEIGHT_TO_FINALIZE = 2;

/** `get_stable_trans_seq`: what comes before all that is open. */
function stableSeq({ logTrees }: Pick<SuperBlock, "logTrees">, seq: number): number {
  const open = logTrees.filter((lt) => lt.getTransSeq > lt.commitTransSeq);
  return Math.min(seq, ...open.map(({ getTransSeq }) => getTransSeq)) - 1;
}

export const newerItemsAreMergedPastOlder: Variant = {
  id: "newer-items-are-merged-past-older",
  kind: "regression",
  commit: "bb571377dc",
  area: "server.c",
  promises: ["DAT1"],
  says: "a log tree is merged although others have older versions of its items",
  steps: {
    finalize_and_start_log_merge: {
      /** Nobody else is asked for its tree, or waited for; and a small one stays open. */
      scan(l: Finalizing, m, out, ret) {
        const next = scan(l, m, out, ret);
        l.othersActive = false;
        if ((l.lt.itemRoot?.height ?? 0) <= HEIGHT_TO_FINALIZE) l.oursVisible = false;
        return next === "ask" ? "asked" : next;
      },
    },
    merge_finalized_log_trees: {
      begin(l: Merging, m, out, ret) {
        const next = begin(l, m, out, ret);
        const stable = stableSeq(m.server.dirtySuper, m.server.seq);
        l.trees = l.trees.filter(({ maxItemSeq }) => maxItemSeq <= stable);
        l.roots = l.trees.flatMap(({ itemRoot }) => (itemRoot ? [{ ...itemRoot }] : []));
        return l.roots.length === 0 ? "dropTrees" : next;
      },
    },
  },
};
