// A server that could not start, be it that a fence was not answered in time, ended the quorum
// service of its mount, as an error of that service does. The others missed its vote for good.

import type { Errno } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import type { ServerState } from "../server/types.ts";
import { serverWorker } from "../server/worker.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly qst: QuorumStatus;
  error: Errno | undefined;
}

/** What the start returned, which today nobody waits for. */
const startOf = (m: Mount) => m.server as ServerState & { succeededIn?: number };

export const failedStartEndsQuorum: Variant = {
  id: "failed-start-ends-quorum",
  kind: "regression",
  commit: "e4dca8ddcc",
  area: "quorum.c",
  promises: ["QRM4", "QRM3", "LIVE"],
  says: "a leader whose server fails to start takes part in no election any more",
  steps: {
    scoutfs_server_worker: {
      up(l, m, out, ret) {
        startOf(m).succeededIn = m.server.term;
        return serverWorker.steps.up(l, m, out, ret);
      },
    },
    scoutfs_quorum_worker: {
      checkRunning(l: Locals, m, out, ret) {
        const { role, term, serverStartTerm } = l.qst;
        const started = startOf(m).succeededIn === serverStartTerm;
        const leads = role === "leader" && term === serverStartTerm;
        if (!leads || started || !out.api.serverIsDown(m)) {
          return quorumWorker.steps.checkRunning(l as never, m as never, out as never, ret);
        }
        const args = { event: "STOP", term, checkRid: true } as const;
        return { call: "update_quorum_block", args, then: "startFailed" };
      },
      startFailed(l: Locals, _m, _out, { error }) {
        l.error = error ?? "ESHUTDOWN";
        return "out";
      },
    },
  },
};
