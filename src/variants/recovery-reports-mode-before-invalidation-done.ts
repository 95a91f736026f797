// An invalidation sets the new mode before it writes and drops what was cached under the old
// one. A new server that was told the new mode granted conflicting requests meanwhile.

import type { Variant } from "./types.ts";

export const recoveryReportsModeBeforeInvalidationDone: Variant = {
  id: "recovery-reports-mode-before-invalidation-done",
  kind: "regression",
  commit: "ca526e2bc0",
  area: "lock.c",
  promises: ["LCK1", "CRASH"],
  says: "lock recovery reports the new mode while the invalidation is still at work",
  rules: { recoveredMode: ({ mode }) => mode },
};
