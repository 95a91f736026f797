// Transactions come and go with the mount. Mirrors scoutfs_setup_trans and scoutfs_shutdown_trans
// of trans.c. The shutdown writes once more, by running what only its deadline held back, so each
// unmount opens one more transaction that nobody uses. It waits for nobody who waits in a sync.

import { done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { transState } from "./state.ts";

const ONE_ITEM = 1;

export const setupTrans = program<Scoutfs>()({
  name: "scoutfs_setup_trans",
  source: "trans.c:scoutfs_setup_trans",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m, out) {
      Object.assign(m.trans, transState());
      m.trans.setUp = true;
      out.createQueue("trans.wq", ONE_ITEM);
      return done();
    },
  },
});

export const shutdownTrans = program<Scoutfs>()({
  name: "scoutfs_shutdown_trans",
  source: "trans.c:scoutfs_shutdown_trans",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter: (_l, m) =>
      m.trans.setUp ? { flush: "scoutfs_trans_write_func", hurry: true, then: "cancel" } : done(),
    /** That write has armed the deadline again. */
    cancel: (_l) => ({ cancel: "scoutfs_trans_write_func", then: "destroyQueue" }),
    destroyQueue(_l, _m, out) {
      out.destroyQueue("trans.wq");
      return "free";
    },
    free(_l, m) {
      Object.assign(m.trans, transState());
      return done();
    },
  },
});
