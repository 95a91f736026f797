// A commit of log trees that came again, because the server had died before it answered, was done
// again by the next one. When the first had rotated the srch log, the second did so too: the file
// was referred to twice and in the end freed twice. While the server still had it as it was, its
// insertion failed with EEXIST, and however often the client came again, its transaction was never
// committed. An error of that kind is borne since 2e2ccb6f. Without the numbers of transactions in
// the item, nothing told that they had been there.

import type { Errno } from "../core/index.ts";
import { findTree } from "../server/log-trees.ts";
import type { LogTrees } from "../server/super.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly lt: LogTrees;
  error: Errno | undefined;
}

export const commitLogTreesProcessedTwice: Variant = {
  id: "commit-log-trees-processed-twice",
  kind: "regression",
  commit: "80ee2c6d57",
  area: "server.c",
  promises: ["TRN1", "LIVE"],
  says: "a commit of log trees that comes again, to the next server, is done once more",
  rules: { bearsRotatedSrchLog: () => false },
  steps: {
    server_commit_log_trees: {
      find(l: Locals, m) {
        const exist = findTree(m, l.lt.rid, l.lt.nr);
        l.error = m.server.btreeError ?? (exist === undefined ? "ENOENT" : undefined);
        return l.error === undefined
          ? { lock: "server.srch_mutex", then: "rotateSrchLog" }
          : "unlock";
      },
    },
  },
};
