// Compacts srch files in the background: asks the server for a compaction, does it, commits what
// came of it, and at once asks again; every ten seconds while there is none. Mirrors
// scoutfs_srch_compact_worker, scoutfs_srch_setup and scoutfs_srch_destroy of srch.c. The files
// themselves are left out: the work takes no time and does not fail. A mount that goes in the
// middle leaves its compaction to the server's reclaim.

import { done, type Out, program, seconds, us } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { SrchCompact } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { SrchWork } from "./types.ts";

/** DEF_COMPACT_DELAY_MS. */
export const COMPACT_DELAY_MS = seconds(10);
/** WQ_DFL_ACTIVE; the queue has one item. */
const MAX_ACTIVE = 512;

function queueCompactWork(m: Mount, out: Out<Scoutfs>, delay: typeof COMPACT_DELAY_MS): void {
  if (!m.srch.shutdown) out.queueDelayedWork("srch.wq", "scoutfs_srch_compact_worker", delay);
}

const srchCompactWorker = program<Scoutfs>()({
  name: "scoutfs_srch_compact_worker",
  source: "srch.c:scoutfs_srch_compact_worker",
  start: "get",
  locals: (_a: { readonly of: number }): SrchWork => ({ compact: undefined }),
  waits: {},
  steps: {
    get: (_l) => ({ call: "scoutfs_client_srch_get_compact", args: {}, then: "got" }),
    got(l, m, out, { value, error }) {
      const compact = value as SrchCompact | undefined;
      if (error !== undefined || compact === undefined || compact.nr === 0) {
        queueCompactWork(m, out, COMPACT_DELAY_MS);
        return done();
      }
      l.compact = { ...compact };
      return "commit";
    },
    commit(l) {
      const res = { nr: l.compact?.nr ?? 0, isDone: true, failed: false };
      return { call: "scoutfs_client_srch_commit_compact", args: { res }, then: "committed" };
    },
    committed(_l, m, out, { error }) {
      queueCompactWork(m, out, error === undefined ? us(0) : COMPACT_DELAY_MS);
      return done();
    },
  },
});

const srchSetup = program<Scoutfs>()({
  name: "scoutfs_srch_setup",
  source: "srch.c:scoutfs_srch_setup",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m, out) {
      m.srch.setUp = true;
      m.srch.shutdown = false;
      out.createQueue("srch.wq", MAX_ACTIVE);
      queueCompactWork(m, out, COMPACT_DELAY_MS);
      return done();
    },
  },
});

/** Waits for the worker, and so for a server, unless the unmount is a forced one. */
const srchDestroy = program<Scoutfs>()({
  name: "scoutfs_srch_destroy",
  source: "srch.c:scoutfs_srch_destroy",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter(_l, m) {
      if (!m.srch.setUp) return done();
      m.srch.shutdown = true;
      return { cancel: "scoutfs_srch_compact_worker", then: "destroyQueue" };
    },
    destroyQueue(_l, m, out) {
      out.destroyQueue("srch.wq");
      m.srch.setUp = false;
      return done();
    },
  },
});

export const srchWork = [srchCompactWorker, srchSetup, srchDestroy] as const;
