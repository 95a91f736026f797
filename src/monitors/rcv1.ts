// RCV1: a recovery finishes when every rid that was prepared has given both bits (greeting and
// locks), not before and not later. The end of the server, or of its host, gives it up. No lock is
// granted while somebody is awaited (lock_server.c:process_waiting_requests). Whoever is not to be
// fenced is reclaimed only when its locks have been recovered, since answers that come after that
// would give locks to nobody (server.c:farewell_worker puts such farewells off).
//
// Both ask recov.c, which takes a bit off under its lock and returns later: the last of all stops
// the timer first (recov.c:scoutfs_recov_finish), and what is granted meanwhile is granted by
// right. So a bit is awaited until its call begins, and missing until that returns.
//
// A reclaim gives both bits at once in its rid's name. With nobody to recover none begins, and
// nothing finishes. The last bit and the finish are one synchronous call (server.c:
// scoutfs_server_recov_finish), so the finish is owed before the same server does anything else of
// recovery; a second longer is allowed for it to be seen. While a host stands still, or does all
// very slowly, that second does not run, and begins anew; nor while the server's mount is delayed.

import { RECOV_LOCKS } from "../recov/api.ts";
import { type Fields, fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge } from "./types.ts";

const finishUs = 1_000_000;

/** Bits of recovery, by rid; who has none left is not in it. */
type Bits = Record<number, number>;
interface Recovery {
  missing: Bits;
  /** Those of them that nobody has begun to give. */
  awaited: Bits;
  begun: boolean;
  /** When the last bit came; -1: some are missing. */
  completeAt: number;
}
interface State {
  /** Hosts that stand still or are slow. */
  held: Record<number, true>;
  recoveries: Record<number, Recovery>;
  /** Rids that somebody asked to fence; none of them comes back. */
  fenced: Record<number, true>;
}

const ridsOf = (bits: Bits): string[] => Object.keys(bits);

const isRecovering = (recovery: Recovery | undefined, rid: number): boolean =>
  ((recovery?.awaited[rid] ?? 0) & RECOV_LOCKS) !== 0;

function takeBits(bits: Bits, rid: number, which: number): void {
  const left = (bits[rid] ?? 0) & ~which;
  if (left === 0) delete bits[rid];
  else bits[rid] = left;
}

function finishBits(recovery: Recovery, rid: number, which: number, at: number): void {
  takeBits(recovery.awaited, rid, which);
  takeBits(recovery.missing, rid, which);
  if (ridsOf(recovery.missing).length === 0 && recovery.completeAt < 0) recovery.completeAt = at;
}

function overdue(s: State, mount: number, now: number, judge: Judge): void {
  const recovery = s.recoveries[mount];
  if (recovery === undefined || !recovery.begun || recovery.completeAt < 0) return;
  if (now - recovery.completeAt <= finishUs || Object.keys(s.held).length > 0) return;
  judge.violate(`mount ${mount}`, "all have recovered, but its recovery does not finish");
  delete s.recoveries[mount];
}

const HEALTHY_PERMILLE = 1000;

function onHost(s: State, { host = -1, did, permille = 0 }: Fields, at: number): void {
  const wasHeld = s.held[host] === true;
  if (did === "pause" || (did === "slow" && permille > HEALTHY_PERMILLE)) s.held[host] = true;
  else if (did !== "clock") delete s.held[host];
  if (wasHeld === (s.held[host] === true)) return;
  for (const recovery of Object.values(s.recoveries)) {
    if (recovery.completeAt >= 0) recovery.completeAt = at;
  }
}

export const rcv1: EntryMonitor<State> = {
  promise: "RCV1",
  wants: wanted(
    ...["recov_prepare", "recov_begin", "recov_finish", "recov_finish_ret", "finished_recovery"],
    ...["sv_lock_response", "recov_shutdown", "server_work_exit", "quorum_loop"],
    ...["fence_start", "reclaim_rid", "host", "held", "dead"],
  ),
  start: () => ({ held: {}, recoveries: {}, fenced: {} }),
  on(entry, s, judge) {
    const { mount, at } = entry;
    const f = fieldsOf(entry);
    const recovery = s.recoveries[mount];
    overdue(s, mount, at, judge);
    switch (kindOf(entry)) {
      case "recov_prepare":
        s.recoveries[mount] ??= { missing: {}, awaited: {}, begun: false, completeAt: -1 };
        s.recoveries[mount].missing[f.rid ?? 0] = f.which ?? 0;
        s.recoveries[mount].awaited[f.rid ?? 0] = f.which ?? 0;
        break;
      case "recov_begin":
        if (recovery !== undefined) recovery.begun = true;
        break;
      case "recov_finish":
        if (recovery !== undefined) takeBits(recovery.awaited, f.rid ?? 0, f.which ?? 0);
        break;
      case "recov_finish_ret":
        if (recovery !== undefined) finishBits(recovery, f.rid ?? 0, f.which ?? 0, at);
        break;
      case "finished_recovery":
        if (recovery !== undefined && ridsOf(recovery.missing).length > 0) {
          const rids = ridsOf(recovery.missing).join(", ");
          judge.violate(`mount ${mount}`, `its recovery finishes without rid ${rids}`);
        }
        delete s.recoveries[mount];
        break;
      case "sv_lock_response":
        if (recovery?.begun === true && ridsOf(recovery.awaited).length > 0) {
          judge.violate(`mount ${mount}`, `grants rid ${f.rid} a lock while recovery is pending`);
        }
        break;
      case "held":
        if (recovery !== undefined && recovery.completeAt >= 0) {
          recovery.completeAt = Math.max(recovery.completeAt, at + (f.byUs ?? 0));
        }
        break;
      case "host":
        onHost(s, f, at);
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
      case "dead":
        delete s.recoveries[mount];
        break;
    }
  },
  quiet(s, judge) {
    for (const mount of Object.keys(s.recoveries)) overdue(s, Number(mount), judge.now, judge);
  },
};
