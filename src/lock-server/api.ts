// What neighbours take from the lock server: its state before anything has run, and how a lock
// message is written into the trace.

import type { NetLock } from "../lock/types.ts";
import type { LockFields, LockServerState } from "./types.ts";

export const lockServerState = (): LockServerState => ({ setUp: false, locks: [] });

export const lockFields = ({ key, writeSeq, oldMode, newMode }: NetLock): LockFields => ({
  key,
  wseq: writeSeq,
  old: oldMode,
  new: newMode,
});
