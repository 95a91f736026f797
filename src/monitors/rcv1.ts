// RCV1: a recovery finishes when every rid that was prepared has given both bits (greeting and
// locks), not before and not later; until then no lock is granted. The server's end gives it up.
// Whoever is not to be fenced is reclaimed only when its locks have been recovered, since answers
// that come after that would give locks to nobody (server.c:farewell_worker puts such farewells
// off).
//
// A reclaim gives both bits at once in its rid's name. With nobody to recover none begins, and
// nothing finishes. The last bit and the finish are one synchronous call (server.c:
// scoutfs_server_recov_finish), so the finish is owed before the same server does anything else of
// recovery; a second longer is allowed for it to be seen.

import { RECOV_LOCKS } from "../recov/api.ts";
import { fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge } from "./types.ts";

const finishUs = 1_000_000;

interface Recovery {
  /** The bits that are missing, by rid. */
  missing: Record<number, number>;
  begun: boolean;
  /** When the last bit came; -1: some are missing. */
  completeAt: number;
}
interface State {
  recoveries: Record<number, Recovery>;
  /** Rids that somebody asked to fence; none of them comes back. */
  fenced: Record<number, true>;
}

function missing(recovery: Recovery): number[] {
  return Object.keys(recovery.missing).map(Number);
}

const isRecovering = (recovery: Recovery | undefined, rid: number): boolean =>
  ((recovery?.missing[rid] ?? 0) & RECOV_LOCKS) !== 0;

function finishBits(recovery: Recovery, rid: number, which: number, at: number): void {
  const left = (recovery.missing[rid] ?? 0) & ~which;
  if (left === 0) delete recovery.missing[rid];
  else recovery.missing[rid] = left;
  if (missing(recovery).length === 0 && recovery.completeAt < 0) recovery.completeAt = at;
}

function overdue(s: State, mount: number, now: number, judge: Judge): void {
  const recovery = s.recoveries[mount];
  if (recovery === undefined || !recovery.begun || recovery.completeAt < 0) return;
  if (now - recovery.completeAt <= finishUs) return;
  judge.violate(`mount ${mount}`, "all have recovered, but its recovery does not finish");
  delete s.recoveries[mount];
}

export const rcv1: EntryMonitor<State> = {
  promise: "RCV1",
  wants: wanted(
    ...["recov_prepare", "recov_begin", "recov_finish_ret", "finished_recovery"],
    ...["sv_lock_response", "recov_shutdown", "server_work_exit", "quorum_loop"],
    ...["fence_start", "reclaim_rid"],
  ),
  start: () => ({ recoveries: {}, fenced: {} }),
  on(entry, s, judge) {
    const { mount, at } = entry;
    const f = fieldsOf(entry);
    const recovery = s.recoveries[mount];
    overdue(s, mount, at, judge);
    switch (kindOf(entry)) {
      case "recov_prepare":
        s.recoveries[mount] ??= { missing: {}, begun: false, completeAt: -1 };
        s.recoveries[mount].missing[f.rid ?? 0] = f.which ?? 0;
        break;
      case "recov_begin":
        if (recovery !== undefined) recovery.begun = true;
        break;
      case "recov_finish_ret":
        if (recovery !== undefined) finishBits(recovery, f.rid ?? 0, f.which ?? 0, at);
        break;
      case "finished_recovery":
        if (recovery !== undefined && missing(recovery).length > 0) {
          const rids = missing(recovery).join(", ");
          judge.violate(`mount ${mount}`, `its recovery finishes without rid ${rids}`);
        }
        delete s.recoveries[mount];
        break;
      case "sv_lock_response":
        if (recovery?.begun === true) {
          judge.violate(`mount ${mount}`, `grants rid ${f.rid} a lock while recovery is pending`);
        }
        break;
      case "fence_start":
        s.fenced[f.rid ?? 0] = true;
        break;
      case "reclaim_rid":
        if (isRecovering(recovery, f.rid ?? 0) && s.fenced[f.rid ?? 0] !== true) {
          judge.violate(`mount ${mount}`, `reclaims rid ${f.rid}, which still recovers its locks`);
        }
        break;
      case "recov_shutdown":
      case "server_work_exit":
        delete s.recoveries[mount];
        break;
    }
  },
  quiet(s, judge) {
    for (const mount of Object.keys(s.recoveries)) overdue(s, Number(mount), judge.now, judge);
  },
};
