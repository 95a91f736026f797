// The shutdown of locking ended all of its work. The farewell of that client may wait for other
// mounts to leave, and they may need locks that it still has.

import { done } from "../core/index.ts";
import { lockInvalidateWorker } from "../lock/invalidate.ts";
import type { Variant } from "./types.ts";

export const lockShutdownStopsAnsweringInvalidations: Variant = {
  id: "lock-shutdown-stops-answering-invalidations",
  kind: "regression",
  commit: "94dd86f762",
  area: "lock.c",
  promises: ["LIVE", "WRK1"],
  says: "a client that unmounts answers no invalidations while its farewell is held back",
  steps: {
    lock_invalidate_worker: {
      collect: (l, m, out, ret) =>
        m.lock.shutdown ? done() : lockInvalidateWorker.steps.collect(l, m, out, ret),
    },
  },
};
