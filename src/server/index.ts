// The programs of server.c.

import { serverAllocInodes } from "./alloc-inodes.ts";
import { cancelLogMerge, cancelSrchCompact } from "./cancel.ts";
import { serverNotifyDown, serverNotifyUp } from "./clients.ts";
import { serverCommitFunc } from "./commit.ts";
import { serverCommitLogTrees } from "./commit-log-trees.ts";
import { farewellWorker, queueFarewellWork, serverFarewell } from "./farewell.ts";
import { fencePendingRecovWorker, lookupMountedClientAddr } from "./fence-pending.ts";
import { finalizeAndStartLogMerge } from "./finalize.ts";
import { doFinalizeOurs, reclaimOrphanLogTrees } from "./finalize-parts.ts";
import { serverGetLogTrees } from "./get-log-trees.ts";
import { serverGreeting } from "./greeting.ts";
import { serverApplyCommit, serverHoldCommit } from "./hold.ts";
import * as lockMessages from "./lock-messages.ts";
import { reclaimOpenLogTree } from "./log-trees.ts";
import { forestGetMaxSeq } from "./max-seq.ts";
import { mergeFinalizedLogTrees } from "./merge.ts";
import { deleteMountedClient, insertMountedClient } from "./mounted-clients.ts";
import { omapMessages } from "./omap-messages.ts";
import { serverGetLastSeq, serverGetRoots, serverStatfs } from "./questions.ts";
import { reclaimRid } from "./reclaim.ts";
import { queueReclaimWork, reclaimWorker } from "./reclaim-worker.ts";
import { finishedRecovery, serverRecovFinish, startRecovery } from "./recovery.ts";
import { serverResizeDevices } from "./resize.ts";
import { serverDestroy, serverSetup, serverStopWait } from "./setup.ts";
import { serverSrchCommitCompact, serverSrchGetCompact } from "./srch.ts";
import { serverDown, stopServer } from "./status.ts";
import { serverClearVolopt, serverGetVolopt, serverSetVolopt } from "./volopt.ts";
import { serverWorker } from "./worker.ts";

export const serverPrograms = [
  cancelLogMerge,
  cancelSrchCompact,
  serverNotifyDown,
  serverNotifyUp,
  serverGreeting,
  serverAllocInodes,
  serverGetLastSeq,
  serverGetRoots,
  serverStatfs,
  serverResizeDevices,
  serverClearVolopt,
  serverGetVolopt,
  serverSetVolopt,
  ...omapMessages,
  lockMessages.serverLock,
  lockMessages.lockResponse,
  lockMessages.lockRecoverResponse,
  lockMessages.serverLockRequest,
  lockMessages.serverLockResponse,
  lockMessages.serverLockRecoverRequest,
  serverCommitFunc,
  farewellWorker,
  queueFarewellWork,
  serverFarewell,
  fencePendingRecovWorker,
  lookupMountedClientAddr,
  serverApplyCommit,
  serverHoldCommit,
  serverGetLogTrees,
  serverCommitLogTrees,
  finalizeAndStartLogMerge,
  reclaimOrphanLogTrees,
  doFinalizeOurs,
  mergeFinalizedLogTrees,
  serverSrchGetCompact,
  serverSrchCommitCompact,
  reclaimOpenLogTree,
  deleteMountedClient,
  insertMountedClient,
  reclaimRid,
  queueReclaimWork,
  reclaimWorker,
  finishedRecovery,
  serverRecovFinish,
  startRecovery,
  serverDestroy,
  serverSetup,
  serverStopWait,
  serverDown,
  stopServer,
  serverWorker,
  forestGetMaxSeq,
] as const;
