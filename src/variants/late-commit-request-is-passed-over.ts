// Whoever asks for a commit looks first whether the mount unmounts, which commits anyway: a server
// that asks, for one. If the unmount came after that look and had shut the transactions down
// before the commit was queued, it was queued with what had been freed. Here there is nothing to
// commit when they are shut down by then.

import { done } from "../core/index.ts";
import { transSync } from "../trans/write.ts";
import type { Variant } from "./types.ts";

export const lateCommitRequestIsPassedOver: Variant = {
  id: "late-commit-request-is-passed-over",
  kind: "repair",
  commit: undefined,
  area: "trans.c",
  promises: ["CRASH"],
  says: "a mount that has shut its transactions down commits nothing for those who ask late",
  steps: {
    scoutfs_trans_sync: {
      sync: (l: Parameters<typeof transSync.steps.sync>[0], m, out, ret) =>
        m.trans.setUp ? transSync.steps.sync(l, m, out, ret) : done(),
    },
  },
};
