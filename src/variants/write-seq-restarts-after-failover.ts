// A server began to count from the number in its super block, and not from the greatest that any
// log tree holds: items written later could look older.

import type { Errno } from "../core/index.ts";
import type { Variant } from "./types.ts";

interface Locals {
  error: Errno | undefined;
}

export const writeSeqRestartsAfterFailover: Variant = {
  id: "write-seq-restarts-after-failover",
  kind: "regression",
  commit: "ff532eba75",
  area: "server.c",
  promises: ["SEQ1", "DAT1"],
  says: "the sequence numbers of a new server begin anew",
  steps: {
    scoutfs_server_worker: {
      setSeq(l: Locals, m, _out, { error }) {
        l.error = error;
        m.server.seq = 0;
        return error === undefined ? "setupLockServer" : "shutdown";
      },
    },
  },
};
