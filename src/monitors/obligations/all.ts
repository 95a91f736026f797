// The table of obligations, each in its own file.

import { commit } from "./commit.ts";
import { compaction } from "./compaction.ts";
import { fenceRequest } from "./fence-request.ts";
import { fenceWait } from "./fence-wait.ts";
import { forcedUnmount } from "./forced-unmount.ts";
import { lockWait } from "./lock-wait.ts";
import { lostClient } from "./lost-client.ts";
import { mount } from "./mount.ts";
import { openMap } from "./open-map.ts";
import { quorumWorker } from "./quorum-worker.ts";
import { recovery } from "./recovery.ts";
import { serverStart } from "./server-start.ts";
import { transaction } from "./transaction.ts";
import { transactionWrite } from "./transaction-write.ts";
import type { Obligation } from "./types.ts";
import { unmount } from "./unmount.ts";

export const obligations: readonly Obligation[] = [
  mount,
  unmount,
  forcedUnmount,
  quorumWorker,
  serverStart,
  recovery,
  fenceRequest,
  fenceWait,
  commit,
  lockWait,
  openMap,
  transactionWrite,
  transaction,
  lostClient,
  compaction,
];
