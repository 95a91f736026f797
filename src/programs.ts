// Every program of the plain model. A world binds this list; a variant replaces some of them in a
// copy of it.

import type { AnyProgram } from "./core/index.ts";
import { fencePrograms } from "./fence/index.ts";
import { lockKeyRange } from "./lock/lock-key-range.ts";
import { tryShrinkLock } from "./lock/shrink.ts";
import { lockServerFarewell, lockServerFinishedRecovery } from "./lock-server/farewell.ts";
import { forcedUnmount } from "./mount/forced-unmount.ts";
import { fillSuper } from "./mount/mount.ts";
import { mountParts } from "./mount/parts.ts";
import { killSb, putSuper } from "./mount/unmount.ts";
import { allocConn } from "./net/connections.ts";
import { netDestroyWorker, netFreeConn, netShutdown } from "./net/destroy.ts";
import { netReconnFreeWorker } from "./net/reconn-free.ts";
import { netSendWorker, submitSend } from "./net/send.ts";
import { netShutdownWorker } from "./net/shutdown.ts";
import { netSyncRequest, syncResponse } from "./net/sync-request.ts";
import { omapFinishedRecovery, omapRemoveRid } from "./omap/remove-rid.ts";
import type { Scoutfs } from "./protocol.ts";
import { quorumPrograms } from "./quorum/programs.ts";
import {
  recovBegin,
  recovDestroy,
  recovFinish,
  recovShutdown,
  recovTimerCallback,
} from "./recov/timer.ts";
import { cancelLogMerge, cancelSrchCompact } from "./server/cancel.ts";
import { serverNotifyDown } from "./server/clients.ts";
import { serverCommitFunc } from "./server/commit.ts";
import { farewellWorker, queueFarewellWork, serverFarewell } from "./server/farewell.ts";
import { fencePendingRecovWorker, lookupMountedClientAddr } from "./server/fence-pending.ts";
import { serverApplyCommit, serverHoldCommit } from "./server/hold.ts";
import { reclaimOpenLogTree } from "./server/log-trees.ts";
import { deleteMountedClient } from "./server/mounted-clients.ts";
import { reclaimRid } from "./server/reclaim.ts";
import { queueReclaimWork, reclaimWorker } from "./server/reclaim-worker.ts";
import { finishedRecovery, serverRecovFinish, startRecovery } from "./server/recovery.ts";
import { serverDestroy, serverSetup, serverStopWait } from "./server/setup.ts";
import * as standIns from "./server/stand-ins.ts";
import { serverDown, stopServer } from "./server/status.ts";
import { serverWorker } from "./server/worker.ts";

/** (fence/ and quorum/ are written against their own part of the mount: wider than the checker
 *  follows.) */
export const programs = [
  ...fencePrograms,
  ...quorumPrograms,
  queueReclaimWork,
  reclaimWorker,
  fillSuper,
  putSuper,
  killSb,
  forcedUnmount,
  ...mountParts,
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
  finishedRecovery,
  startRecovery,
  fencePendingRecovWorker,
  lookupMountedClientAddr,
  recovBegin,
  recovDestroy,
  recovFinish,
  recovShutdown,
  recovTimerCallback,
  serverDestroy,
  serverSetup,
  serverStopWait,
  serverWorker,
  serverDown,
  stopServer,
  standIns.netAllocConn(allocConn),
  standIns.netBind,
  standIns.netListen,
  standIns.forestGetMaxSeq,
  standIns.lockServerSetup,
  standIns.lockServerDestroy,
  standIns.omapServerShutdown,
] as unknown as readonly AnyProgram<Scoutfs>[];
