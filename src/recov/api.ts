// Tracks which clients of the previous server have recovered what, each call one locked region of
// recov.c. What deletes the timer, and so may wait for its callback, is in timer.ts.

import type { Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { RecovApi, RecovPending } from "./types.ts";

/** SCOUTFS_RECOV_*: a set of what a client has to recover. */
export const RECOV_GREETING = 1;
export const RECOV_LOCKS = 2;
export const RECOV_ALL = RECOV_GREETING | RECOV_LOCKS;

function lookup(m: Mount, rid: Rid, which: number): RecovPending | undefined {
  return m.recov.pending.find((p) => p.rid === rid && (p.which & which) !== 0);
}

export const recovApi: RecovApi = {
  recovPrepare(m, rid, which) {
    const known = m.recov.pending.find((p) => p.rid === rid);
    if (known !== undefined) {
      known.which |= which;
      return;
    }
    m.recov.pending.push({ rid, which });
    m.recov.pending.sort((a, b) => a.rid - b.rid);
  },
  recovFinish(m, rid, which) {
    const found = lookup(m, rid, which);
    if (found === undefined) return false;
    found.which &= ~which;
    if (found.which !== 0) return false;
    m.recov.pending = m.recov.pending.filter((p) => p !== found);
    return m.recov.begun && m.recov.pending.length === 0;
  },
  recovIsPending: (m, rid, which) => lookup(m, rid, which) !== undefined,
  recovNextPending: (m, rid, which) =>
    m.recov.pending.find((p) => p.rid > rid && (p.which & which) !== 0)?.rid,
};
