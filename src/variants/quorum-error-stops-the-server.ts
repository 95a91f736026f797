// An update of the own quorum block that failed ended the worker and left the server up: without
// heartbeats, and, after a forced unmount, with quorum gone under its feet. Here the server is
// stopped, and STOP is written if the device lets it.

import { done, type Errno } from "../core/index.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
  readonly error: Errno | undefined;
}

export const quorumErrorStopsTheServer: Variant = {
  id: "quorum-error-stops-the-server",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["SRV3", "CRASH"],
  says: "a quorum worker that ends with an error stops its server first",
  steps: {
    scoutfs_quorum_worker: {
      out(l: Locals, m, out) {
        const { error } = l;
        if (error !== undefined && !out.api.serverIsDown(m)) {
          const args = { cause: `quorum: unmount after ${error}` };
          return { call: "scoutfs_server_stop_wait", args, then: "storeLastStop" };
        }
        out.emit({ kind: "quorum_worker_exit", term: l.qst.term, ret: error ?? 0 });
        return done(error === undefined ? {} : { error });
      },
    },
  },
};
