// What the server's worker calls in forest.c as it starts.

import { done, fail, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const forestGetMaxSeq = program<Scoutfs>()({
  name: "scoutfs_forest_get_max_seq",
  source: "forest.c:scoutfs_forest_get_max_seq",
  reads: "dirty",
  start: "read",
  locals: () => ({}),
  waits: {},
  steps: {
    read(_l, m) {
      const { btreeError, dirtySuper } = m.server;
      if (btreeError !== undefined) return fail(btreeError);
      const seqs = dirtySuper.logTrees.map(({ maxItemSeq }) => maxItemSeq);
      return done({ value: Math.max(0, ...seqs) });
    },
  },
});
