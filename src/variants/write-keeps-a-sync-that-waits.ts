// A write of the transaction ends by counting itself and waking who waits, and then puts its own
// work off to the deadline of the next. A sync that comes between the two has queued that work to
// run at once, waits for the next count, and has its work put off too: by up to 10 s. Here the
// deadline is set only when the work is not queued already.

import { done } from "../core/index.ts";
import { TRANS_SYNC_DELAY, transOf } from "../trans/state.ts";
import type { Variant } from "./types.ts";

export const writeKeepsASyncThatWaits: Variant = {
  id: "write-keeps-a-sync-that-waits",
  kind: "repair",
  commit: undefined,
  area: "trans.c",
  promises: ["WRK1"],
  says: "the end of a write does not put off the write that a sync has asked for meanwhile",
  steps: {
    scoutfs_trans_write_func: {
      restart(_l, m, out) {
        transOf(m).writer = undefined;
        out.queueDelayedWork("trans.wq", "scoutfs_trans_write_func", TRANS_SYNC_DELAY);
        return done();
      },
    },
  },
};
