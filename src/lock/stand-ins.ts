// What lock.c calls in files that the model does not have yet: each says what it stands for.

import { done, fail, program } from "../core/index.ts";
import type { LockNeeds, LockProtocol } from "./types.ts";

const transSync = program<LockProtocol>()({
  name: "scoutfs_trans_sync",
  source: "(stands for trans.c:scoutfs_trans_sync: nothing is ever dirty)",
  start: "sync",
  locals: (a: LockNeeds["scoutfs_trans_sync"]) => a,
  waits: {},
  steps: { sync: (_l, m) => (m.super.forcingUnmount ? fail("ENOLINK") : done()) },
});

const itemInvalidate = program<LockProtocol>()({
  name: "scoutfs_item_invalidate",
  source: "(stands for item.c:scoutfs_item_invalidate: nothing is ever cached)",
  start: "drop",
  locals: (a: LockNeeds["scoutfs_item_invalidate"]) => a,
  waits: {},
  steps: { drop: (_l) => done() },
});

export const lockStandIns = [transSync, itemInvalidate] as const;
