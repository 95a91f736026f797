// The answers of scoutfs `main` to what commits of lock.c have changed.

import { canRead } from "./modes.ts";
import type { LockRules } from "./types.ts";

export const lockRules: LockRules = {
  recoveredMode: ({ mode, invalidatingMode }) =>
    invalidatingMode === "null" ? mode : invalidatingMode,
  invalidationBearsForcedUnmount: () => true,
  requeuesInvalidation: () => true,
  modeLeft: (_lock, nl) => nl.newMode,
  grantWaits: () => false,
  couldReadBefore: (_lock, nl) => canRead(nl.oldMode),
  lockWaitEnds: () => false,
  cacheMustFit: () => true,
};
