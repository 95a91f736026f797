// The seq of a write lock is made durable by no commit of its own: a new server goes on behind
// those that it finds in the log trees as it starts, and those that clients tell it with their
// locks. A mount that gives up a lock while the servers change writes back under the new one, and
// has the lock no more when the batch comes in which it would have told it. So the new server had
// committed items of a seq that it handed out once more, and a later write of the same item lost
// to the earlier. Here a commit of log trees that has items of greater seqs raises that of the
// server.

import type { Mount } from "../mount/types.ts";
import { serverCommitLogTrees } from "../server/commit-log-trees.ts";
import type { LogTrees } from "../server/super.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof serverCommitLogTrees.steps.update>[0];

const isBehind = ({ server }: Mount, { maxItemSeq }: LogTrees) => server.seq < maxItemSeq;

export const commitRaisesTheSeq: Variant = {
  id: "commit-raises-the-seq",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["SEQ1", "DAT1"],
  says: "a server hands out no seq that items of a log tree have which it has committed",
  partOf: "write-seq-restarts-after-failover",
  steps: {
    server_commit_log_trees: {
      update(l: Locals, m, out, ret) {
        if (isBehind(m, l.lt)) out.api.serverSetSeqIfGreater(m, out, l.lt.maxItemSeq);
        return serverCommitLogTrees.steps.update(l, m, out, ret);
      },
    },
  },
};
