// The transactions of a mount as plain values, and who holds one. Mirrors the small functions of
// trans.c that count holders and queue the write work; each is one region.

import { assert, type Out, seconds, type TaskRef, us } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { TransHolder, TransState } from "./types.ts";

/** TRANS_SYNC_DELAY. */
export const TRANS_SYNC_DELAY = seconds(10);

export const transState = (): TransState => ({
  setUp: false,
  seq: 0,
  holders: [],
  writing: false,
  writer: undefined,
  writeCount: 0,
  writeRet: undefined,
  writeFailed: false,
  lt: undefined,
  log: [],
});

/** Whoever comes after the shutdown uses what was freed, or a NULL pointer. */
export function transOf(m: Mount): TransState {
  assert(m.trans.setUp, "transactions to be set up and not shut down yet");
  return m.trans;
}

export const isTask = (a: TaskRef | undefined, b: TaskRef): boolean =>
  a !== undefined && a.id === b.id && a.generation === b.generation;

export const heldBy = (t: TransState, task: TaskRef): TransHolder | undefined =>
  t.holders.find((holder) => isTask(holder.task, task));

/** Wakes as `sub_holders_and_wake` does, each time. */
export function release(m: Mount, out: Out<Scoutfs>): void {
  const t = transOf(m);
  const holder = heldBy(t, out.self);
  assert(holder !== undefined, "a task to release a transaction that it holds");
  holder.count--;
  if (holder.count === 0) t.holders = t.holders.filter((other) => other !== holder);
  out.wake("trans.hold_wq");
}

/** `queue_trans_work`: there is always delayed work, which is to run now. */
export function queueTransWork(m: Mount, out: Out<Scoutfs>): void {
  transOf(m);
  out.modDelayedWork("trans.wq", "scoutfs_trans_write_func", us(0));
}

export function restartSyncDeadline(m: Mount, out: Out<Scoutfs>): void {
  transOf(m);
  out.modDelayedWork("trans.wq", "scoutfs_trans_write_func", TRANS_SYNC_DELAY);
}
