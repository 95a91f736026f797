// What the server's worker calls in folders that do not have it yet, each saying what it stands
// for.

import { done, fail, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const forestGetMaxSeq = program<Scoutfs>()({
  name: "scoutfs_forest_get_max_seq",
  source: "(stands for forest.c:scoutfs_forest_get_max_seq; items here have no seq of their own)",
  reads: "dirty",
  start: "read",
  locals: () => ({}),
  waits: {},
  steps: {
    read(_l, m) {
      const { btreeError, dirtySuper } = m.server;
      if (btreeError !== undefined) return fail(btreeError);
      const seqs = dirtySuper.logTrees.map(({ commitTransSeq }) => commitTransSeq);
      return done({ value: Math.max(0, ...seqs) });
    },
  },
});
