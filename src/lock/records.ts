// Writes the records of lock.c: a lock as its tracepoints print it, a message as the probes do.

import type { Errno, Out } from "../core/index.ts";
import type { LockFields, LockMoment, LockUseMoment, NetLockFields } from "./record-types.ts";
import type { InvalidateRequest, Lock, LockMode, LockProtocol, NetLock } from "./types.ts";

type LockOut = Out<LockProtocol>;

const fieldsOf = (lock: Lock): Omit<LockFields, "key"> => ({
  mode: lock.mode,
  invmode: lock.invalidatingMode,
  reqp: lock.requestPending ? 1 : 0,
  invp: lock.invalidatePending ? 1 : 0,
  refresh_gen: lock.refreshGen,
  write_seq: lock.writeSeq,
  dirty_trans_seq: lock.dirtyTransSeq,
  wait_rd: lock.waiters.read,
  wait_wr: lock.waiters.write,
  wait_wo: lock.waiters.write_only,
  use_rd: lock.users.read,
  use_wr: lock.users.write,
  use_wo: lock.users.write_only,
});

export function traceLock(out: LockOut, kind: LockMoment, lock: Lock): void {
  out.emit({ kind, key: lock.start, ...fieldsOf(lock) });
}

export function traceUse(
  out: LockOut,
  kind: Exclude<LockUseMoment, "lock_failed">,
  lock: Lock,
  want: LockMode,
): void {
  out.emit({ kind, key: lock.start, want, task: out.self.id, ...fieldsOf(lock) });
}
export function traceFailure(out: LockOut, lock: Lock, want: LockMode, error: Errno): void {
  const task = out.self.id;
  out.emit({ kind: "lock_failed", key: lock.start, want, error, task, ...fieldsOf(lock) });
}

export const netFields = (nl: NetLock): NetLockFields => ({
  key: nl.key,
  wseq: nl.writeSeq,
  old: nl.oldMode,
  new: nl.newMode,
});

export function traceMessage(
  out: LockOut,
  kind: "cl_lock_invalidate_request" | "cl_lock_response",
  { netId, lock }: InvalidateRequest,
): void {
  out.emit({ kind, id: netId, ...netFields(lock) });
}
