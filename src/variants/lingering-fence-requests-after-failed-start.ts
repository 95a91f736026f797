// The fence requests of a server went only with a server that had come as far as its bind. Those
// of a failed start stayed, and the next start in that mount failed to make them again. Today a
// second request for a rid is a success (205cfbdf4a), so that has to go as well.

import type { Errno } from "../core/index.ts";
import type { Variant } from "./types.ts";

interface Locals {
  error: Errno | undefined;
}
function orFree(l: Locals, error: Errno | undefined, then: string): string {
  l.error = error;
  return error === undefined ? then : "freeConn";
}

export const lingeringFenceRequestsAfterFailedStart: Variant = {
  id: "lingering-fence-requests-after-failed-start",
  kind: "regression",
  commit: "9b4ac64312",
  area: "server.c",
  promises: ["RCL1", "SRV2", "QRM4", "FNC2"],
  says: "a server start that fails leaves its fence requests, and they fail the next start",
  rules: { isDuplicateFence: () => false },
  steps: {
    scoutfs_server_worker: {
      fenced: (l: Locals, _m, _out, { error }) => orFree(l, error, "allocConn"),
      bound: (l: Locals, _m, _out, { error }) => orFree(l, error, "readSuper"),
    },
  },
};
