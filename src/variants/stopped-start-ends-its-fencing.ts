// A server that is stopped while it starts goes on to have earlier leaders fenced, and waits for
// that for up to 15 s, before it looks. Until then its worker can store no STOP, so the leader that
// superseded it has its mount fenced, which lives. Here the wait ends with the stop, and the start
// fails.

import { done, type Errno } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { isStopping } from "../server/status.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly term: number;
  error: Errno | undefined;
}

export const stoppedStartEndsItsFencing: Variant = {
  id: "stopped-start-ends-its-fencing",
  kind: "repair",
  commit: undefined,
  area: "fence.c",
  promises: ["FNC5"],
  says: "a server that is stopped while it waits for the fencing of earlier leaders waits no more",
  rules: {
    fenceWaitEnds: (m) => isStopping(m as Mount),
    stopWakesFenceWait: () => true,
  },
  steps: {
    scoutfs_quorum_fence_leaders: {
      waited(l: Locals, m, out, ret) {
        const error = l.error ?? ret.error ?? (isStopping(m) ? "ESHUTDOWN" : undefined);
        out.emit({ kind: "fence_leaders_ret", term: l.term, ret: error ?? 0 });
        return done(error === undefined ? {} : { error });
      },
    },
  },
};
