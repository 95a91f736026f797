// Every program of the plain model. A world binds this list; a variant replaces some of them in a
// copy of it.

import type { AnyProgram } from "./core/index.ts";
import { lockKeyRange } from "./lock/lock-key-range.ts";
import { tryShrinkLock } from "./lock/shrink.ts";
import { lockServerFarewell, lockServerFinishedRecovery } from "./lock-server/farewell.ts";
import { netDestroyWorker, netFreeConn, netShutdown } from "./net/destroy.ts";
import { netReconnFreeWorker } from "./net/reconn-free.ts";
import { netSendWorker, submitSend } from "./net/send.ts";
import { netShutdownWorker } from "./net/shutdown.ts";
import { netSyncRequest, syncResponse } from "./net/sync-request.ts";
import { omapFinishedRecovery, omapRemoveRid } from "./omap/remove-rid.ts";
import type { Scoutfs } from "./protocol.ts";
import { cancelLogMerge, cancelSrchCompact } from "./server/cancel.ts";
import { serverNotifyDown } from "./server/clients.ts";
import { serverCommitFunc } from "./server/commit.ts";
import { farewellWorker, queueFarewellWork, serverFarewell } from "./server/farewell.ts";
import { serverApplyCommit, serverHoldCommit } from "./server/hold.ts";
import { reclaimOpenLogTree } from "./server/log-trees.ts";
import { deleteMountedClient } from "./server/mounted-clients.ts";
import { reclaimRid } from "./server/reclaim.ts";
import { serverRecovFinish } from "./server/recovery.ts";
import { serverDown, stopServer } from "./server/status.ts";

export const programs: readonly AnyProgram<Scoutfs>[] = [
  lockKeyRange,
  tryShrinkLock,
  lockServerFarewell,
  lockServerFinishedRecovery,
  netDestroyWorker,
  netFreeConn,
  netShutdown,
  netReconnFreeWorker,
  netSendWorker,
  submitSend,
  netShutdownWorker,
  netSyncRequest,
  syncResponse,
  omapFinishedRecovery,
  omapRemoveRid,
  cancelLogMerge,
  cancelSrchCompact,
  serverNotifyDown,
  serverCommitFunc,
  farewellWorker,
  queueFarewellWork,
  serverFarewell,
  serverApplyCommit,
  serverHoldCommit,
  reclaimOpenLogTree,
  deleteMountedClient,
  reclaimRid,
  serverRecovFinish,
  serverDown,
  stopServer,
];
